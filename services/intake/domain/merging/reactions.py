"""Reactions about mergers: the master hears of its members, and they of what becomes of it."""

from collections.abc import Sequence
from typing import Any

from services.intake.domain.merging.commands import (
    CloseMembers,
    EndMerger,
    JoinMember,
    LeaveMember,
)
from shared.contracts.assignment import CaseClosed, CaseReopened
from shared.contracts.case_event import CaseEvent
from shared.contracts.handling import HandlingStopped
from shared.contracts.members import MergerRefused, RecipientsRefused
from shared.contracts.merging import CaseMerged, CaseUnmerged, MemberLeft
from shared.kernel.messages import Command, Reaction, Recorded


def about_merger(recorded: Recorded) -> Sequence[Reaction]:
    case = recorded.case_id or ""
    match recorded.event:
        case CaseMerged() as event:
            brought = {"proposers": event.proposers, "numbers": event.numbers}
            return [told(event.into, JoinMember, event, member=case, **brought)]
        case CaseUnmerged() as event:
            return [told(event.master, LeaveMember, event, member=case, cause=event.cause)]
        case CaseClosed() | CaseReopened() as event:
            return [told(case, CloseMembers, event, closed=isinstance(event, CaseClosed))]
        case HandlingStopped() as event:
            return [told(case, CloseMembers, event, closed=True)]
        case _:
            return about_refusal(recorded, case)


def about_refusal(recorded: Recorded, case: str) -> Sequence[Reaction]:
    """Ends a merger that came too late: the member was handed out, or its master cannot take it.
    A member that left by itself has said so."""
    match recorded.event:
        case MemberLeft(cause="master-left" | "answered" | "full") as event:
            return [told(event.member, EndMerger, event, master=case, cause=event.cause)]
        case MergerRefused() as event:
            return [told(case, EndMerger, event, master=event.master, cause="assigned")]
        case RecipientsRefused() as event:
            return [told(case, LeaveMember, event, member=event.member, cause=event.cause)]
        case _:
            return []


def told(case: str, command: type[Command], event: CaseEvent, **fields: Any) -> Reaction:
    """Returns the reaction on the stream of the case, with the member as its key."""
    made = command(at=event.at, by="system:intake", **fields)
    return Reaction(f"intake-{case}", made, f"{made.name}:{fields.get('member', '')}")
