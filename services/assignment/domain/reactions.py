"""Reactions of assignment: facts of other services become its imports."""

from collections.abc import Sequence
from functools import partial

from services.assignment.domain.acceptance.commands import DeemAccepted, NoteWork
from services.assignment.domain.closing.commands import NoteProgress
from services.assignment.domain.hand_out.commands import (
    NoteClassified,
    NoteCloseRefused,
    NoteExtended,
    NoteSuspended,
    OpenAssignment,
    StopAssignment,
)
from services.assignment.domain.merging.reactions import about_merger
from shared.contracts.case_event import OnTask, TaskName
from shared.contracts.extensions import CohandlerExtended, ExtensionRequested, TaskExtended
from shared.contracts.feedback import (
    CaseRated,
    EvaluationLapsed,
    RehandlingOrdered,
    RehandlingReviewed,
)
from shared.contracts.handling import (
    CaseContacted,
    CaseReplied,
    DraftSubmitted,
    OpinionGiven,
    ProgressReported,
    TaskCloseRefused,
)
from shared.contracts.imports import reaction
from shared.contracts.intake import CaseAccepted, CaseClassified, CaseErased, CaseWithdrawn
from shared.contracts.payloads.assignment import ClosingStep
from shared.contracts.reminder import CaseEscalated, ReminderSent
from shared.contracts.suspensions import (
    CohandlerResumed,
    SuspensionRequested,
    TaskResumed,
    TaskSuspended,
)
from shared.kernel.messages import Reaction, Recorded

Step = CaseReplied | CaseRated | EvaluationLapsed | RehandlingReviewed | RehandlingOrdered
"""Facts that are steps towards the end of a case."""
Timed = TaskExtended | CohandlerExtended | TaskSuspended | TaskResumed | CohandlerResumed
"""Facts by which the time of a task is another."""
imported = partial(reaction, "assignment")
ABOUT_TASK = (
    TaskCloseRefused, CaseContacted, ProgressReported, OpinionGiven, DraftSubmitted,
    ExtensionRequested, SuspensionRequested,
)  # fmt: skip
"""Acts of a unit on its task that show that it has taken it; a unit that asks for more time for a
task does not say that it is not his."""


def react(recorded: Recorded) -> Sequence[Reaction]:
    match recorded.event:
        case CaseAccepted() | CaseClassified() | CaseWithdrawn() | CaseErased() as fact:
            return [of_intake(recorded, fact)]
        case fact if isinstance(fact, Timed):
            return [timed(recorded, fact)]
        case OnTask() as fact if isinstance(fact, ABOUT_TASK):
            return [about_task(recorded, fact)]
        case (
            ReminderSent(rule="objection", deems=True, subject=task)
            | CaseEscalated(rule="objection", deems=True, subject=task)
        ):
            silent = DeemAccepted(at=recorded.event.at, by="system:assignment", task=task)
            return [Reaction(f"assignment-{recorded.case_id}", silent, task)]
        case fact if isinstance(fact, Step):
            step = step_of(fact)
            fields = step.fields(ClosingStep)
            return [imported(recorded, NoteProgress, step.task, **fields, round=fact.round)]
        case _:
            return about_merger(recorded)


def of_intake(
    recorded: Recorded, fact: CaseAccepted | CaseClassified | CaseWithdrawn | CaseErased
) -> Reaction:
    if isinstance(fact, CaseAccepted):
        return opened(recorded, fact)
    if isinstance(fact, CaseClassified):
        return imported(recorded, NoteClassified, purpose=fact.purpose)
    reason = "withdrawn" if isinstance(fact, CaseWithdrawn) else "erased"
    return imported(recorded, StopAssignment, reason=reason)


def timed(recorded: Recorded, fact: Timed) -> Reaction:
    """Returns the import of a later day of a task, or of its pause."""
    fields = {**fact.fields(TaskName), "round": fact.round}
    if isinstance(fact, TaskSuspended):
        return imported(recorded, NoteSuspended, fact.task, **fields)
    resumed = isinstance(fact, TaskResumed | CohandlerResumed)
    return imported(recorded, NoteExtended, fact.task, **fields, due=fact.due, resumed=resumed)


def about_task(recorded: Recorded, fact: OnTask) -> Reaction:
    """Returns the import of work on a task, or of a task that could not be taken back."""
    fields = fact.fields(TaskName)
    if isinstance(fact, TaskCloseRefused):
        return imported(recorded, NoteCloseRefused, fact.task, **fields, round=fact.round)
    return imported(recorded, NoteWork, fact.task, **fields)


def opened(recorded: Recorded, fact: CaseAccepted) -> Reaction:
    return imported(
        recorded,
        OpenAssignment,
        subject=fact.subject,
        region=fact.region,
        purpose=fact.purpose,
        wanted_unit=fact.wanted_unit,
        received_on=fact.received_on,
        proposers=fact.proposers,
        receiver=fact.receiver,
        carried=fact.receiver is not None,
    )


def step_of(fact: Step) -> ClosingStep:
    """Returns the step towards the end of the case that the fact is."""
    match fact:
        case CaseReplied(task=task, raters=raters):
            return ClosingStep(what="replied", task=task, raters=raters)
        case CaseRated(task=task, rater=rater, rehandling=ordered, review=review):
            return ClosingStep(
                what="rated", task=task, raters=(rater,), next_round=ordered,
                under_review=review is not None,
            )  # fmt: skip
        case RehandlingReviewed(task=task, rater=rater):
            return ClosingStep(
                what="reviewed", task=task, raters=(rater,),
                next_round=fact.round + 1 if fact.ordered else None,
            )  # fmt: skip
        case EvaluationLapsed(task=task, rater=rater):
            return ClosingStep(what="lapsed", task=task, raters=(rater,))
        case RehandlingOrdered(previous_task=task, next_round=number, tasks=tasks):
            return ClosingStep(
                what="rehandling", task=task, next_round=number, tasks=tasks,
                higher_signer=fact.higher_signer,
            )  # fmt: skip
