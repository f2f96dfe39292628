"""Read model `readers`: the units at work on a case, which may read its letter and contacts; and
what it has in common with other papers: its external numbers, the likeness of its text, those who
brought it, the papers that it repeats; the master with which it is handled; and whether its way is
at its end."""

from collections.abc import Iterable, Mapping

from shared.contracts.assignment import (
    AssignmentAdded,
    AssignmentProgressed,
    AssignmentReassigned,
    AssignmentRemoved,
    AssignmentStopped,
    CaseAssigned,
)
from shared.contracts.calls import WordingAmended
from shared.contracts.case_event import Task
from shared.contracts.feedback import RehandlingOrdered
from shared.contracts.handling import ReplySigned
from shared.contracts.intake import (
    CaseDeclined,
    CaseErased,
    CaseRegistered,
    CaseSentBack,
    CaseWithdrawn,
)
from shared.contracts.linking import CaseLinked, CaseUnlinked
from shared.contracts.merging import CaseMerged, CaseUnmerged
from shared.contracts.particulars import ParticularsNoted
from shared.contracts.recusal import AgainstNamed
from shared.contracts.rerouting import CaseDiverted, CasePassedOn
from shared.contracts.resubmission import PaperResubmitted
from shared.contracts.reviews import DeliveryNoted, PetitionConcluded, ReviewRequested
from shared.kernel.messages import Event, Recorded
from shared.kernel.paper_numbers import claim_of
from shared.kernel.projection import ModelDocument, Projection

SCOPE = ("agency", "kind", "channel", "against")
"""By which a person may know of a paper."""
COMPARED = ("claims", "likeness", "petitioners", "earlier", "links", "master")


def project(part: ModelDocument, recorded: Recorded) -> ModelDocument:
    """Folds `tasks`: unit and part by task. A unit whose task was reassigned leaves."""
    tasks: Mapping[str, Mapping[str, str]] = part.get("tasks", {})
    match recorded.event:
        case CaseAssigned() | AssignmentProgressed() as event:
            return {**part, "tasks": {**tasks, **_at_work(*_begun(event))}}
        case AssignmentReassigned(task=ended, to=to):
            kept = {task: unit for task, unit in tasks.items() if task != ended}
            return {**part, "tasks": {**kept, **_at_work(to)}}
        case AssignmentAdded(to=to):
            return {**part, "tasks": {**tasks, **_at_work(to)}}
        case AssignmentRemoved(task=ended):
            return {**part, "tasks": {t: unit for t, unit in tasks.items() if t != ended}}
        case AssignmentStopped():
            return {**part, "tasks": {}}
        case _:
            return part


def answered(part: ModelDocument, recorded: Recorded) -> ModelDocument:
    """Folds whether a reply is signed: members neither join nor leave from then on."""
    return {"signed": True} if isinstance(recorded.event, ReplySigned) else part


def reviewed(part: ModelDocument, recorded: Recorded) -> ModelDocument:
    """Folds `opinions`: how the way of each delivered reply ended, None while it goes on."""
    opinions: Mapping[str, str | None] = part.get("opinions", {})
    match recorded.event:
        case DeliveryNoted(task=task):
            return {"opinions": {task: None, **opinions}}
        case ReviewRequested(task=task):
            return {"opinions": {**opinions, task: None}}
        case PetitionConcluded(task=task, ending=ending):
            return {"opinions": {**opinions, task: ending}}
        case RehandlingOrdered(previous_task=former):
            return {"opinions": {task: how for task, how in opinions.items() if task != former}}
        case _:
            return part


def conclusion(part: ModelDocument) -> str | None:
    """Returns how the way of a petition ended, once that of each of its replies has: `rechecked`
    where all were reviewed at the last level."""
    endings = {*part.get("opinions", {}).values()}
    if not endings or None in endings:
        return None
    return "rechecked" if endings == {"rechecked"} else "not-requested"


def paper(part: ModelDocument, recorded: Recorded) -> ModelDocument:
    """Folds numbers and likeness of a paper, as long as it is not over."""
    match recorded.event:
        case CaseRegistered() as event:
            agency = event.agency or recorded.agency
            brought = {"agency": agency, "level": event.source_level, "session": event.session}
            compared = {"likeness": event.likeness, "petitioners": [*event.petitioners]}
            return {**brought, **_counted(event, brought), **compared, "earlier": [*event.earlier]}
        case CaseDiverted() as event:
            return {**part, **_counted(event, part)}
        case (
            CaseDeclined() | CasePassedOn() | CaseSentBack() | CaseWithdrawn() | CaseErased()
        ) as event:
            return {**_left(part, event), "over": True}
        case CaseLinked() | CaseUnlinked() as event:
            return {**part, "links": _links(part, event)}
        case event:
            return {**part, **_changed(event)}


def _links(part: ModelDocument, event: CaseLinked | CaseUnlinked) -> ModelDocument:
    """Returns what the paper is to others, by their ids."""
    kept = {other: how for other, how in part.get("links", {}).items() if other != event.other}
    return kept | ({event.other: event.how} if isinstance(event, CaseLinked) else {})


def _changed(event: Event) -> ModelDocument:
    """Returns what an act on a paper in hand changes."""
    match event:
        case WordingAmended() | PaperResubmitted():
            return {"likeness": event.likeness, "over": False}
        case ParticularsNoted():
            return {"earlier": [*event.earlier]}
        case AgainstNamed():
            return {"against": sorted(event.ids)}
        case CaseMerged():
            return {"master": event.into}
        case CaseUnmerged():
            return {"master": None}
        case _:
            return {}


def _left(part: ModelDocument, event: Event) -> ModelDocument:
    """Returns what is kept of a paper that is over: all of one that may come again; of others by
    whom they may be known, and what a later paper may repeat. Nothing of an erased one."""
    if isinstance(event, CaseSentBack):
        return part
    kept = () if isinstance(event, CaseErased) else (*SCOPE, "petitioners", "earlier", "links")
    return {name: part[name] for name in kept if name in part}


def _counted(event: CaseRegistered | CaseDiverted, brought: ModelDocument) -> ModelDocument:
    """Returns how the paper counts, with the claims to its number and to those that it had under
    former kinds; `brought` is its origin, and what it claimed before."""
    number = event.external_no
    names = (brought["agency"], event.kind, brought["level"], event.period, brought["session"])
    claims = {*brought.get("claims", ()), *([claim_of(*names, number)] if number else ())}
    return {"kind": event.kind, "channel": event.channel, "claims": sorted(claims)}


def shared_with_others(document: ModelDocument) -> ModelDocument:
    """Returns the fields by which papers are compared, and by which a person may know of them.
    Number and likeness of a case that is over are null; what it repeats, and who brought it, stay
    until it is erased."""
    part = document.get("intake", {})
    gone = ("claims", "likeness") if part.get("over") else ()
    shared = {name: None if name in gone else part.get(name) for name in (*SCOPE, *COMPARED)}
    linked = sorted(part.get("links", ()))
    return {**shared, "linked": linked, "concluded": conclusion(document.get("feedback", {}))}


def _begun(event: CaseAssigned | AssignmentProgressed) -> Iterable[Task]:
    """Returns the tasks that began, without those that wait for another unit."""
    withheld = event.withheld if isinstance(event, AssignmentProgressed) else ()
    return (task for task in event.tasks if task.task not in withheld)


def _at_work(*tasks: Task) -> dict[str, dict[str, str]]:
    return {task.task: {"unit": task.unit, "part": task.part} for task in tasks}


READERS = Projection(
    name="readers",
    topic="case-events",
    parts={"assignment": project, "intake": paper, "handling": answered, "feedback": reviewed},
    derive=shared_with_others,
    indexes=(
        (("claims", 1),),
        (("agency", 1), ("likeness", 1)),
        (("agency", 1), ("petitioners", 1)),
        (("earlier", 1),),
        (("linked", 1),),
    ),
    version=8,
)
