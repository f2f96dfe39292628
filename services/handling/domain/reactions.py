"""Reactions of handling: facts of other services become its imports."""

from collections.abc import Iterator, Sequence
from functools import partial

from services.handling.domain.recipients.commands import JoinRecipients, LeaveRecipients
from services.handling.domain.suspensions.commands import EndSuspension
from services.handling.domain.tasks.commands import (
    CloseTask,
    MoveTask,
    NoteAsks,
    OpenTasks,
    StopHandling,
)
from shared.contracts.assignment import (
    AssignmentAdded,
    AssignmentProgressed,
    AssignmentReassigned,
    AssignmentRemoved,
    CaseAssigned,
)
from shared.contracts.case_event import Move, TaskName
from shared.contracts.imports import reaction
from shared.contracts.intake import CaseAccepted, CaseErased, CaseWithdrawn
from shared.contracts.merging import MemberJoined, MemberLeft
from shared.contracts.reminder import CaseEscalated, ReminderSent
from shared.kernel.messages import Reaction, Recorded


def react(recorded: Recorded) -> Sequence[Reaction]:
    match recorded.event:
        case MemberJoined() as fact:
            fields = {"member": fact.member, "proposers": fact.proposers}
            return [imported(recorded, JoinRecipients, fact.member, **fields)]
        case MemberLeft() as fact:
            return [imported(recorded, LeaveRecipients, fact.member, member=fact.member)]
        case CaseAccepted() as fact:
            return list(noted(recorded, fact))
        case CaseWithdrawn() | CaseErased() as fact:
            reason = "withdrawn" if isinstance(fact, CaseWithdrawn) else "erased"
            return [imported(recorded, StopHandling, reason=reason)]
        case ReminderSent(rule="suspension") | CaseEscalated(rule="suspension") as fact:
            return ended(recorded, fact)
        case _:
            return work(recorded)


def ended(recorded: Recorded, fact: ReminderSent | CaseEscalated) -> Sequence[Reaction]:
    """Returns the import of the last day of a pause: its rung takes silence for an answer."""
    fields = {"task": fact.subject, "planned": fact.planned}
    return [imported(recorded, EndSuspension, fact.subject, **fields)] if fact.deems else []


def noted(recorded: Recorded, fact: CaseAccepted) -> Iterator[Reaction]:
    """Yields the import of what the paper asks for, where it asks for anything beside a reply."""
    if fact.asks or fact.face_to_face_wanted:
        wants = {"asks": fact.asks, "face_to_face_wanted": fact.face_to_face_wanted}
        yield imported(recorded, NoteAsks, **wants)


def work(recorded: Recorded) -> Sequence[Reaction]:
    match recorded.event:
        case CaseAssigned(round=round_, tasks=tasks, proposers=proposers):
            return [imported(recorded, OpenTasks, round=round_, tasks=tasks, proposers=proposers)]
        case AssignmentProgressed(what="rehandling") as fact:
            return [next_round(recorded, fact)]
        case AssignmentReassigned() as fact:
            return [imported(recorded, MoveTask, fact.task, **fact.fields(Move), round=fact.round)]
        case AssignmentAdded() | AssignmentRemoved() as fact:
            return [of_team(recorded, fact)]
        case _:
            return []


def next_round(recorded: Recorded, fact: AssignmentProgressed) -> Reaction:
    """Returns the import of a further round, but for the tasks that wait for another unit."""
    tasks = tuple(task for task in fact.tasks if task.task not in fact.withheld)
    opening = {"round": fact.next_round, "tasks": tasks, "higher_signer": fact.higher_signer}
    return imported(recorded, OpenTasks, fact.task, **opening)


def of_team(recorded: Recorded, fact: AssignmentAdded | AssignmentRemoved) -> Reaction:
    """Returns the import of a co-handler that joined or left."""
    if isinstance(fact, AssignmentRemoved):
        fields = {**fact.fields(TaskName), "round": fact.round, "reason": "removed"}
        return imported(recorded, CloseTask, fact.task, **fields)
    opening = {"round": fact.round, "tasks": (fact.to,), "proposers": fact.proposers}
    return imported(recorded, OpenTasks, fact.to.task, **opening)


imported = partial(reaction, "handling")
