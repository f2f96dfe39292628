"""Which facts open which obligations, and which meet them: one row each."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from shared.contracts.assignment import (
    AssignmentDeemedAccepted,
    AssignmentObjected,
    AssignmentProgressed,
    AssignmentReassigned,
    AssignmentReceived,
    CaseAssigned,
    CaseClosed,
)
from shared.contracts.case_event import CaseEvent, Task
from shared.contracts.disclosure import (
    CaseDisclosed,
    DisclosureOpened,
    DisclosureReviewed,
    PublicationReleased,
)
from shared.contracts.feedback import CaseRated, EvaluationLapsed, EvaluationOpened
from shared.contracts.handling import (
    CaseContacted,
    CaseReplied,
    CohandlerJoined,
    OpinionGiven,
    TaskClosed,
    TaskOpened,
)
from shared.contracts.reminder import PlannedRung
from shared.kernel.calendar import midnight_after
from shared.kernel.moment import MILLISECOND
from shared.kernel.policy import Due, Policy


@dataclass(frozen=True)
class Opened:
    """One obligation: about which task or evaluation, whose, and until when."""

    subject: str
    due: Due
    unit: str | None = None
    person: str | None = None


def handed_out(tasks: Sequence[Task]) -> list[Opened]:
    """A task must be signed for, and may be objected to, from the day it is handed out."""
    return [
        Opened(task.task, due, task.unit)
        for task in tasks
        for due in (task.sign_for, task.objection)
        if due is not None
    ]


def begun(event: Any) -> list[Opened]:
    """A unit that replies must first contact the proposer."""
    dues = (event.first_contact, event.due)
    return [Opened(event.task, due, event.unit) for due in dues if due is not None]


OPENED_BY: Mapping[type[CaseEvent], Callable[[Any], list[Opened]]] = {
    CaseAssigned: lambda e: handed_out(e.tasks),
    AssignmentReassigned: lambda e: handed_out([e.to]),
    TaskOpened: begun,
    CohandlerJoined: lambda e: [Opened(e.task, e.due, e.unit)],
    EvaluationOpened: lambda e: [Opened(e.evaluation, e.due, e.unit, e.rater)],
    DisclosureOpened: lambda e: [Opened(e.task, e.due, e.unit)],
}


@dataclass(frozen=True)
class Met:
    """This fact ends these rules' clocks about the subject that its `field` names (None: about
    every one). It is recorded in the stream whose facts open them, so that it never comes first."""

    rules: tuple[str, ...]
    why: str
    field: str | None = "task"
    where: Callable[[Any], bool] = lambda event: True


SIGNING = ("sign-for", "objection")
WORK = ("first-contact", "co-opinion", "reply", "rehandling")

MET_BY: Mapping[type[CaseEvent], tuple[Met, ...]] = {
    AssignmentReceived: (Met(SIGNING, "received"),),
    AssignmentObjected: (Met(SIGNING, "objected"),),
    AssignmentDeemedAccepted: (Met(SIGNING, "deemed-accepted"),),
    AssignmentReassigned: (Met(SIGNING, "reassigned"),),
    # Whoever has replied is not asked any more to sign for the task.
    AssignmentProgressed: (Met(SIGNING, "replied", where=lambda e: e.what == "replied"),),
    CaseClosed: (Met(SIGNING, "closed", None),),
    # 办后反馈 does not make up for the talk that had to come first.
    CaseContacted: (Met(("first-contact",), "contacted", where=lambda e: e.phase != "after"),),
    OpinionGiven: (Met(("co-opinion",), "given"),),
    # Where the gate is open, a lead may reply without the opinions; they are not awaited any more.
    CaseReplied: (
        Met(WORK, "replied"),
        Met(("co-opinion",), "replied", None, where=lambda e: e.part == "lead"),
    ),
    TaskClosed: (Met(WORK, "closed"),),
    CaseRated: (Met(("rating",), "rated", "evaluation"),),
    EvaluationLapsed: (Met(("rating",), "lapsed", "evaluation"),),
    # A decision that the review returned is still due.
    DisclosureReviewed: (Met(("publication",), "reviewed", where=lambda e: e.approved),),
    CaseDisclosed: (Met(("publication",), "disclosed"),),
    PublicationReleased: (Met(("publication",), "released"),),
}


def happened(event: CaseEvent) -> datetime:
    """When the matter itself took place. A contact counts for its own day, whenever it was entered:
    until the last moment of that day, as periods last until 24:00."""
    if isinstance(event, CaseContacted):
        return min(event.at, midnight_after(event.on) - MILLISECOND)
    return event.at


def openings(event: CaseEvent) -> list[Opened]:
    return OPENED_BY[type(event)](event) if type(event) in OPENED_BY else []


def meetings(event: CaseEvent) -> list[tuple[str | None, Met]]:
    """What the fact settles, by subject."""
    found = [met for met in MET_BY.get(type(event), ()) if met.where(event)]
    return [(getattr(event, met.field) if met.field else None, met) for met in found]


ADDRESSEES: Mapping[str, tuple[str, ...]] = {
    "unit": ("handler", "liaison", "section-head", "head"),
    "agency": ("office", "leader", "publisher"),
}
"""Where the holder of a rung's role is looked for: at the task's unit, or at the agency."""


def planned(due: Due, policy: Policy) -> tuple[PlannedRung, ...]:
    """The whole ladder, counted from the recorded due moment, the earliest rung first."""
    rule = policy.row.deadlines.get(due.rule)
    steps = [
        PlannedRung(
            rung=rung.key,
            role=rung.role,
            at=policy.calendar.shift(due.at, rung.offset, rung.unit),
            escalates=rung.escalates,
            acknowledge=rung.acknowledge,
            deems=rung.deems,
        )
        for rung in (rule.ladder if rule else ())
    ]
    return tuple(sorted(steps, key=lambda step: step.at))


def yellow_at(due: Due, policy: Policy) -> datetime:
    rule = policy.row.deadlines.get(due.rule)
    return policy.calendar.shift(due.at, -rule.yellow_days if rule else 0)
