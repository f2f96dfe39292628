"""Reactions: a foreign fact leads to a command on the case's own feedback stream."""

from collections.abc import Sequence
from typing import cast

from services.feedback.domain.commands import LapseEvaluation, OpenEvaluations, StopFeedback
from services.feedback.domain.reviews.commands import LapseReview, NotePurpose
from shared.contracts.case_event import CaseMark
from shared.contracts.handling import CaseReplied
from shared.contracts.intake import CaseAccepted, CaseClassified, CaseErased, CaseWithdrawn
from shared.contracts.reminder import CaseEscalated, ReminderSent
from shared.contracts.reviews import WINDOWS
from shared.kernel.messages import Command, Reaction, Recorded
from shared.kernel.petition_rules import ReviewLevel

SYSTEM = "system:feedback"
RATERS_AT_ONCE = 50
"""A commit holds at most 64 facts; a paper of a whole delegation has more signers."""


def react(recorded: Recorded) -> Sequence[Reaction]:
    match recorded.event:
        case CaseReplied() as replied:
            return ask(recorded, replied)
        case (ReminderSent(deems=True) | CaseEscalated(deems=True)) as rung:
            return silent(recorded, rung)
        case (CaseAccepted() | CaseClassified()) as fact if fact.purpose:
            mark = CaseMark.of(fact, recorded.agency)
            note = NotePurpose(at=fact.at, by=SYSTEM, mark=mark, purpose=fact.purpose)
            return [on_own_stream(recorded, note)]
        case CaseWithdrawn() as withdrawn:
            return stop(recorded, withdrawn, "withdrawn")
        case CaseErased() as erased:
            return stop(recorded, erased, "erased")
        case _:
            return []


def silent(recorded: Recorded, rung: ReminderSent | CaseEscalated) -> Sequence[Reaction]:
    """Returns the command for a time that passed without a rating, or without a request for a
    review, whose rule names the level."""
    if rung.rule == "rating":
        lapse = LapseEvaluation(at=rung.at, by=SYSTEM, evaluation=rung.subject)
        return [on_own_stream(recorded, lapse, rung.subject)]
    if rung.rule not in WINDOWS:
        return []
    level = cast(ReviewLevel, rung.rule.removesuffix("-request"))
    over = LapseReview(at=rung.at, by=SYSTEM, task=rung.subject, level=level)
    return [on_own_stream(recorded, over, f"{rung.subject}:{level}")]


def ask(recorded: Recorded, replied: CaseReplied) -> Sequence[Reaction]:
    """One command for up to fifty raters, named by the first of them."""
    starts = range(0, len(replied.raters), RATERS_AT_ONCE)
    groups = [replied.raters[n : n + RATERS_AT_ONCE] for n in starts]
    return [ask_group(recorded, replied, group) for group in groups]


def ask_group(recorded: Recorded, replied: CaseReplied, raters: tuple[str, ...]) -> Reaction:
    command = OpenEvaluations(
        at=replied.at,
        by=SYSTEM,
        mark=CaseMark.of(replied, recorded.agency),
        round=replied.round,
        task=replied.task,
        unit=replied.unit,
        part=replied.part,
        scope=replied.scope,
        raters=raters,
        on=replied.on,
    )
    return on_own_stream(recorded, command, f"{replied.task}:{raters[0]}")


def stop(recorded: Recorded, event: CaseWithdrawn | CaseErased, reason: str) -> Sequence[Reaction]:
    mark = CaseMark.of(event, recorded.agency)
    command = StopFeedback(at=event.at, by=SYSTEM, mark=mark, round=event.round, reason=reason)
    return [on_own_stream(recorded, command)]


def on_own_stream(recorded: Recorded, command: Command, key: str = "") -> Reaction:
    return Reaction(f"feedback-{recorded.case_id}", command, key)
