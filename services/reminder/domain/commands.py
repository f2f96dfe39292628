"""Commands of reminder."""

from collections.abc import Iterable, Mapping
from typing import ClassVar

from shared.contracts.case_event import CaseMark
from shared.contracts.obligations import Change, Obligation
from shared.kernel.actor import Actor
from shared.kernel.codes import Code, Id
from shared.kernel.messages import Command, InformedCommand, RuledCommand


class Opening(Obligation):
    """Obligation that a foreign fact opened, with the id of its clock."""

    clock: Id


class FollowFact(RuledCommand):
    """Follows a foreign fact that opened obligations or changed running ones (import)."""

    name: ClassVar[str] = "follow-fact"

    mark: CaseMark
    round: int
    openings: tuple[Opening, ...] = ()
    changes: tuple[Change, ...] = ()


class StopClocks(Command):
    """Stops all clocks of a case that was withdrawn or erased (import); the stop is remembered even
    when no clock runs yet."""

    name: ClassVar[str] = "stop-clocks"

    mark: CaseMark
    round: int
    reason: Code


class AdvanceClocks(RuledCommand, InformedCommand):
    """Reaches every rung and turns every light that is due at `at`.

    A rung that is `held` is reached only after the hold of the case's policy row, so that news of
    an obligation met in time can arrive. `holders` maps `unit:role` to the person who holds the
    role on this day, and
    `delegates` the same to those who act for that person.
    """

    name: ClassVar[str] = "advance-clocks"

    held: bool
    holders: Mapping[Id, Id]
    delegates: Mapping[Id, tuple[Id, ...]] = {}

    def named(self) -> Iterable[str]:
        """Returns the places of the holders where the case is against somebody, else none."""
        return {place.rpartition(":")[0] for place in self.holders} if self.recused else ()

    def post_holders(self) -> Iterable[Id]:
        """Returns those who may be told where the case is against somebody, else none."""
        acting = (person for people in self.delegates.values() for person in people)
        return {*self.holders.values(), *acting} if self.recused else ()

    def may_be_told(self, place: str) -> bool:
        """Returns whether the place (`unit:role`) is none that the case is against."""
        unit = place.rpartition(":")[0]
        return not self.recused or self.recused.isdisjoint(self.directory.path(unit))

    def may_hear(self, person: Id) -> bool:
        """Returns whether the case is against neither the person nor a unit of a post of its own,
        wherever that is: such a person may not know of the case."""
        actor = self.directory.actor(person) if self.recused else None
        return not (actor or Actor(person)).kept_from(self.recused).recused


class RedateClocks(RuledCommand):
    """Dates the clocks anew that rested on a year whose official list has come."""

    name: ClassVar[str] = "redate-clocks"


class AcknowledgeEscalation(Command):
    """Takes note of an escalation, as its addressee."""

    name: ClassVar[str] = "acknowledge-escalation"

    clock: Id
    rung: Code


ReminderCommand = FollowFact | StopClocks | AdvanceClocks | RedateClocks | AcknowledgeEscalation
