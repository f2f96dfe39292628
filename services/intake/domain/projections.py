"""Read model `readers`: the units at work on a case, which may read its letter and contacts; and
what it has in common with other papers: its external numbers, the likeness of its text; and the
master with which it is handled."""

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
from shared.contracts.handling import ReplySigned
from shared.contracts.intake import (
    CaseDeclined,
    CaseErased,
    CaseRegistered,
    CaseSentBack,
    CaseWithdrawn,
)
from shared.contracts.merging import CaseMerged, CaseUnmerged
from shared.contracts.recusal import AgainstNamed
from shared.contracts.rerouting import CaseDiverted, CasePassedOn
from shared.contracts.resubmission import PaperResubmitted
from shared.kernel.messages import Recorded
from shared.kernel.paper_numbers import claim_of
from shared.kernel.projection import ModelDocument, Projection

SHARED = ("agency", "kind", "channel", "claims", "likeness", "against", "master")


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


def paper(part: ModelDocument, recorded: Recorded) -> ModelDocument:
    """Folds numbers and likeness of a paper, as long as it is not over."""
    match recorded.event:
        case CaseRegistered() as event:
            agency = event.agency or recorded.agency
            brought = {"agency": agency, "level": event.source_level, "session": event.session}
            return {**brought, **_counted(event, brought), "likeness": event.likeness}
        case CaseDiverted() as event:
            return {**part, **_counted(event, part)}
        case WordingAmended() | PaperResubmitted() as event:
            return {**part, "likeness": event.likeness, "over": False}
        case AgainstNamed() as event:
            return {**part, "against": sorted(event.ids)}
        case (
            CaseDeclined() | CasePassedOn() | CaseSentBack() | CaseWithdrawn() | CaseErased()
        ) as event:
            may_return = isinstance(event, CaseSentBack)
            return {**(part if may_return else {}), "over": True}
        case _:
            return handled_with(part, recorded)


def handled_with(part: ModelDocument, recorded: Recorded) -> ModelDocument:
    """Folds the master of a merged case."""
    match recorded.event:
        case CaseMerged(into=master) | CaseUnmerged(master=master) as event:
            return {**part, "master": master if isinstance(event, CaseMerged) else None}
        case _:
            return part


def _counted(event: CaseRegistered | CaseDiverted, brought: ModelDocument) -> ModelDocument:
    """Returns how the paper counts, with the claims to its number and to those that it had under
    former kinds; `brought` is its origin, and what it claimed before."""
    number = event.external_no
    names = (brought["agency"], event.kind, brought["level"], event.period, brought["session"])
    claims = {*brought.get("claims", ()), *([claim_of(*names, number)] if number else ())}
    return {"kind": event.kind, "channel": event.channel, "claims": sorted(claims)}


def shared_with_others(document: ModelDocument) -> ModelDocument:
    """Returns the fields by which papers are compared, and by which a person may know of them; null
    for a case that is over."""
    part = document.get("intake", {})
    known = {} if part.get("over") else part
    return {name: known.get(name) for name in SHARED}


def _begun(event: CaseAssigned | AssignmentProgressed) -> Iterable[Task]:
    """Returns the tasks that began, without those that wait for another unit."""
    withheld = event.withheld if isinstance(event, AssignmentProgressed) else ()
    return (task for task in event.tasks if task.task not in withheld)


def _at_work(*tasks: Task) -> dict[str, dict[str, str]]:
    return {task.task: {"unit": task.unit, "part": task.part} for task in tasks}


READERS = Projection(
    name="readers",
    topic="case-events",
    parts={"assignment": project, "intake": paper, "handling": answered},
    derive=shared_with_others,
    indexes=((("claims", 1),), (("agency", 1), ("likeness", 1))),
    version=5,
)
