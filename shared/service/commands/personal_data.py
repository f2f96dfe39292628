"""Personal data: decisions and facts have references in place of texts, which the vault keeps."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import timedelta
from typing import Any, TypeVar

from pydantic import BaseModel

from shared.kernel.errors import RuleViolated
from shared.kernel.folding import folded
from shared.kernel.ids import case_id, stream_key
from shared.kernel.messages import Sealed, Text
from shared.kernel.seals import texts_of
from shared.kernel.texts import GONE
from shared.service.commands.commit_draft import case_of
from shared.vault.keys import DataKey, Origin, SealedText
from shared.vault.vault import Destroyed, Vault

M = TypeVar("M", bound=BaseModel)
Replace = Callable[[str, str], Sealed]


def has_text(command: BaseModel) -> bool:
    """Returns whether the command has a text to seal; only then a key is needed."""
    paths: list[str] = []

    def note(path: str, text: str) -> Sealed:
        paths.append(path)
        return Sealed(ref="", size=0, digest="")

    _sealed(command, "", note)
    return bool(paths)


def seal(command: M, key: DataKey, command_id: str) -> tuple[M, list[SealedText]]:
    """Returns the command with references in place of texts, and the texts for the vault."""
    sealed_texts: list[SealedText] = []

    def replace(path: str, text: str) -> Sealed:
        reference, sealed_text = key.seal(text, command_id, path)
        sealed_texts.append(sealed_text)
        return reference

    return _sealed(command, "", replace), sealed_texts


def _sealed(model: M, path: str, replace: Replace) -> M:
    """Returns a copy with all its texts replaced, also those of its parts."""
    texts, changed = texts_of(type(model)), {}
    for name in type(model).model_fields:
        value = getattr(model, name)
        replaced = _replaced(value, name in texts, f"{path}/{name}", replace)
        if replaced is not value:
            changed[name] = replaced
    return model.model_copy(update=changed) if changed else model


def _replaced(value: Any, is_text: bool, path: str, replace: Replace) -> Any:
    match value:
        case Sealed():
            return value
        case BaseModel():
            return _sealed(value, path, replace)
        case str() if value and is_text:
            return replace(path, value)
        case tuple() | list():
            return _each(value, is_text, path, replace)
    return value


def _each(values: Any, is_text: bool, path: str, replace: Replace) -> Any:
    items = [_replaced(v, is_text, f"{path}/{n}", replace) for n, v in enumerate(values)]
    same = all(new is old for new, old in zip(items, values, strict=True))
    return values if same else type(values)(items)


ABANDONED_AFTER = timedelta(hours=1)
"""Much longer than any command takes from its decision to its append."""

ERASED = RuleViolated("case-erased", "该办件的个人信息已依法清除，不能再登记新的内容")


UNREAD = "（未开启）"
"""Stands in place of words that a dry run would open."""

MARK_LENGTH = 16
"""Hexadecimal digits of a fingerprint that name its key; the other 48 are the digest."""


class PersonalData:
    """The vault of one service, as command handler and edge use it."""

    def __init__(self, service: str, vault: Vault) -> None:
        self._vault = vault
        self._own_key = f"service-{service}"

    async def fingerprint(self, stream: str, sent: bytes) -> str:
        """Returns a digest under the case's data key: not to be guessed, and lost with it. It
        begins with the mark of that key."""
        subject, mark = await self._marked(stream)
        digest = await self._vault.digest(subject, "fingerprint", sent)
        return mark + digest[MARK_LENGTH:]

    async def compares(self, stream: str, fingerprint: str) -> bool:
        """Returns whether the key of a fingerprint is still here; without it no content can be told
        from another."""
        _, mark = await self._marked(stream)
        return fingerprint.startswith(mark)

    async def _marked(self, stream: str) -> tuple[str, str]:
        """Returns the subject whose key makes fingerprints, which is the service itself once the
        case is erased, and the mark of that key."""
        subject = case_of(stream) or self._own_key
        try:
            return subject, await self._mark(subject)
        except Destroyed:
            return self._own_key, await self._mark(self._own_key)

    async def _mark(self, subject: str) -> str:
        return (await self._vault.digest(subject, "mark of the key", b""))[:MARK_LENGTH]

    async def salted(self, seed: str) -> str:
        """Returns a digest of the seed under the service's key: ids that are derived from it cannot
        be computed from facts and commands."""
        return await self._vault.digest(self._own_key, "seed", seed.encode())

    async def likeness(self, text: str) -> str:
        """Returns a short keyed digest by which papers with the same words are found. Of sixteen
        million texts one has the same: it tells nothing about a text that is erased."""
        return (await self._vault.digest(self._own_key, "likeness", folded(text).encode()))[:6]

    async def sealed(
        self, stream: str, command: M, command_id: str
    ) -> tuple[M, Sequence[SealedText]]:
        """Returns the command, or the fact, without its texts, and the texts for `keep`.

        When the case is erased, raises RuleViolated, or returns no texts of a command that may be
        decided all the same.
        """
        if not has_text(command):
            return command, ()
        new = case_of(stream) == case_id(command_id)
        key_of = self._vault.key_of_new if new else self._vault.key
        try:
            return seal(command, await key_of(stream_key(stream)), command_id)
        except Destroyed:
            if not getattr(command, "after_erasure", False):
                raise ERASED from None
        lost, _ = seal(command, self._vault.throwaway(stream_key(stream)), command_id)
        return lost, ()

    async def keep(self, origin: Origin, texts: Sequence[SealedText]) -> None:
        """Stores the texts of a command that was decided, before a fact refers to them: those of a
        refused one are never stored."""
        await self._vault.keep(stream_key(origin.stream), texts, origin)

    async def drop_abandoned(self, committed: Callable[[Origin], Awaitable[bool]]) -> int:
        """Deletes texts whose append never came; returns the number of commands looked at."""
        return await self._vault.drop_abandoned(committed, ABANDONED_AFTER)

    async def reveal(self, text: Text, subject: str, reader: str, reason: str = "") -> str:
        """Returns the words of a text, or GONE after their erasure; the vault audits the reader."""
        if not isinstance(text, Sealed):
            return text
        words = await self._vault.reveal(subject, text.ref, reader, reason)
        return GONE if words is None else words

    async def opened(
        self, stream: str, texts: Mapping[str, Sealed], reader: str | None
    ) -> dict[str, str]:
        """Returns the words of the texts by name, without those that are erased. Without a reader
        none is opened, and each stands as `UNREAD`."""
        if reader is None:
            return dict.fromkeys(texts, UNREAD)
        subject = stream_key(stream)
        words = {n: await self._vault.reveal(subject, t.ref, reader) for n, t in texts.items()}
        return {name: text for name, text in words.items() if text is not None}

    async def key_of(self, subject: str) -> DataKey:
        """Returns the key of a subject that is no case: of a file that was uploaded. Raises
        Destroyed after its erasure."""
        return await self._vault.key(subject)

    async def note_read(self, subject: str, ref: str, reader: str) -> None:
        """Notes that a person reads something that is kept under the key of the subject."""
        await self._vault.note_read(subject, ref, reader)

    async def destroy(self, case: str) -> None:
        await self._vault.destroy(case)
