"""Decisions of arbitration: the ruling, and the task moves with it."""

from collections.abc import Collection, Sequence
from dataclasses import replace

from services.assignment.domain.acceptance.rules import is_arbitrated
from services.assignment.domain.arbitration.commands import ArbitrateObjection
from services.assignment.domain.hand_out.commands import Stage, Successor, TaskCommand
from services.assignment.domain.hand_out.moving import check_successor, moved_to, terms_of
from services.assignment.domain.hand_out.rules import (
    MOVED,
    REMOVED,
    Refusals,
    check_former,
    check_stage,
    stages_but,
)
from services.assignment.domain.hand_out.state import Assignment, TaskInHand, open_task
from shared.contracts import assignment as facts
from shared.contracts.case_event import CaseEvent
from shared.contracts.payloads.assignment import Arbitration
from shared.kernel.decider import Decide, Evolve, Rows
from shared.kernel.eligible import check_assignable, check_competent
from shared.kernel.errors import RuleViolated
from shared.kernel.messages import Act
from shared.kernel.policy import PolicyRow
from shared.kernel.texts import is_blank, require_text, same_text

ARBITRATION_REFUSED: Refusals = {"moved": MOVED, "removed": REMOVED}


def may_arbitrate(hand: TaskInHand, state: Assignment, row: PolicyRow) -> bool:
    """Returns whether nothing but a ruling goes on: returns or moves are used up, or an earlier
    ruling is to change."""
    ordered = hand.decision is not None and hand.decision.to_arbitration
    used_up = ordered or len(hand.formers) >= row.most_moves
    stuck = hand.stage == "returned" and used_up
    return stuck or hand.task.task in state.bound or is_arbitrated(hand, state, row)


def arbitrate(command: ArbitrateObjection, state: Assignment) -> Sequence[CaseEvent]:
    hand = open_task(state, command.task)
    check_stage(hand.stage, ARBITRATION_REFUSED)
    if not may_arbitrate(hand, state, command.rules.row):
        message = "没有等待裁定的退办；退办、改派的次数没有用完的，由交办机构审核退办或者改派"
        raise RuleViolated("arbitration-early", message, "task")
    require_text(command.reason, "裁定应当写明理由", "reason", "arbitration-reason")
    if command.ruled_unit == hand.task.unit:
        return _stays(command, hand, state)
    return _moves(command, hand, state)


def _stays(
    command: ArbitrateObjection, hand: TaskInHand, state: Assignment
) -> Sequence[facts.ObjectionArbitrated]:
    """Returns the ruling that the unit of the task must act itself, unless it was ruled so before.
    Its share stays, as no other unit gets the rest."""
    check_assignable(command, hand.task.unit, state.agency, "ruled_unit")
    check_competent(command, hand.task.unit, state.purpose, "ruled_unit")
    if command.former_as_co:
        message = "裁定由原单位承办的，不能同时转为{part:co}"
        raise RuleViolated("former-not-lead", message, "former_as_co")
    if not (is_blank(command.scope) or same_text(command.scope, hand.task.scope)):
        message = "裁定由原单位承办的，负责的部分不变，不用填写"
        raise RuleViolated("share-stays", message, "scope")
    if hand.task.task in state.bound:
        check_same_ruling(command, hand, state)
        return []
    return [_ruling(command, hand, state, hand.task.task)]


def check_same_ruling(command: ArbitrateObjection, hand: TaskInHand, state: Assignment) -> None:
    """Refuses another reason for the ruling that binds the unit of the task."""
    rulings = (each.arbitration for each in state.tasks.values())
    known = [ruling for ruling in rulings if ruling and ruling.bound == hand.task.task]
    if known and not same_text(command.reason, known[-1].reason):
        message = "已经裁定由该单位承办，已登记的裁定理由不变"
        raise RuleViolated("recorded-otherwise", message, "reason")


def _moves(command: ArbitrateObjection, hand: TaskInHand, state: Assignment) -> Sequence[CaseEvent]:
    """Returns the ruling that another unit must act, and the move of the task to it."""
    check_successor(command, command.ruled_unit, "ruled_unit", hand, state)
    if command.former_as_co:
        check_former(command, hand.task, state.purpose)
    fields = command.fields(Arbitration)
    successor = Successor(unit=fields.pop("ruled_unit"), **fields)
    terms = replace(terms_of(command, state, hand), bound=True)
    moved = moved_to(successor, command, hand, state, terms)
    bound = next(each.to.task for each in moved if isinstance(each, facts.AssignmentReassigned))
    return [_ruling(command, hand, state, bound), *moved]


def _ruling(
    command: ArbitrateObjection, hand: TaskInHand, state: Assignment, bound: str
) -> facts.ObjectionArbitrated:
    fields = state.mark_of(hand) | command.fields(Act, Arbitration)
    return facts.ObjectionArbitrated(**fields, bound=bound)


def arbitrated(state: Assignment, fact: facts.ObjectionArbitrated) -> Assignment:
    """Returns the state with the ruling; an earlier one about the task binds no more."""
    bound = (state.bound - {fact.task}) | {fact.bound}
    hand = state.tasks.get(fact.task)
    ruled = [replace(hand, stage="must-act", arbitration=fact)] if hand else []
    return replace(state, bound=bound).with_tasks(*ruled)


DECIDE: Rows[Decide[Assignment]] = Rows({ArbitrateObjection: arbitrate})
EVOLVE: Rows[Evolve[Assignment]] = Rows({facts.ObjectionArbitrated: arbitrated})
OFFERS: dict[type[TaskCommand], Collection[Stage]] = {
    ArbitrateObjection: stages_but(ARBITRATION_REFUSED),
}
