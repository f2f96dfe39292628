"""Commands on a case's clocks that follow from the effects of foreign facts on obligations."""

from collections.abc import Sequence

from services.reminder.domain.commands import FollowFact, Opening, StopClocks
from shared.contracts.case_event import CaseEvent, CaseMark
from shared.contracts.obligations import Change, Obligation
from shared.kernel.ids import entity_id
from shared.kernel.messages import Reaction, Recorded

OPENINGS_AT_ONCE = 6
"""Openings of one command: with nine skipped rungs each they fit into one commit."""


def react(recorded: Recorded) -> Sequence[Reaction]:
    """Returns the command that stops every clock, or those that follow the fact."""
    event, case = recorded.event, recorded.case_id
    if not isinstance(event, CaseEvent) or case is None:
        return []
    changes = event.changes(case)
    for change in changes:
        if change.ends_case:
            return [Reaction(f"clocks-{case}", stop(recorded, event, change))]
    opened = [opening(recorded.id, obligation) for obligation in event.opened(case)]
    commands = follow(recorded, event, opened, changes)
    return [Reaction(f"clocks-{case}", command, key) for key, command in commands]


def stop(recorded: Recorded, event: CaseEvent, change: Change) -> StopClocks:
    return StopClocks(
        at=event.happened(),
        by="system:reminder",
        mark=CaseMark.of(event, recorded.agency),
        round=event.round,
        reason=change.why,
    )


def follow(
    recorded: Recorded, event: CaseEvent, opened: Sequence[Opening], changes: tuple[Change, ...]
) -> list[tuple[str, FollowFact]]:
    """Returns commands with their keys: one for the changes and the first openings, and one for
    every further OPENINGS_AT_ONCE openings."""
    starts = range(0, max(len(opened), 1 if changes else 0), OPENINGS_AT_ONCE)
    return [
        (
            opened[start].clock if start else "",
            FollowFact(
                at=event.happened(),
                by="system:reminder",
                mark=CaseMark.of(event, recorded.agency),
                round=event.round,
                openings=tuple(opened[start : start + OPENINGS_AT_ONCE]),
                changes=() if start else changes,
            ),
        )
        for start in starts
    ]


def opening(fact: str, obligation: Obligation) -> Opening:
    """Names the clock by the fact, the rule and the subject: one fact opens several tasks."""
    clock = entity_id(fact, f"{obligation.due.rule}:{obligation.subject}")
    return Opening(clock=clock, **obligation.fields(Obligation))
