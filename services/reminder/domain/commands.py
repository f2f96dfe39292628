"""What reminder may be asked."""

from collections.abc import Mapping
from typing import ClassVar

from shared.contracts.case_event import CaseMark
from shared.contracts.obligations import Change, Obligation
from shared.kernel.codes import Code, Id
from shared.kernel.messages import Command, RuledCommand


class Opening(Obligation):
    """An obligation that a foreign fact opened, with the id of its clock."""

    clock: Id


class FollowFact(RuledCommand):
    """Follows a foreign fact that opened obligations or changed running ones (import)."""

    name: ClassVar[str] = "follow-fact"

    mark: CaseMark
    round: int
    openings: tuple[Opening, ...] = ()
    changes: tuple[Change, ...] = ()


class StopClocks(Command):
    """The case was withdrawn or erased (import); remembered even when no clock runs yet."""

    name: ClassVar[str] = "stop-clocks"

    mark: CaseMark
    round: int
    reason: Code


class AdvanceClocks(RuledCommand):
    """It is now `at`: which rungs are reached, which lights change?

    A rung that is `held` is reached only when the hold of the case's policy row has passed, so that
    what was done in time can become known. `holders` says who held a role at a unit on this day, as
    `unit:role` → person.
    """

    name: ClassVar[str] = "advance-clocks"

    held: bool
    holders: Mapping[Id, Id]


class AcknowledgeEscalation(Command):
    """The person told takes note."""

    name: ClassVar[str] = "acknowledge-escalation"

    clock: Id
    rung: Code


ReminderCommand = FollowFact | StopClocks | AdvanceClocks | AcknowledgeEscalation
