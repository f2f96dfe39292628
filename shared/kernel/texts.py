"""Rules about texts that are plain before sealing and references after it."""

from typing import Any

from shared.kernel.characters import is_invisible
from shared.kernel.errors import RuleViolated
from shared.kernel.messages import Sealed, Text
from shared.kernel.shape import Shape

GONE = "（内容已依法清除，无法显示）"
"""Stands in place of words whose case was erased."""


def is_blank(text: Text | None) -> bool:
    """Returns whether a text is missing, or has no visible character."""
    if isinstance(text, Sealed):
        return text.size == 0
    return is_invisible(text or "")


def same_text(one: Text | None, other: Text | None) -> bool:
    """Returns whether two texts have the same words. A text that was sealed twice has two
    references and one keyed digest."""
    if isinstance(one, Sealed) and isinstance(other, Sealed):
        return one.digest == other.digest
    return one == other


def require_text(text: Text | None, message: str, field: str, rule: str = "text-required") -> None:
    """Raises RuleViolated when the text is blank."""
    if is_blank(text):
        raise RuleViolated(rule, message, field)


def same_payload(one: Shape, other: Shape, payload: type[Shape]) -> bool:
    """Returns whether the fields of a payload that both inherit are the same, texts by their
    words."""
    fields, others = one.fields(payload), other.fields(payload)
    return all(_same(fields[name], others[name]) for name in fields)


def _same(one: Any, other: Any) -> bool:
    """Compares two values of a field: texts, parts, or several of them."""
    if isinstance(one, tuple) and isinstance(other, tuple):
        return len(one) == len(other) and all(map(_same, one, other))
    if isinstance(one, Shape) and not isinstance(one, Sealed) and type(one) is type(other):
        return same_payload(one, other, type(one))
    return same_text(one, other)
