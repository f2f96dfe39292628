"""Reactions of handling: facts of other services become its imports."""

from collections.abc import Sequence
from functools import partial

from services.handling.domain.tasks.commands import (
    MoveTask,
    OpenTasks,
    StopHandling,
)
from shared.contracts.assignment import AssignmentReassigned, CaseAssigned
from shared.contracts.case_event import Move
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
        case CaseWithdrawn():
            return [imported(recorded, StopHandling, reason="withdrawn")]
        case CaseErased():
            return [imported(recorded, StopHandling, reason="erased")]
        case _:
            return []


imported = partial(reaction, "handling")
