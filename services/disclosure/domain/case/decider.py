"""Decides on imports about the case; they are never refused, and change nothing after a stop."""

from collections.abc import Sequence
from dataclasses import replace

from services.disclosure.domain.case.commands import NoteCase, StopDisclosure
from services.disclosure.domain.state import Decisions, Disclosure, Folds
from shared.contracts.case_event import CaseMark
from shared.contracts.disclosure import CaseNotes, DisclosureNoted, DisclosureStopped


def note(command: NoteCase, state: Disclosure) -> Sequence[DisclosureNoted]:
    if state.stopped or merged(state.notes, command) == state.notes:
        return []
    noted = DisclosureNoted(
        at=command.at,
        round=command.round,
        **command.mark.fields(CaseMark),
        **command.fields(CaseNotes),
    )
    return [noted]


def merged(notes: CaseNotes, more: CaseNotes) -> CaseNotes:
    """Returns the notes with the fields that `more` has: number and case arrive in either order."""
    fields = more.fields(CaseNotes).items()
    return notes.model_copy(
        update={name: value for name, value in fields if value not in (None, ())}
    )


def stop(command: StopDisclosure, state: Disclosure) -> Sequence[DisclosureStopped]:
    if state.stopped:
        return []
    stopped = DisclosureStopped(
        at=command.at,
        round=command.round,
        **command.mark.fields(CaseMark),
        reason=command.reason,
    )
    return [stopped]


def noted(state: Disclosure, fact: DisclosureNoted) -> Disclosure:
    return replace(state, notes=merged(state.notes, fact))


def stopped(state: Disclosure, fact: DisclosureStopped) -> Disclosure:
    return replace(state, stopped=fact.reason)


DECIDE = Decisions({NoteCase: note, StopDisclosure: stop})
EVOLVE = Folds({DisclosureNoted: noted, DisclosureStopped: stopped})
