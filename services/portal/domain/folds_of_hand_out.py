"""Folds of assignment about the case as a whole: its plan, its purpose, its end."""

from collections.abc import Mapping
from typing import Any

from services.portal.domain.folds_of_intake import Fields, Fold
from shared.contracts import assignment as a
from shared.contracts.charges import ChargeEnded, ChargeTaken
from shared.contracts.members import AssignmentMerged
from shared.contracts.planning import AssignmentPlanned, PlanDecided
from shared.kernel.messages import Event


def planned(waits: bool) -> Fold:
    """Keeps whether a plan waits for the leader."""

    def fold(part: Fields, event: Any, at: str) -> None:
        part["plan"] = waits

    return fold


def corrected(part: Fields, event: a.AssignmentClassified, at: str) -> None:
    """Keeps the tasks of units that may not have the case any more: for the worklist, never
    shown."""
    part["misplaced"] = list(event.misplaced)


def opened(part: Fields, event: a.AssignmentOpened, at: str) -> None:
    """Keeps who took the paper, where he carries the case until a unit has signed (首问责任)."""
    if any(each.due.rule == "first-receipt" for each in event.opens or ()):
        part["carrier"] = event.receiver


def has_unit(change: Fold) -> Fold:
    """Folds what changes the task; a unit has the case now."""

    def fold(part: Fields, event: Any, at: str) -> None:
        change(part, event, at)
        if "carrier" in part:
            part["carrier"] = None

    return fold


def taken(part: Fields, event: ChargeTaken, at: str) -> None:
    """Keeps who is in charge by which scheme, by charge."""
    part["charges"] = part.get("charges", {}) | {event.charge: [event.scheme, event.leader]}


def ended(part: Fields, event: ChargeEnded, at: str) -> None:
    others = part.get("charges", {})
    part["charges"] = {charge: by for charge, by in others.items() if charge != event.charge}


def closed(part: Fields, event: a.CaseClosed, at: str) -> None:
    part["closed_at"] = at
    if "carrier" in part:
        part["carrier"] = None


def reopened(part: Fields, event: a.CaseReopened, at: str) -> None:
    part["closed_at"] = None


FOLDS_OF_HAND_OUT: Mapping[type[Event], Fold] = {
    a.AssignmentOpened: opened,
    AssignmentPlanned: planned(True),
    PlanDecided: planned(False),
    AssignmentMerged: planned(False),
    ChargeTaken: taken,
    ChargeEnded: ended,
    a.AssignmentClassified: corrected,
    a.CaseClosed: closed,
    a.CaseReopened: reopened,
}
