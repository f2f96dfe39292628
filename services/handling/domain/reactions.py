"""Whenever another service recorded a fact that handling goes by, then a command of its own."""

from collections.abc import Sequence
from typing import Any

from services.handling.domain.commands import MoveTask, OpenTasks, StopHandling
from shared.contracts.assignment import AssignmentReassigned, CaseAssigned
from shared.contracts.case_event import CaseEvent, CaseMark
from shared.contracts.feedback import RehandlingOrdered
from shared.contracts.intake import CaseErased, CaseWithdrawn
from shared.kernel.messages import Command, Reaction, Recorded

SYSTEM = "system:handling"


def react(recorded: Recorded) -> Sequence[Reaction]:
    match recorded.event:
        case CaseAssigned() as fact:
            work = {"round": fact.round, "tasks": fact.tasks, "proposers": fact.proposers}
            return [reaction(recorded, OpenTasks(**told(recorded), **work))]
        case RehandlingOrdered() as fact:
            work = {"round": fact.next_round, "tasks": fact.tasks}
            higher = fact.higher_signer
            command = OpenTasks(**told(recorded), **work, higher_signer=higher)
            return [reaction(recorded, command, fact.previous_task)]
        case AssignmentReassigned() as fact:
            moved = fact.model_dump(include={"round", "task", "unit", "to", "proposers"})
            return [reaction(recorded, MoveTask(**told(recorded), **moved), fact.task)]
        case CaseWithdrawn() | CaseErased() as fact:
            reason = "withdrawn" if isinstance(fact, CaseWithdrawn) else "erased"
            return [reaction(recorded, StopHandling(**told(recorded), reason=reason))]
        case _:
            return []


def told(recorded: Recorded) -> dict[str, Any]:
    """What every import command says; business time is that of the fact."""
    event = recorded.event
    assert isinstance(event, CaseEvent)
    mark = CaseMark(
        agency=recorded.agency,
        kind=event.kind,
        channel=event.channel,
        period=event.period,
        client=event.client,
    )
    return {"at": event.at, "by": SYSTEM, "case": mark}


def reaction(recorded: Recorded, command: Command, key: str = "") -> Reaction:
    return Reaction(f"handling-{recorded.case_id}", command, key)
