"""Folds of clocks: what runs, by which light, and who is asked to acknowledge an escalation."""

from collections.abc import Callable, Mapping
from typing import Any

from services.portal.domain.derived import ANYBODY
from services.portal.domain.folds_of_intake import Fields, Fold
from shared.contracts import reminder as r
from shared.kernel.messages import Event
from shared.kernel.moment import stamp


def clocks_of(part: Fields) -> dict[str, Fields]:
    """Returns the rows of the clocks, to be changed there."""
    rows: dict[str, Fields] = part.setdefault("clocks", {})
    return rows


def on_clock(change: Callable[[Fields, Any], None]) -> Fold:
    """Changes the row of the fact's clock."""

    def fold(part: Fields, event: Any, at: str) -> None:
        change(clocks_of(part).setdefault(event.clock, {}), event)

    return fold


def with_fields(fields: Callable[[Any], Fields]) -> Fold:
    return on_clock(lambda row, event: row.update(fields(event)))


def clock_started(event: r.ClockStarted) -> Fields:
    return {
        "rule": event.rule,
        "subject": event.subject,
        "unit": event.unit,
        "person": event.person,
        "round": event.round,
        "due": stamp(event.due.at),
        "light": "green",
        "running": True,
    }


def stopped(part: Fields, event: r.ClocksStopped, at: str) -> None:
    """Ends every clock of the case."""
    for row in clocks_of(part).values():
        row |= {"running": False, "light": "done"}


def escalated(row: Fields, event: r.CaseEscalated) -> None:
    """Keeps by rung who is asked to acknowledge: the holder of the post on its day, and the unit of
    the post, whoever holds it later or acts for the holder; `*` for posts at organs and the
    agency. A later rung takes no question back."""
    row |= {"rung": event.rung, "told": event.person}
    elsewhere = event.organ is not None or event.role == "leader"
    asked = ANYBODY if elsewhere else event.unit
    if event.acknowledge_by:
        row.setdefault("asks", {})[event.rung] = {"told": event.person, "asked": asked}


def acknowledged(row: Fields, event: r.EscalationAcknowledged) -> None:
    row.get("asks", {}).pop(event.rung, None)


def dated(row: Fields, event: r.ClockResumed | r.ClockExtended | r.ClockRedated) -> None:
    """Answers that the old day awaited are awaited no more."""
    due = stamp(event.due.at)
    if not isinstance(event, r.ClockRedated) or due != row.get("due"):
        row["asks"] = {}
    row["due"] = due


def resumed(row: Fields, event: r.ClockResumed) -> None:
    dated(row, event)
    row["paused"] = False


def redated(row: Fields, event: r.ClockRedated) -> None:
    dated(row, event)
    row["redated"] = True


FOLDS_OF_CLOCKS: Mapping[type[Event], Fold] = {
    r.ClockStarted: with_fields(clock_started),
    r.ClockStopped: with_fields(lambda e: {"running": False, "light": "done", "late": e.late}),
    r.ClockPaused: with_fields(lambda e: {"paused": True}),
    r.ClockResumed: on_clock(resumed),
    r.ClockExtended: on_clock(dated),
    r.ClockRedated: on_clock(redated),
    r.ClocksStopped: stopped,
    r.LightChanged: with_fields(lambda e: {"light": e.light}),
    r.CaseEscalated: on_clock(escalated),
    r.EscalationAcknowledged: on_clock(acknowledged),
}
