"""Pending acts of a stream: proposed by one person, open until a second one ends them."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import ClassVar, Literal

from shared.contracts.pending_acts import (
    ActConfirmed,
    ActDeclined,
    ActExpired,
    ActName,
    ActProposed,
    PendingActEvent,
)
from shared.kernel.calendar import business_day
from shared.kernel.codes import Id
from shared.kernel.errors import NotFound, RuleViolated
from shared.kernel.messages import Act, Command, Text

Status = Literal["open", "confirmed", "declined", "expired"]
ENDS: Mapping[type[PendingActEvent], Status] = {
    ActConfirmed: "confirmed",
    ActDeclined: "declined",
    ActExpired: "expired",
}
CLOSED: Mapping[Status, str] = {
    "confirmed": "该事项已经确认，请刷新",
    "declined": "该事项已经退回，需要的请重新提请",
    "expired": "该事项逾期未确认，已经失效，需要的请重新提请",
}


class ConfirmAct(Command):
    """A second person confirms a pending act."""

    name: ClassVar[str] = "confirm-act"

    act: Id


class DeclineAct(Command):
    """A second person declines a pending act, or its proposer takes it back."""

    name: ClassVar[str] = "decline-act"

    act: Id
    reason: Text


class ExpireAct(Command):
    """The time for confirming a pending act has passed."""

    name: ClassVar[str] = "expire-act"

    act: Id


EndingOfAct = ConfirmAct | DeclineAct | ExpireAct


@dataclass(frozen=True, slots=True)
class PendingAct:
    """A proposed act; `agency` is that of its commit, `declined` its end where somebody said no."""

    fact: ActProposed
    agency: str
    status: Status = "open"
    declined: ActDeclined | None = None

    @property
    def proposers(self) -> frozenset[str | None]:
        """Returns the person who proposed the act, and the one on whose behalf; never None."""
        return frozenset({self.fact.by, self.fact.on_behalf_of} - {None})

    def check_open(self) -> None:
        """Raises RuleViolated when the act has ended."""
        if self.status != "open":
            raise RuleViolated(f"act-{self.status}", CLOSED[self.status])

    def check_confirmable(self, at: datetime) -> None:
        """Raises RuleViolated before the act may be confirmed, and once it has ended."""
        self.check_open()
        if self.fact.expires_at <= at:
            raise RuleViolated("act-expired", CLOSED["expired"])
        if at < self.fact.not_before:
            message = (
                f"该事项自 {business_day(self.fact.not_before)} 起才可以确认，在此之前可以退回"
            )
            raise RuleViolated("act-waits", message)

    def mark(self) -> dict[str, str]:
        return self.fact.fields(ActName)


PendingActs = Mapping[str, PendingAct]


def after(acts: PendingActs, event: PendingActEvent, agency: str) -> PendingActs:
    """Returns the acts of the stream after one more fact about them."""
    if isinstance(event, ActProposed):
        return {**acts, event.act: PendingAct(event, agency)}
    declined = event if isinstance(event, ActDeclined) else None
    ended = replace(acts[event.act], status=ENDS[type(event)], declined=declined)
    return {**acts, event.act: ended}


def stream_of(act: str) -> str:
    """Returns the stream of a pending act. Raises NotFound for an id that no act can have."""
    stream, _, version = act.rpartition(":")
    if not stream or not version.isdigit():
        raise NotFound(act)
    return stream


def pending(acts: PendingActs, act: str) -> PendingAct:
    """Raises NotFound when the stream has no such act."""
    if act not in acts:
        raise NotFound(act)
    return acts[act]


def ended(command: EndingOfAct, act: PendingAct) -> PendingActEvent:
    """Returns the fact that ends the act."""
    mark = {**act.mark(), **command.fields(Act)}
    match command:
        case ConfirmAct():
            return ActConfirmed(**mark, proposed_by=act.fact.by)
        case DeclineAct():
            return ActDeclined(**mark, proposed_by=act.fact.by, reason=command.reason)
        case ExpireAct():
            return ActExpired(**mark, proposed_by=act.fact.by)
