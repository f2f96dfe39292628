"""Reactions about mergers: a member is not handed out, and closes with its master."""

from collections.abc import Sequence
from functools import partial

from services.assignment.domain.merging.commands import CloseMember, NoteMerged, NoteUnmerged
from shared.contracts.imports import reaction
from shared.contracts.merging import CaseMerged, CaseUnmerged, MembersClosed
from shared.kernel.messages import Reaction, Recorded

imported = partial(reaction, "assignment")


def about_merger(recorded: Recorded) -> Sequence[Reaction]:
    match recorded.event:
        case CaseMerged() as fact:
            return [imported(recorded, NoteMerged, master=fact.into)]
        case CaseUnmerged():
            return [imported(recorded, NoteUnmerged)]
        case MembersClosed(members=members, closed=closed) as fact:
            close = CloseMember(at=fact.at, by="system:assignment", closed=closed)
            return [Reaction(f"assignment-{member}", close, member) for member in members]
        case _:
            return []
