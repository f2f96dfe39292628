"""Whenever a foreign fact opens or meets obligations, the case's clocks follow it."""

from collections.abc import Sequence
from dataclasses import fields

from services.reminder.domain.commands import FollowFact, Meeting, Opening, StopClocks
from services.reminder.domain.rules import Opened, happened, meetings, openings
from shared.contracts.case_event import CaseEvent, CaseMark
from shared.contracts.intake import CaseErased, CaseWithdrawn
from shared.kernel.ids import entity_id
from shared.kernel.messages import Reaction, Recorded


def react(recorded: Recorded) -> Sequence[Reaction]:
    event = recorded.event
    if not isinstance(event, CaseEvent):
        return []
    mark = CaseMark(
        agency=event.agency or recorded.agency,
        kind=event.kind,
        channel=event.channel,
        period=event.period,
        client=event.client,
    )
    match event:
        case CaseWithdrawn():
            command = StopClocks(**said(event), mark=mark, round=event.round, reason="withdrawn")
            return [Reaction(f"clocks-{recorded.case_id}", command)]
        case CaseErased():
            command = StopClocks(**said(event), mark=mark, round=event.round, reason="erased")
            return [Reaction(f"clocks-{recorded.case_id}", command)]
        case _:
            return follow(recorded, event, mark)


def said(event: CaseEvent) -> dict[str, object]:
    return {"at": happened(event), "by": "system:reminder"}


OPENINGS_AT_ONCE = 6
"""With nine skipped rungs each they fit into one commit."""


def follow(recorded: Recorded, event: CaseEvent, mark: CaseMark) -> Sequence[Reaction]:
    """One command for what was met and the first six openings; one for every six more."""
    opened = [opening(recorded.id, each) for each in openings(event)]
    met = tuple(
        Meeting(subject=subject, rules=row.rules, why=row.why) for subject, row in meetings(event)
    )
    about = {**said(event), "mark": mark, "round": event.round}
    stream, size = f"clocks-{recorded.case_id}", OPENINGS_AT_ONCE
    first = FollowFact(**about, openings=tuple(opened[:size]), meetings=met)
    more = [opened[start : start + size] for start in range(size, len(opened), size)]
    return [
        *([Reaction(stream, first)] if opened or met else ()),
        *(Reaction(stream, FollowFact(**about, openings=tuple(o)), o[0].clock) for o in more),
    ]


def opening(fact: str, opened: Opened) -> Opening:
    """The clock is named by the fact, the rule, and the subject: one fact opens several tasks."""
    clock = entity_id(fact, f"{opened.due.rule}:{opened.subject}")
    return Opening(clock=clock, **{f.name: getattr(opened, f.name) for f in fields(opened)})
