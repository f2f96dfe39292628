"""Reads of the directory: what keeps a unit from its task."""

from collections.abc import Collection
from dataclasses import dataclass

from services.assignment.domain.hand_out.state import Assignment
from shared.contracts.case_event import CaseMark, Task
from shared.kernel.calendar import business_day
from shared.kernel.eligible import vacant_roles
from shared.kernel.organisation import Organisation
from shared.kernel.policy import PolicyRow
from shared.service.api.request_context import ServiceEdge
from shared.service.config.labels import label


@dataclass(frozen=True)
class Places:
    """Units at work with their posts of the day; `against`: whom the case is against."""

    directory: Organisation
    row: PolicyRow
    against: Collection[str]

    def is_recused(self, unit: str) -> bool:
        return not set(self.directory.path(unit)).isdisjoint(self.against)

    def vacant(self, task: Task, state: Assignment) -> list[str]:
        """Returns the names of the roles that nobody holds, of a task that is not answered."""
        if task.task in state.ledger.replied:
            return []
        missing = vacant_roles(self.directory, self.row, task.unit, task.part, self.against)
        return ["或".join(label("role", role) for role in roles) for roles in missing]


def row_of(edge: ServiceEdge, mark: CaseMark) -> PolicyRow:
    """Returns the policy row of the case today."""
    return edge.runtime.policies.resolve(mark.agency, mark.kind, mark.channel, edge.now()).row


async def places(edge: ServiceEdge, row: PolicyRow, units: Collection[str]) -> Places:
    """Returns the places of the units as they are today."""
    directory = await edge.runtime.lookup.staffed(units, business_day(edge.now()))
    return Places(directory, row, edge.against)
