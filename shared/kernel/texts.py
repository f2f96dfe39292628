"""Rules about texts that are plain before sealing and references after it."""

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
    return all(same_text(fields[name], others[name]) for name in fields)
