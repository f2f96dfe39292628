"""Entries of the directory: a stream without a fact has no entry yet."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, TypeVar

from shared.kernel.errors import NotFound, RuleViolated
from shared.kernel.messages import GoverningCommand

S = TypeVar("S")


@dataclass(frozen=True)
class Unknown:
    """The state of an entry that was never registered."""


def for_registered(
    decide: Callable[[Any, S], Sequence[Any]],
) -> Callable[[Any, S | Unknown], Sequence[Any]]:
    """Returns `decide` for registered entries; NotFound for others."""

    def decided(command: Any, entry: S | Unknown) -> Sequence[Any]:
        if isinstance(entry, Unknown):
            raise NotFound("该编号尚未登记")
        return decide(command, entry)

    return decided


def after_registration(evolve: Callable[[S, Any], S]) -> Callable[[S | Unknown, Any], S | Unknown]:
    """Returns `evolve` for registered entries; a fact about another entry changes nothing."""

    def evolved(entry: S | Unknown, event: Any) -> S | Unknown:
        return entry if isinstance(entry, Unknown) else evolve(entry, event)

    return evolved


def check_not_late(command: GoverningCommand, day: date, days_back: int) -> None:
    """Raises RuleViolated for an act that begins before the day on which it was entered, less the
    days that the rules allow."""
    earliest = command.entered_on - timedelta(days=days_back)
    if day < earliest:
        message = f"不能倒填日期，最早自 {earliest} 起；此前的任职请用任职更正"
        raise RuleViolated("backdated", message, "valid_from")


def check_period(start: date, end: date, field: str) -> None:
    if end < start:
        raise RuleViolated("period-backwards", "结束日期不能早于开始日期", field)
