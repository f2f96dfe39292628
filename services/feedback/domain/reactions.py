"""Whenever a foreign fact, then a command on the case's own feedback stream."""

from collections.abc import Sequence
from typing import Any

from services.feedback.domain.commands import LapseEvaluation, OpenEvaluations, StopFeedback
from shared.contracts.case_event import CaseEvent, CaseMark
from shared.contracts.handling import CaseReplied
from shared.contracts.intake import CaseErased, CaseWithdrawn
from shared.contracts.reminder import CaseEscalated, ReminderSent
from shared.kernel.messages import Command, Reaction, Recorded

RATERS_AT_ONCE = 50
"""A commit holds at most 64 facts; a paper of a whole delegation has more signers."""


def react(recorded: Recorded) -> Sequence[Reaction]:
    match recorded.event:
        case CaseReplied() as replied:
            return ask(recorded, replied)
        case (
            ReminderSent(rule="rating", deems=True, subject=evaluation)
            | CaseEscalated(rule="rating", deems=True, subject=evaluation)
        ):
            return [reaction(recorded, LapseEvaluation, evaluation, evaluation=evaluation)]
        case CaseWithdrawn():
            return [reaction(recorded, StopFeedback, "", reason="withdrawn", **mark(recorded))]
        case CaseErased():
            return [reaction(recorded, StopFeedback, "", reason="erased", **mark(recorded))]
        case _:
            return []


def ask(recorded: Recorded, replied: CaseReplied) -> Sequence[Reaction]:
    """One command for up to fifty raters, named by the first of them."""
    fields = replied.model_dump(include={"task", "unit", "part", "scope"}) | mark(recorded)
    starts = range(0, len(replied.raters), RATERS_AT_ONCE)
    groups = [replied.raters[n : n + RATERS_AT_ONCE] for n in starts]
    return [
        reaction(recorded, OpenEvaluations, f"{replied.task}:{group[0]}", raters=group, **fields)
        for group in groups
    ]


def mark(recorded: Recorded) -> dict[str, Any]:
    event = recorded.event
    assert isinstance(event, CaseEvent)
    found = CaseMark(
        agency=event.agency or recorded.agency,
        kind=event.kind,
        channel=event.channel,
        period=event.period,
        client=event.client,
    )
    return {"mark": found, "round": event.round}


def reaction(recorded: Recorded, command: type[Command], key: str, **fields: Any) -> Reaction:
    made = command(at=recorded.event.at, by="system:feedback", **fields)
    return Reaction(f"feedback-{recorded.case_id}", made, key)
