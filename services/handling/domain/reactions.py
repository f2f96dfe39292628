"""Reactions of handling: facts of other services become its imports."""

from collections.abc import Sequence
from functools import partial

from services.handling.domain.tasks.commands import (
    CloseTask,
    MoveTask,
    OpenTasks,
    StopHandling,
)
from shared.contracts.assignment import (
    AssignmentAdded,
    AssignmentReassigned,
    AssignmentRemoved,
    CaseAssigned,
)
from shared.contracts.case_event import Move, TaskName
from shared.contracts.feedback import RehandlingOrdered
from shared.contracts.imports import reaction
from shared.contracts.intake import CaseErased, CaseWithdrawn
from shared.kernel.messages import Reaction, Recorded


def react(recorded: Recorded) -> Sequence[Reaction]:
    match recorded.event:
        case CaseAssigned(round=round_, tasks=tasks, proposers=proposers):
            return [imported(recorded, OpenTasks, round=round_, tasks=tasks, proposers=proposers)]
        case RehandlingOrdered(next_round=round_, tasks=tasks, higher_signer=higher) as fact:
            key = fact.previous_task
            return [
                imported(recorded, OpenTasks, key, round=round_, tasks=tasks, higher_signer=higher)
            ]
        case AssignmentReassigned() as fact:
            return [imported(recorded, MoveTask, fact.task, **fact.fields(Move), round=fact.round)]
        case AssignmentAdded() | AssignmentRemoved() as fact:
            return [of_team(recorded, fact)]
        case CaseWithdrawn() | CaseErased() as fact:
            reason = "withdrawn" if isinstance(fact, CaseWithdrawn) else "erased"
            return [imported(recorded, StopHandling, reason=reason)]
        case _:
            return []


def of_team(recorded: Recorded, fact: AssignmentAdded | AssignmentRemoved) -> Reaction:
    """Returns the import of a co-handler that joined or left."""
    if isinstance(fact, AssignmentRemoved):
        fields = {**fact.fields(TaskName), "round": fact.round, "reason": "removed"}
        return imported(recorded, CloseTask, fact.task, **fields)
    opening = {"round": fact.round, "tasks": (fact.to,), "proposers": fact.proposers}
    return imported(recorded, OpenTasks, fact.to.task, **opening)


imported = partial(reaction, "handling")
