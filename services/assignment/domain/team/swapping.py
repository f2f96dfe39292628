"""Swaps: the lead and a co-handler change places, and the day of the reply stands (对调)."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import replace

from services.assignment.domain.hand_out.commands import (
    Moving,
    Stage,
    Successor,
    TaskCommand,
)
from services.assignment.domain.hand_out.moving import (
    check_free,
    check_successor,
    moved_to,
    terms_of,
)
from services.assignment.domain.hand_out.rules import (
    MOVED,
    REMOVED,
    Refusals,
    check_former,
    check_moves,
    check_stage,
    stages_but,
)
from services.assignment.domain.hand_out.state import Assignment, TaskInHand, open_task
from services.assignment.domain.team.commands import SwapLead
from shared.contracts.case_event import CaseEvent
from shared.kernel.decider import Decide, Rows
from shared.kernel.errors import RuleViolated
from shared.kernel.messages import Command
from shared.kernel.texts import require_text

SWAP_REFUSED: Refusals = {
    "objected": ("objection-pending", "退办意见正在审核，请先审核"),
    "returned": ("task-returned", "该任务正等待改派，请改派"),
    "moved": MOVED,
    "removed": REMOVED,
}


def swap_lead(command: SwapLead, state: Assignment) -> Sequence[CaseEvent]:
    """Makes the co-handler the lead and the lead a co-handler, in one commit."""
    co = open_task(state, command.task)
    if co.task.part != "co":
        raise RuleViolated("swap-co", "请在接任主办的{part:co}单位处对调", "task")
    check_stage(co.stage, SWAP_REFUSED)
    lead = lead_beside(co, state)
    check_stage(lead.stage, SWAP_REFUSED)
    for hand in (lead, co):
        check_free(command, hand, state)
    check_still(lead)
    check_moves(command, lead.task, len(lead.formers), state.purpose)
    if lead.task.due.at <= command.at:
        raise RuleViolated("swap-late", "主办单位的答复期限已过，请改派，期限重新计算", "task")
    require_text(command.reason, "对调应当写明理由", "reason", "team-reason")
    check_successor(command, co.task.unit, "task", lead, state)
    check_former(command, lead.task, state.purpose, "task")
    successor = Successor(unit=co.task.unit, reason=command.reason, former_as_co=True)
    terms = replace(terms_of(command, state, lead), latest=lead.task.due)
    return moved_to(successor, command, lead, state, terms)


def check_still(lead: TaskInHand) -> None:
    """Refuses a swap while the lead stands still: the pause would end with its task, and the days
    that it gives back would be lost."""
    if lead.still:
        message = "主办单位的任务正在暂停，请先恢复办理，再对调"
        raise RuleViolated("swap-suspended", message, "task")


def lead_beside(co: TaskInHand, state: Assignment) -> TaskInHand:
    """Returns the lead of the co-handler's round, which has not replied."""
    leads = [hand for hand in state.replying if hand.task.part == "lead" and hand.round == co.round]
    if not leads:
        raise RuleViolated("no-lead", "该件没有主办单位，不能对调", "task")
    if leads[0].task.task in state.ledger.replied:
        raise RuleViolated("task-replied", "主办单位已经答复，不能再对调", "task")
    return leads[0]


def may_swap(hand: TaskInHand, state: Assignment) -> bool:
    """Returns whether the task is a co-handler's whose lead could change places with it."""
    beside = (lead for lead in state.replying if lead.round == hand.round)
    open_leads = (
        lead.task.part == "lead"
        and lead.stage not in SWAP_REFUSED
        and not lead.still
        and lead.task.task not in state.ledger.replied
        for lead in beside
    )
    return hand.task.part == "co" and any(open_leads)


def briefed(command: Command, state: Assignment) -> Command:
    """Returns a swap with its two units, and a move with the former lead that stays: they are to
    be looked up."""
    if not isinstance(command, Moving) or command.task not in state.tasks:
        return command
    hand = state.tasks[command.task]
    if isinstance(command, SwapLead):
        return command.model_copy(update={"units": (hand.task.unit, *leads_of(hand, state))})
    units = (hand.task.unit,) if command.former_stays else ()
    return command.model_copy(update={"units": units})


def leads_of(hand: TaskInHand, state: Assignment) -> Iterator[str]:
    return (lead.task.unit for lead in state.replying if lead.round == hand.round)


DECIDE: Rows[Decide[Assignment]] = Rows({SwapLead: swap_lead})
OFFERS: dict[type[TaskCommand], Collection[Stage]] = {SwapLead: stages_but(SWAP_REFUSED)}
