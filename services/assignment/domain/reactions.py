"""Whenever another service recorded a fact that assignment goes by, then a command of its own."""

from collections.abc import Mapping, Sequence
from typing import Any

from services.assignment.domain import commands as asked
from shared.contracts.case_event import CaseEvent, CaseMark
from shared.contracts.feedback import CaseRated, EvaluationLapsed, RehandlingOrdered
from shared.contracts.handling import CaseReplied, TaskCloseRefused
from shared.contracts.intake import CaseAccepted, CaseErased, CaseWithdrawn
from shared.contracts.reminder import CaseEscalated, ReminderSent
from shared.kernel.messages import Command, Reaction, Recorded


def react(recorded: Recorded) -> Sequence[Reaction]:
    match recorded.event:
        case CaseAccepted() as fact:
            known = {"subject", "region", "wanted_unit", "proposers"}
            command = asked.OpenAssignment(**told(recorded), **fact.model_dump(include=known))
            return [reaction(recorded, command)]
        case CaseWithdrawn() | CaseErased() as fact:
            reason = "withdrawn" if isinstance(fact, CaseWithdrawn) else "erased"
            return [reaction(recorded, asked.StopAssignment(**told(recorded), reason=reason))]
        case TaskCloseRefused(task=task, unit=unit, round=number):
            refused = asked.NoteCloseRefused(**told(recorded), task=task, unit=unit, round=number)
            return [reaction(recorded, refused, task)]
        case (
            ReminderSent(rule="objection", deems=True, subject=task)
            | CaseEscalated(rule="objection", deems=True, subject=task)
        ):
            silent = asked.DeemAccepted(at=recorded.event.at, by=SYSTEM, task=task)
            return [reaction(recorded, silent, task)]
        case CaseReplied() | CaseRated() | EvaluationLapsed() | RehandlingOrdered() as fact:
            noted = asked.NoteProgress(**told(recorded), round=fact.round, **progress(fact))
            return [reaction(recorded, noted, noted.task)]
        case _:
            return []


def progress(
    fact: CaseReplied | CaseRated | EvaluationLapsed | RehandlingOrdered,
) -> Mapping[str, Any]:
    match fact:
        case CaseReplied(task=task, raters=raters):
            return {"what": "replied", "task": task, "raters": raters}
        case CaseRated(task=task, rater=rater, rehandling=ordered):
            return {"what": "rated", "task": task, "raters": (rater,), "next_round": ordered}
        case EvaluationLapsed(task=task, rater=rater):
            return {"what": "lapsed", "task": task, "raters": (rater,)}
        case RehandlingOrdered(previous_task=task, next_round=number, tasks=tasks):
            return {"what": "rehandling", "task": task, "next_round": number, "tasks": tasks}


SYSTEM = "system:assignment"


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
    return Reaction(f"assignment-{recorded.case_id}", command, key)
