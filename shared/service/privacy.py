"""Personal data at the edge: texts become references before anything is decided."""

from collections.abc import Mapping
from typing import TypeVar

from shared.contracts.intake import CaseErased
from shared.kernel.errors import RuleViolated
from shared.kernel.ids import stream_key
from shared.kernel.messages import Command, Event, Sealed, Text
from shared.service.draft import case_of
from shared.service.sealing import has_text, seal
from shared.vault.vault import Destroyed, Vault

C = TypeVar("C", bound=Command)

GONE = "（内容已依法清除，无法显示）"
ERASED = RuleViolated("case-erased", "该办件的个人信息已依法清除，不能再登记新的内容")


class Privacy:
    """The vault of one service as the command edge needs it."""

    def __init__(self, service: str, vault: Vault) -> None:
        self._vault = vault
        self._own_key = f"service-{service}"

    async def fingerprint(self, stream: str, sent: bytes) -> str:
        """Keyed with the case's data key, so that it cannot be guessed and ends with the case."""
        try:
            return await self._vault.digest(case_of(stream) or self._own_key, "fingerprint", sent)
        except Destroyed:
            return await self._vault.digest(self._own_key, "fingerprint", sent)

    async def request_digest(self, sent: bytes) -> str:
        """Tells a repeated request from another one under the same key."""
        return await self._vault.digest(self._own_key, "request", sent)

    async def is_erased(self, stream: str) -> bool:
        try:
            await self._vault.key(case_of(stream) or self._own_key)
        except Destroyed:
            return True
        return False

    async def sealed(self, stream: str, command: C, command_id: str, free: bool) -> C:
        """The command without its texts, which are in the vault before a fact can refer to them.
        One that is refused afterwards leaves orphans there, which nobody can name."""
        if not has_text(command, free):
            return command
        subject = stream_key(stream)
        try:
            key = await self._vault.key(subject)
        except Destroyed:
            raise ERASED from None
        command, kept = seal(command, key, command_id, free)
        await self._vault.keep(subject, kept)
        return command

    async def reveal(self, text: Text, subject: str, reader: str) -> str:
        if not isinstance(text, Sealed):
            return text
        found = await self._vault.reveal(subject, text.ref, reader)
        return GONE if found is None else found

    async def opened(self, stream: str, texts: Mapping[str, Sealed], reader: str) -> dict[str, str]:
        """The words of those that are there."""
        subject = stream_key(stream)
        found = {n: await self._vault.reveal(subject, t.ref, reader) for n, t in texts.items()}
        return {name: words for name, words in found.items() if words is not None}

    async def destroy(self, case_id: str) -> None:
        await self._vault.destroy(case_id)

    async def forget_if_erased(self, event: Event, case_id: str | None) -> None:
        """What every service does when it hears of an erasure; harmless when repeated."""
        if isinstance(event, CaseErased) and case_id:
            await self.destroy(case_id)
