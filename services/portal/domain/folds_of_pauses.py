"""Changes of a task's row by facts of its suspension."""

from collections.abc import Callable, Mapping
from typing import Any

from services.portal.domain.folds_of_intake import Fields
from shared.contracts import suspensions as s
from shared.kernel.calendar import ending_day
from shared.kernel.messages import Event
from shared.kernel.moment import stamp


def suspension_asked(row: Fields, event: s.SuspensionRequested, at: str) -> Fields:
    return {"pausers": list(event.approvers)}


def suspension_approved(row: Fields, event: s.SuspensionApproved, at: str) -> Fields:
    return {"pausers": [each for each in row.get("pausers", ()) if each not in event.seats]}


def suspended(row: Fields, event: s.TaskSuspended, at: str) -> Fields:
    """Keeps the last day of the pause, and whether the proposer is still to be told."""
    until = ending_day(event.ends.at).isoformat()
    return {"pausers": [], "paused_until": until, "untold_pause": owes_notice(event)}


def resumed(row: Fields, event: s.TaskResumed, at: str) -> Fields:
    untold = row.get("untold_pause") or owes_notice(event)
    return {"paused_until": None, "due": stamp(event.due.at), "untold_pause": untold}


def owes_notice(event: s.TaskSuspended | s.TaskResumed) -> bool:
    return any(each.due.rule == "suspension-notice" for each in event.opens or ())


CHANGES_BY_PAUSES: Mapping[type[Event], Callable[[Fields, Any, str], Fields]] = {
    s.SuspensionRequested: suspension_asked,
    s.SuspensionApproved: suspension_approved,
    s.SuspensionRefused: lambda row, e, at: {"pausers": []},
    s.TaskSuspended: suspended,
    s.TaskResumed: resumed,
    s.CohandlerResumed: lambda row, e, at: {"due": stamp(e.due.at)},
    s.SuspensionTold: lambda row, e, at: {"untold_pause": False},
}
