"""The state of a unit: its names, the holders of its posts, its end."""

from dataclasses import dataclass, replace
from datetime import date

from services.directory.domain.entry import Unknown
from shared.contracts import directory as facts

ONE_HOLDER = frozenset({"head"})
"""Roles that one person holds at a time (单位主要负责人)."""


@dataclass(frozen=True)
class Holding:
    """A person in a post, from `since` until the day before `until`."""

    role: str
    person: str
    since: date
    until: date | None = None

    def is_of(self, holder: facts.PostHolder) -> bool:
        return (self.role, self.person) == (holder.role, holder.person)


@dataclass(frozen=True)
class Unit:
    """`entry` as it was registered; `namings` from the first to the last."""

    entry: facts.UnitEntry
    namings: tuple[facts.NamingFrom, ...]
    holdings: tuple[Holding, ...] = ()
    until: date | None = None

    @property
    def agency(self) -> str:
        return self.entry.agency

    @property
    def naming(self) -> facts.NamingFrom:
        return self.namings[-1]

    def exists_on(self, day: date) -> bool:
        return self.entry.valid_from <= day and (self.until is None or day < self.until)

    def rivals_of(self, holder: facts.PostHolder, own: Holding | None = None) -> list[Holding]:
        """Returns the holdings that must not share a day with one of this role and person."""
        others = [h for h in self.holdings if h.role == holder.role and h is not own]
        return [h for h in others if holder.role in ONE_HOLDER or h.is_of(holder)]

    def holdings_of(self, holder: facts.PostHolder) -> list[Holding]:
        return [holding for holding in self.holdings if holding.is_of(holder)]


UNREGISTERED: Unit | Unknown = Unknown()


def registered(unit: Unit | Unknown, event: facts.UnitRegistered) -> Unit:
    return Unit(event, (event,))


def changed(unit: Unit, event: facts.UnitChanged) -> Unit:
    return replace(unit, namings=(*unit.namings, event))


def dissolved(unit: Unit, event: facts.UnitDissolved) -> Unit:
    return replace(unit, until=event.valid_to)


def filled(unit: Unit, event: facts.PostFilled) -> Unit:
    holding = Holding(event.role, event.person, event.valid_from)
    return replace(unit, holdings=(*unit.holdings, holding))


def vacated(unit: Unit, event: facts.PostVacated) -> Unit:
    return replace(unit, holdings=tuple(ended(holding, event) for holding in unit.holdings))


def corrected(unit: Unit, event: facts.PostCorrected) -> Unit:
    holdings = (
        replace(h, since=event.valid_from, until=event.valid_to)
        if h.is_of(event) and h.since == event.recorded_from
        else h
        for h in unit.holdings
    )
    return replace(unit, holdings=tuple(holdings))


def ended(holding: Holding, event: facts.PostVacated) -> Holding:
    ends = holding.until is None and holding.is_of(event)
    return replace(holding, until=event.valid_to) if ends else holding
