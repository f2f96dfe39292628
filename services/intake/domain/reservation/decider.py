"""Decides on reservations; imports are never refused."""

from collections.abc import Sequence
from dataclasses import replace

from services.intake.domain.reservation.commands import ClearPublication, EndPublication
from services.intake.domain.state import (
    Case,
    Decisions,
    Folds,
    IntakeState,
    Reservation,
    of_case,
)
from shared.contracts.intake import PublicationCleared, PublicationEnded, PublicationRefused
from shared.contracts.payloads.intake import PublicationEnd, PublicationRequest

Answer = PublicationCleared | PublicationRefused


def clear(command: ClearPublication, state: IntakeState) -> Sequence[Answer]:
    if not isinstance(state, Case) or command.request in state.reservations:
        return []
    about = state.head(command.at) | command.fields(PublicationRequest)
    if reason := reason_against(command, state):
        return [PublicationRefused(**about, reason=reason)]
    return [PublicationCleared(**about)]


def reason_against(command: ClearPublication, case: Case) -> str | None:
    """Returns why the reply stays closed: the case is not in hand any more, or an accusation
    (信访工作条例第30条)."""
    if case.status != "accepted":
        return case.status
    if case.against:
        return "against"
    return None if command.rules.row.may_publish(case.purpose) else "purpose"


def end(command: EndPublication, state: IntakeState) -> Sequence[PublicationEnded]:
    """An end without a reservation is remembered, so that a late request reserves nothing."""
    if not isinstance(state, Case) or state.has_ended(command.request):
        return []
    return [PublicationEnded(**state.head(command.at), **command.fields(PublicationEnd))]


def cleared(case: Case, fact: PublicationCleared) -> Case:
    return _reserved(case, fact.request, "cleared")


def refused(case: Case, fact: PublicationRefused) -> Case:
    return _reserved(case, fact.request, "refused")


def ended(case: Case, fact: PublicationEnded) -> Case:
    if fact.how == "disclosed":
        case = replace(case, published=True)
    return _reserved(case, fact.request, "ended")


def _reserved(case: Case, request: str, reservation: Reservation) -> Case:
    return replace(case, reservations={**case.reservations, request: reservation})


DECIDE = Decisions({ClearPublication: clear, EndPublication: end})
EVOLVE = Folds(
    {
        PublicationCleared: of_case(cleared),
        PublicationRefused: of_case(refused),
        PublicationEnded: of_case(ended),
    }
)
