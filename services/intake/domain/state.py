"""What intake's facts add up to, and who may act on them."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any, Literal

from services.intake.domain.commands import AcceptCase, RegisterCase, WithdrawCase
from services.intake.domain.events import (
    Decision,
    IntakeEvent,
    PublicationEvent,
    SeriesEvent,
)
from services.intake.domain.rules import Status
from shared.contracts.intake import (
    CaseAccepted,
    CaseDeclined,
    CaseErased,
    CaseNumbered,
    CaseRegistered,
    CaseSentBack,
    CaseWithdrawn,
    PublicationCleared,
    PublicationEnded,
    PublicationRefused,
)
from shared.kernel.actor import Actor
from shared.kernel.errors import NotFound
from shared.kernel.messages import Command, Text

Reservation = Literal["cleared", "refused", "ended"]


@dataclass(frozen=True)
class Unregistered:
    """No paper came in under this id."""


@dataclass(frozen=True)
class Case:
    """`title` and `text` are open once an open kind was accepted; `reservations` by request."""

    paper: CaseRegistered
    status: Status
    title: Text
    text: Text
    number: int | None = None
    label: str | None = None
    reservations: Mapping[str, Reservation] = field(default_factory=dict)

    @property
    def publication_under_way(self) -> bool:
        return "cleared" in self.reservations.values()

    def head(self, at: datetime) -> dict[str, Any]:
        """What every fact of the case repeats."""
        repeated = {"agency", "kind", "channel", "period", "round", "client"}
        return {**self.paper.model_dump(include=repeated), "at": at}


IntakeState = Unregistered | Case

WITHDRAWABLE = frozenset({"withdraw-case", "erase-case"})
OPEN_TO: Mapping[Status, frozenset[str]] = {
    "registered": WITHDRAWABLE | {"accept-case", "decline-case", "send-back-case"},
    "accepted": WITHDRAWABLE,
    **dict.fromkeys(("declined", "sent-back", "withdrawn"), frozenset({"erase-case"})),
    "erased": frozenset(),
}
"""What can still change a case; the rest would be refused, or change nothing."""

STATUS_AFTER: Mapping[type[Decision], Status] = {
    CaseAccepted: "accepted",
    CaseDeclined: "declined",
    CaseSentBack: "sent-back",
    CaseWithdrawn: "withdrawn",
    CaseErased: "erased",
}

RESERVATION_AFTER: Mapping[type[PublicationEvent], Reservation] = {
    PublicationCleared: "cleared",
    PublicationRefused: "refused",
    PublicationEnded: "ended",
}


def evolve(state: IntakeState, event: IntakeEvent) -> IntakeState:
    if isinstance(event, CaseRegistered):
        return Case(event, "registered", event.title, event.text)
    if isinstance(state, Unregistered):
        return state
    match event:
        case CaseNumbered():
            return replace(state, number=event.number, label=event.label)
        case PublicationCleared() | PublicationRefused() | PublicationEnded():
            return _reserved(state, event)
        case _:
            return _decided(state, event)


def _reserved(case: Case, event: PublicationEvent) -> Case:
    how = RESERVATION_AFTER[type(event)]
    return replace(case, reservations={**case.reservations, event.request: how})


def _decided(case: Case, event: Decision) -> Case:
    decided = replace(case, status=STATUS_AFTER[type(event)])
    if isinstance(event, CaseAccepted):
        return replace(decided, title=event.title, text=event.text)
    return decided


@dataclass(frozen=True)
class Issued:
    """The newest number of a series, and those before it: a chain, so that a long series does not
    have to be copied for every number."""

    case: str
    number: int
    before: "Issued | None" = field(default=None, repr=False, compare=False)


Series = Issued | None


def evolve_series(state: Series, event: SeriesEvent) -> Series:
    return Issued(event.case, event.number, state)


def number_of(case: str, series: Series) -> int | None:
    while series is not None:
        if series.case == case:
            return series.number
        series = series.before
    return None


def require_case(state: IntakeState) -> Case:
    if isinstance(state, Unregistered):
        raise NotFound("没有这件来件")
    return state


def paper_of(command: Command | None, state: IntakeState) -> CaseRegistered | RegisterCase:
    """Where agency, kind and channel are written: on the paper, or in what registers it."""
    if isinstance(state, Unregistered) and isinstance(command, RegisterCase):
        return command
    return require_case(state).paper


def is_opened(command: Command | None, state: IntakeState) -> bool:
    """Acceptance is what opens the texts; so the command that accepts carries them open."""
    return isinstance(command, AcceptCase) or isinstance(getattr(state, "title", None), str)


def situation(command: Command | None, state: IntakeState) -> str:
    return state.status if isinstance(state, Case) else "unregistered"


def relations(
    actor: Actor, command: Command | None, state: IntakeState
) -> dict[str, frozenset[str]]:
    """`agency`: roles held at the case's agency; `client`: the platform that brought it;
    `proposer`: a signer."""
    paper = paper_of(command, state)
    return {
        "agency": actor.roles_at(paper.agency),
        "client": _is("client", actor.brought(paper.agency, paper.client)),
        "proposer": _is("proposer", actor.sub in _signers(command, paper)),
    }


def _signers(command: Command | None, paper: CaseRegistered | RegisterCase) -> set[str | None]:
    """Who may speak for the paper: to register or withdraw it, the first signer alone."""
    leading = isinstance(command, RegisterCase | WithdrawCase)
    if isinstance(paper, RegisterCase):
        return {one.person for one in paper.proposers if one.part == "lead"}
    return {one.id for one in paper.proposers if one.part == "lead" or not leading}


def _is(role: str, true: bool) -> frozenset[str]:
    return frozenset({role}) if true else frozenset()
