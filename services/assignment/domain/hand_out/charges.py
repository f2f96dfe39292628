"""The state of charges: one of a scheme runs at a time, the former ones are kept."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import date

from shared.contracts import charges as facts
from shared.kernel.calendar import business_day
from shared.kernel.policy import Due


@dataclass(frozen=True)
class Charge:
    """A charge with the facts that made it."""

    taken: facts.ChargeTaken
    reports: tuple[facts.ChargeReported, ...] = ()
    ended: facts.ChargeEnded | None = None

    @property
    def id(self) -> str:
        return self.taken.charge

    @property
    def due(self) -> Due:
        """Returns until when the leader has time, as it was granted last."""
        return self.reports[-1].due if self.reports else self.taken.due

    @property
    def open_stages(self) -> tuple[str, ...]:
        """Returns the milestones that were not reached, in their order."""
        met = {milestone for report in self.reports for milestone in report.met}
        return tuple(s.milestone for s in self.taken.stages if s.milestone not in met)

    @property
    def reached_on(self) -> tuple[date | None, ...]:
        """Returns the day on which each milestone was reported as reached."""
        days = {m: business_day(each.at) for each in self.reports for m in each.met}
        return tuple(days.get(stage.milestone) for stage in self.taken.stages)


Charges = tuple[Charge, ...]


def running(charges: Charges) -> Charges:
    """Returns the charges that have not ended."""
    return tuple(charge for charge in charges if charge.ended is None)


def of_scheme(charges: Charges, scheme: str) -> Charge | None:
    """Returns the running charge of the scheme."""
    return next((c for c in running(charges) if c.taken.scheme == scheme), None)


def named(charges: Charges, charge: str) -> Charge | None:
    return next((each for each in charges if each.id == charge), None)


def in_force(charges: Charges) -> Iterable[Charge]:
    """Returns the last charge of each scheme, whether or not it has ended."""
    return {charge.taken.scheme: charge for charge in charges}.values()


def taken(charges: Charges, fact: facts.ChargeTaken) -> Charges:
    return (*charges, Charge(fact))


def reported(charges: Charges, fact: facts.ChargeReported) -> Charges:
    return _changed(charges, fact, lambda each: replace(each, reports=(*each.reports, fact)))


def ended(charges: Charges, fact: facts.ChargeEnded) -> Charges:
    return _changed(charges, fact, lambda each: replace(each, ended=fact))


def _changed(charges: Charges, fact: facts.OnCharge, change: Callable[[Charge], Charge]) -> Charges:
    return tuple(change(each) if each.id == fact.charge else each for each in charges)
