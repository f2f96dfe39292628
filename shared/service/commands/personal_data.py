"""Which texts of a command must not travel: found by their marks, replaced by references.

Personal data at the edge: texts become references before anything is decided.
"""

import types
from collections.abc import Callable, Mapping
from functools import cache
from typing import Annotated, Any, TypeVar, Union, get_args, get_origin

from pydantic import BaseModel

from shared.contracts.intake import CaseErased
from shared.kernel.errors import RuleViolated
from shared.kernel.ids import stream_key
from shared.kernel.messages import Command, Event, Seal, Sealed, Text
from shared.service.commands.commit_draft import case_of
from shared.vault.keys import DataKey, SealedText
from shared.vault.vault import Destroyed, Vault

M = TypeVar("M", bound=BaseModel)
Replace = Callable[[str, str], Sealed]
ALWAYS = Seal(always=True)


@cache
def seals_of(model: type[BaseModel]) -> Mapping[str, Seal | None]:
    """The mark of every field. A text that bears no mark counts as personal."""
    return {
        name: _mark(
            Annotated[field.annotation, *field.metadata] if field.metadata else field.annotation
        )
        for name, field in model.model_fields.items()
    }


def has_text(command: Command, free: bool) -> bool:
    """Whether anything in the command is to be sealed; only then a key is needed."""
    found: list[str] = []

    def note(path: str, text: str) -> Sealed:
        found.append(path)
        return Sealed(ref="", size=0, digest="")

    _sealed(command, free, "", note)
    return bool(found)


def seal(command: M, key: DataKey, command_id: str, free: bool) -> tuple[M, list[SealedText]]:
    """The command with references for its texts, and what the vault must keep before."""
    kept: list[SealedText] = []

    def replace(path: str, text: str) -> Sealed:
        reference, sealed_text = key.seal(text, command_id, path)
        kept.append(sealed_text)
        return reference

    return _sealed(command, free, "", replace), kept


def _sealed(model: M, free: bool, path: str, replace: Replace) -> M:
    """A copy; `free` says whether Free texts are sealed, too."""
    changed = {}
    for name, mark in seals_of(type(model)).items():
        value = getattr(model, name)
        now = _replaced(value, mark, free, f"{path}/{name}", replace)
        if now is not value:
            changed[name] = now
    return model.model_copy(update=changed) if changed else model


def _replaced(value: Any, mark: Seal | None, free: bool, path: str, replace: Replace) -> Any:
    match value:
        case Sealed():
            return value
        case BaseModel():
            return _sealed(value, free, path, replace)
        case str() if value and mark and (mark.always or free):
            return replace(path, value)
        case tuple() | list():
            return _each(value, mark, free, path, replace)
    return value


def _each(values: Any, mark: Seal | None, free: bool, path: str, replace: Replace) -> Any:
    now = [_replaced(v, mark, free, f"{path}/{n}", replace) for n, v in enumerate(values)]
    same = all(new is old for new, old in zip(now, values, strict=True))
    return values if same else type(values)(now)


def _mark(annotation: Any) -> Seal | None:
    """The strictest mark anywhere in a type; a bare `Sealed` in it means personal."""
    if get_origin(annotation) is Annotated:
        inner, *metadata = get_args(annotation)
        return next((m for m in metadata if isinstance(m, Seal)), None) or _mark(inner)
    if annotation is Sealed:
        return ALWAYS
    if get_origin(annotation) not in (Union, types.UnionType, tuple, list):
        return None
    marks = [mark for part in get_args(annotation) if (mark := _mark(part))]
    return next((mark for mark in marks if mark.always), marks[0] if marks else None)


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
