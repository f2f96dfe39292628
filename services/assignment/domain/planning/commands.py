"""Commands by which a hand-out is proposed, and decided by the leader."""

from collections.abc import Iterable
from typing import ClassVar

from pydantic import Field

from shared.contracts.payloads.assignment import Endorsement, Plan
from shared.kernel.codes import Id
from shared.kernel.messages import InformedCommand, RuledCommand


class PlanAssignment(RuledCommand, InformedCommand, Plan):
    """拟办: the office proposes the units, and says why."""

    name: ClassVar[str] = "plan-assignment"

    def named(self) -> Iterable[str]:
        return (wanted.unit for wanted in self.tasks)

    def workplaces(self) -> Iterable[str]:
        return self.named()


class DecidePlan(RuledCommand, InformedCommand, Endorsement):
    """批示: the leader agrees to the plan that he has read, changes it, or sends it back.

    `planned` are its units, which stand in the state of the case.
    """

    name: ClassVar[str] = "decide-plan"

    plan: Id
    planned: tuple[Id, ...] = Field(default=(), exclude=True)

    def named(self) -> Iterable[str]:
        return (*self.planned, *(wanted.unit for wanted in self.tasks))

    def workplaces(self) -> Iterable[str]:
        return self.named()


PlanningCommand = PlanAssignment | DecidePlan
