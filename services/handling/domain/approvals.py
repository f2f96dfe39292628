"""Rules of what a unit asks for and approvers decide: who may, in which seat, and when it is
agreed. Each seat speaks once, and so does each person."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from services.handling.domain.tasks.commands import TaskCommand
from shared.contracts.approvals import Deciding, Requested, Ruled
from shared.kernel.approval_rules import ApprovalRules
from shared.kernel.errors import RuleViolated


def decided_under(rules: ApprovalRules) -> dict[str, Any]:
    """Returns the fields of a request that say who decides on it."""
    return {"approvers": rules.approvers, "needs": rules.by, "decided_by": deciding(rules)}


def deciding(rules: ApprovalRules) -> Deciding:
    if not rules.approvers:
        return "nobody"
    return "unit" if rules.approvers == ("task-unit",) else "organ"


@dataclass(frozen=True)
class Bench:
    """The approvers of a request, with those who have agreed so far. `matter` is the word for what
    was asked."""

    matter: str
    request: Requested
    agreed: Sequence[Ruled]

    @property
    def given(self) -> frozenset[str]:
        return seats_in(self.agreed)

    def seats_of(self, command: TaskCommand) -> frozenset[str]:
        """Returns the seats for which the sender decides, who is not the one that asked."""
        if self.request.by in command.senders:
            raise RuleViolated("request-own", f"申请人不能审批自己的{self.matter}申请", "task")
        seats = command.admitted_as & set(self.request.approvers)
        spoken = any(each.by in command.senders for each in self.agreed)
        if spoken or seats <= self.given:
            message = "您或者本机构已经同意，正在等待其他审批机构"
            raise RuleViolated("request-agreed-already", message, "task")
        return seats

    def is_enough(self, seats: frozenset[str]) -> bool:
        """Returns whether the request is granted when these seats agree, too."""
        return self.request.needs == "any" or seats | self.given >= set(self.request.approvers)


def seats_in(verdicts: Iterable[Ruled]) -> frozenset[str]:
    return frozenset(seat for each in verdicts for seat in each.seats)
