"""Decisions about members of mergers. Their imports come in any order with those of the master, so
a member closes whether or not its merger is known here."""

from collections.abc import Sequence
from dataclasses import replace

from services.assignment.domain.hand_out.state import Assignment
from services.assignment.domain.merging.commands import (
    CloseMember,
    NoteMerged,
    NoteUnmerged,
    ReopenMember,
)
from shared.contracts import assignment as facts
from shared.contracts.case_event import CaseEvent, CaseMark
from shared.contracts.imports import until_stopped
from shared.contracts.members import AssignmentMerged, AssignmentUnmerged, MergerRefused
from shared.contracts.payloads.assignment import Topic
from shared.kernel.decider import Decide, Evolve, Rows


def note_merged(
    command: NoteMerged, state: Assignment
) -> Sequence[AssignmentMerged | MergerRefused]:
    """Keeps the case from being handed out; where it was, the merger comes too late."""
    if state.master == command.master:
        return []
    fields = {**command.mark.fields(CaseMark), "at": command.at, "master": command.master}
    return [MergerRefused(**fields) if state.tasks else AssignmentMerged(**fields)]


def note_unmerged(command: NoteUnmerged, state: Assignment) -> Sequence[AssignmentUnmerged]:
    if state.master is None:
        return []
    return [AssignmentUnmerged(at=command.at, **command.mark.fields(CaseMark))]


def close_member(command: CloseMember, state: Assignment) -> Sequence[CaseEvent]:
    """Closes or reopens a case without tasks of its own, as its master."""
    if not command.closed:
        return open_again(command, state, "rehandling")
    if state.mark is None or state.tasks or state.closed:
        return []
    fields = {**state.mark.fields(CaseMark), "at": command.at}
    topic = state.opening.fields(Topic) if state.opening else {}
    return [facts.CaseClosed(**fields, rule=command.rules.row.closing, **topic)]


def reopen_member(command: ReopenMember, state: Assignment) -> Sequence[facts.CaseReopened]:
    """Reopens a case that was closed with a reply that is not for it; it is to be handed out."""
    return open_again(command, state, "unmerged")


def open_again(
    command: CloseMember | ReopenMember, state: Assignment, reason: str
) -> Sequence[facts.CaseReopened]:
    """Reopens a case without tasks of its own; nothing where it is open."""
    if state.mark is None or state.tasks or not state.closed:
        return []
    mark = state.mark.fields(CaseMark)
    return [facts.CaseReopened(at=command.at, **mark, reason=reason)]


def merged(state: Assignment, fact: AssignmentMerged) -> Assignment:
    """Lets a plan lapse: it was made for the case by itself."""
    return replace(state, master=fact.master, plan=None)


def unmerged(state: Assignment, fact: AssignmentUnmerged) -> Assignment:
    return replace(state, master=None)


def unchanged(state: Assignment, fact: MergerRefused) -> Assignment:
    """The case has its tasks; intake ends the merger."""
    return state


DECIDE: Rows[Decide[Assignment]] = Rows(
    {
        NoteMerged: until_stopped(note_merged),
        NoteUnmerged: until_stopped(note_unmerged),
        CloseMember: until_stopped(close_member),
        ReopenMember: until_stopped(reopen_member),
    }
)
EVOLVE: Rows[Evolve[Assignment]] = Rows(
    {AssignmentMerged: merged, AssignmentUnmerged: unmerged, MergerRefused: unchanged}
)
