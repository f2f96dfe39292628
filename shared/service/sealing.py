"""Which texts of a command must not travel: found by their marks, replaced by references."""

import types
from collections.abc import Callable, Mapping
from functools import cache
from typing import Annotated, Any, TypeVar, Union, get_args, get_origin

from pydantic import BaseModel

from shared.kernel.messages import Command, Seal, Sealed
from shared.vault.keys import DataKey, SealedText

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
