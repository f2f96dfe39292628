"""Reactions of handling: facts of other services become its imports."""

from collections.abc import Sequence
from typing import Any

from services.handling.domain.tasks.commands import (
    CaseImport,
    MoveTask,
    OpenTasks,
    StopHandling,
)
from shared.contracts.assignment import AssignmentReassigned, CaseAssigned
from shared.contracts.case_event import CaseEvent, CaseMark, TaskName
from shared.contracts.feedback import RehandlingOrdered
from shared.contracts.intake import CaseErased, CaseWithdrawn
from shared.kernel.messages import Reaction, Recorded

SYSTEM = "system:handling"


def react(recorded: Recorded) -> Sequence[Reaction]:
    match recorded.event:
        case CaseAssigned(round=round_, tasks=tasks, proposers=proposers):
            return [reaction(recorded, OpenTasks, round=round_, tasks=tasks, proposers=proposers)]
        case RehandlingOrdered(next_round=round_, tasks=tasks, previous_task=task) as fact:
            higher = fact.higher_signer
            return [
                reaction(recorded, OpenTasks, task, round=round_, tasks=tasks, higher_signer=higher)
            ]
        case AssignmentReassigned(round=round_, to=to, proposers=proposers) as fact:
            moved = fact.fields(TaskName)
            return [
                reaction(
                    recorded, MoveTask, fact.task, **moved, round=round_, to=to, proposers=proposers
                )
            ]
        case CaseWithdrawn():
            return [reaction(recorded, StopHandling, reason="withdrawn")]
        case CaseErased():
            return [reaction(recorded, StopHandling, reason="erased")]
        case _:
            return []


def reaction(
    recorded: Recorded, command: type[CaseImport], key: str = "", /, **fields: Any
) -> Reaction:
    """Returns an import of the case at the business time of the fact."""
    event = recorded.event
    assert isinstance(event, CaseEvent)
    mark = CaseMark.of(event, recorded.agency)
    made = command(at=event.at, by=SYSTEM, mark=mark, **fields)
    return Reaction(f"handling-{recorded.case_id}", made, key)
