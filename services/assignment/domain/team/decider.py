"""Decisions about co-handlers of an assigned case."""

from collections.abc import Collection, Sequence

from services.assignment.domain.hand_out.commands import Stage, TaskCommand
from services.assignment.domain.hand_out.moving import check_free
from services.assignment.domain.hand_out.rules import (
    MOVED,
    REMOVED,
    Refusals,
    check_stage,
    stages_but,
)
from services.assignment.domain.hand_out.state import (
    Assignment,
    TaskInHand,
    open_task,
    require_running,
)
from services.assignment.domain.team.commands import AddCohandler, RemoveCohandler
from services.assignment.domain.team.joining import check_joining, joined
from shared.contracts import assignment as facts
from shared.contracts.case_event import CaseEvent
from shared.contracts.proposals import CohandlerDecided
from shared.kernel.decider import Decide, Rows
from shared.kernel.errors import RuleViolated
from shared.kernel.messages import Act
from shared.kernel.texts import require_text, same_text

REMOVAL_REFUSED: Refusals = {"moved": MOVED, "removed": REMOVED}


def add_cohandler(command: AddCohandler, state: Assignment) -> Sequence[CaseEvent]:
    """Adds a co-handler; the lead that waits for this very unit has its answer."""
    lead = leading(state)
    require_text(command.reason, "增加{part:co}单位应当写明理由", "reason", "team-reason")
    check_joining(command, command.unit, "unit", lead, state)
    asked = lead.proposed and lead.proposed.cohandler == command.unit
    fields = state.mark_of(lead) | command.fields(Act)
    answer = [CohandlerDecided(**fields, granted=True)] if asked else []
    return [*answer, joined(command, command, lead, state)]


def leading(state: Assignment) -> TaskInHand:
    """Returns the lead's task of the newest round, while it may still have co-handlers."""
    require_running(state)
    leads = [hand for hand in state.current if hand.task.part == "lead"]
    if not leads:
        raise RuleViolated("no-lead", "该件没有主办单位，不能增加{part:co}单位")
    lead = max(leads, key=lambda hand: hand.round)
    if lead.task.task in state.ledger.replied:
        raise RuleViolated("task-replied", "主办单位已经答复，不能再增加{part:co}单位")
    return lead


def remove_cohandler(
    command: RemoveCohandler, state: Assignment
) -> Sequence[facts.AssignmentRemoved]:
    hand = open_task(state, command.task)
    if hand.task.part != "co":
        raise RuleViolated("co-only", "只能取消{part:co}单位；主办、分办单位请改派", "task")
    if hand.stage == "removed" and not same_text(command.reason, hand.reason):
        message = "该{part:co}单位已经取消，理由与本次填写的不同；已登记的理由不变"
        raise RuleViolated("recorded-otherwise", message, "reason")
    if hand.stage == "removed":
        return []
    check_stage(hand.stage, REMOVAL_REFUSED)
    check_free(command, hand, state)
    require_text(command.reason, "取消{part:co}单位应当写明理由", "reason", "team-reason")
    fields = state.mark_of(hand) | command.fields(Act)
    return [facts.AssignmentRemoved(**fields, reason=command.reason)]


DECIDE: Rows[Decide[Assignment]] = Rows(
    {AddCohandler: add_cohandler, RemoveCohandler: remove_cohandler}
)
OFFERS: dict[type[TaskCommand], Collection[Stage]] = {
    RemoveCohandler: stages_but(REMOVAL_REFUSED),
}
