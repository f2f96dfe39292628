"""Reactions of assignment: facts of other services become its imports."""

from collections.abc import Sequence
from functools import partial

from services.assignment.domain.acceptance.commands import DeemAccepted
from services.assignment.domain.closing.commands import NoteProgress
from services.assignment.domain.hand_out.commands import (
    NoteCloseRefused,
    OpenAssignment,
    StopAssignment,
)
from shared.contracts.assignment import ClosingStep
from shared.contracts.case_event import TaskName
from shared.contracts.feedback import CaseRated, EvaluationLapsed, RehandlingOrdered
from shared.contracts.handling import CaseReplied, TaskCloseRefused
from shared.contracts.imports import reaction
from shared.contracts.intake import CaseAccepted, CaseErased, CaseWithdrawn
from shared.contracts.reminder import CaseEscalated, ReminderSent
from shared.kernel.messages import Reaction, Recorded

imported = partial(reaction, "assignment")


def react(recorded: Recorded) -> Sequence[Reaction]:
    match recorded.event:
        case CaseAccepted() as fact:
            return [opened(recorded, fact)]
        case CaseWithdrawn() | CaseErased() as fact:
            reason = "withdrawn" if isinstance(fact, CaseWithdrawn) else "erased"
            return [imported(recorded, StopAssignment, reason=reason)]
        case TaskCloseRefused(task=task, round=round_) as fact:
            fields = fact.fields(TaskName)
            return [imported(recorded, NoteCloseRefused, task, **fields, round=round_)]
        case (
            ReminderSent(rule="objection", deems=True, subject=task)
            | CaseEscalated(rule="objection", deems=True, subject=task)
        ):
            silent = DeemAccepted(at=recorded.event.at, by="system:assignment", task=task)
            return [Reaction(f"assignment-{recorded.case_id}", silent, task)]
        case CaseReplied() | CaseRated() | EvaluationLapsed() | RehandlingOrdered() as fact:
            step = step_of(fact)
            fields = step.fields(ClosingStep)
            return [imported(recorded, NoteProgress, step.task, **fields, round=fact.round)]
        case _:
            return []


def opened(recorded: Recorded, fact: CaseAccepted) -> Reaction:
    return imported(
        recorded,
        OpenAssignment,
        subject=fact.subject,
        region=fact.region,
        wanted_unit=fact.wanted_unit,
        received_on=fact.received_on,
        proposers=fact.proposers,
    )


def step_of(fact: CaseReplied | CaseRated | EvaluationLapsed | RehandlingOrdered) -> ClosingStep:
    """Returns the step towards the end of the case that the fact is."""
    match fact:
        case CaseReplied(task=task, raters=raters):
            return ClosingStep(what="replied", task=task, raters=raters)
        case CaseRated(task=task, rater=rater, rehandling=ordered):
            return ClosingStep(what="rated", task=task, raters=(rater,), next_round=ordered)
        case EvaluationLapsed(task=task, rater=rater):
            return ClosingStep(what="lapsed", task=task, raters=(rater,))
        case RehandlingOrdered(previous_task=task, next_round=number, tasks=tasks):
            return ClosingStep(what="rehandling", task=task, next_round=number, tasks=tasks)
