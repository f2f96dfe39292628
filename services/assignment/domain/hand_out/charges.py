"""The state of charges: one runs at a time, the former ones are kept."""

from dataclasses import dataclass, replace

from shared.contracts import charges as facts
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


Charges = tuple[Charge, ...]


def running(charges: Charges) -> Charge | None:
    """Returns the charge that has not ended."""
    last = charges[-1] if charges else None
    return last if last and last.ended is None else None


def taken(charges: Charges, fact: facts.ChargeTaken) -> Charges:
    return (*charges, Charge(fact))


def reported(charges: Charges, fact: facts.ChargeReported) -> Charges:
    return (*charges[:-1], *(replace(c, reports=(*c.reports, fact)) for c in charges[-1:]))


def ended(charges: Charges, fact: facts.ChargeEnded) -> Charges:
    return (*charges[:-1], *(replace(last, ended=fact) for last in charges[-1:]))
