"""Reactions about mergers: a member is not handed out, and closes with its master."""

from collections.abc import Sequence
from functools import partial

from services.assignment.domain.merging.commands import (
    CloseMember,
    NoteMerged,
    NoteUnmerged,
    ReopenMember,
)
from shared.contracts.imports import reaction
from shared.contracts.merging import CaseMerged, CaseUnmerged, MemberLeft, MembersClosed
from shared.kernel.messages import Reaction, Recorded

imported = partial(reaction, "assignment")
SYSTEM = "system:assignment"


def about_merger(recorded: Recorded) -> Sequence[Reaction]:
    match recorded.event:
        case CaseMerged() as fact:
            return [imported(recorded, NoteMerged, master=fact.into)]
        case CaseUnmerged():
            return [imported(recorded, NoteUnmerged)]
        case MembersClosed(members=members, closed=closed) as fact:
            close = CloseMember(at=fact.at, by=SYSTEM, closed=closed)
            return [Reaction(f"assignment-{member}", close, member) for member in members]
        case MemberLeft(member=member, cause="undone" | "master-left" | "answered") as fact:
            # the stream of the master says last what becomes of its former member
            return [Reaction(f"assignment-{member}", ReopenMember(at=fact.at, by=SYSTEM), member)]
        case _:
            return []
