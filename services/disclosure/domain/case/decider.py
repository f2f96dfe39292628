"""Decides on imports about the case; they are never refused, and change nothing after a stop."""

from collections.abc import Sequence
from dataclasses import replace

from services.disclosure.domain.case.commands import (
    NoteCase,
    StopDisclosure,
    TakeDownPages,
    UnpublishCase,
)
from services.disclosure.domain.state import Decisions, Disclosure, Folds, Publication
from shared.contracts.case_event import CaseMark
from shared.contracts.disclosure import (
    CaseNotes,
    DisclosureNoted,
    DisclosureStopped,
    DisclosureWithdrawn,
    PagesTakenDown,
    PublicationReleased,
)
from shared.contracts.imports import ERASED, stops

WHY_DOWN = "该件的个人信息依法清除"
WHY_CLOSED = "该件的登记情况已经更正，答复不再公开"
"""Reasons of a system that takes a page down: no words of a person, and none of an accusation."""


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
    if not stops(command.reason, state):
        return []
    stopped = DisclosureStopped(
        at=command.at,
        round=command.round,
        **command.mark.fields(CaseMark),
        reason=command.reason,
    )
    return [stopped]


TakenDown = DisclosureWithdrawn | PublicationReleased | PagesTakenDown


def take_down(command: TakeDownPages, state: Disclosure) -> Sequence[TakenDown]:
    """Takes down what is public and gives back what awaits intake's answer, in one commit."""
    if state.pages_down:
        return []
    head = command.mark.fields(CaseMark) | {"at": command.at, "round": command.round}
    publications = state.publications.values()
    public = public_of(state)
    asked = [each for each in publications if each.status == "requested"]
    withdrawn = [taken_down(each, command, state, WHY_DOWN) for each in public]
    released = [
        PublicationReleased(
            **state.head(each, command.at), request=each.request or "", reason="erased"
        )
        for each in asked
    ]
    return [*withdrawn, *released, PagesTakenDown(**head, pages=len(public))]


def public_of(state: Disclosure) -> list[Publication]:
    return [each for each in state.publications.values() if each.status == "disclosed"]


def taken_down(
    publication: Publication,
    command: TakeDownPages | UnpublishCase,
    state: Disclosure,
    reason: str,
) -> DisclosureWithdrawn:
    head = state.head(publication, command.at)
    return DisclosureWithdrawn(**head, by=command.by, reason=reason)


def unpublish(command: UnpublishCase, state: Disclosure) -> Sequence[DisclosureWithdrawn]:
    """Takes down what was public before the letter was known to accuse somebody: accusations, and
    anything about them, stay closed (信访工作条例第30条). Intake refuses the next publication, and
    one that awaits its answer."""
    rules = command.rules.row.purposes.get(command.purpose or "")
    if not command.accuses and (rules is None or rules.publishable):
        return []
    return [taken_down(each, command, state, WHY_CLOSED) for each in public_of(state)]


def pages_down(state: Disclosure, fact: PagesTakenDown) -> Disclosure:
    return replace(state, stopped=state.stopped or "erasing", pages_down=True)


def noted(state: Disclosure, fact: DisclosureNoted) -> Disclosure:
    return replace(state, notes=merged(state.notes, fact))


def stopped(state: Disclosure, fact: DisclosureStopped) -> Disclosure:
    state = replace(state, stopped=fact.reason)
    return state.without_words() if fact.reason == ERASED else state


DECIDE = Decisions(
    {
        NoteCase: note,
        StopDisclosure: stop,
        TakeDownPages: take_down,
        UnpublishCase: unpublish,
    }
)
EVOLVE = Folds({DisclosureNoted: noted, DisclosureStopped: stopped, PagesTakenDown: pages_down})
