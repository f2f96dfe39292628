"""Proposals of a lead: it takes its task and asks for another unit beside it (建议增加会办单位)."""

from collections.abc import Collection, Sequence
from dataclasses import replace

from services.assignment.domain.hand_out.commands import Stage, TaskCommand
from services.assignment.domain.hand_out.rules import (
    MOVED,
    Refusals,
    check_stage,
    stages_but,
)
from services.assignment.domain.hand_out.state import Assignment, TaskInHand, on_task, open_task
from services.assignment.domain.team.commands import DecideCohandler, ProposeCohandler
from services.assignment.domain.team.joining import check_joining, check_place, joined
from shared.contracts import assignment as facts
from shared.contracts.case_event import CaseEvent, OnTask
from shared.contracts.payloads.assignment import CohandlerVerdict, CohandlerWish, NewCohandler
from shared.contracts.proposals import CohandlerDecided, CohandlerProposed
from shared.kernel.decider import Decide, Evolve, Rows
from shared.kernel.eligible import check_assignable, check_competent
from shared.kernel.errors import RuleViolated
from shared.kernel.messages import Act
from shared.kernel.texts import require_text

GONE: Refusals = {"moved": MOVED}
"""A lead may be moved; it is never removed."""
PROPOSAL_REFUSED: Refusals = {
    "objected": ("objection-pending", "退办意见正在审核，请先等待审核结果"),
    "returned": ("task-returned", "该任务正等待改派"),
    **GONE,
}


def propose_cohandler(command: ProposeCohandler, state: Assignment) -> Sequence[OnTask]:
    """Takes the task, unless the unit has signed for it already, and asks for a unit beside it."""
    lead = open_task(state, command.task)
    if lead.task.part != "lead":
        raise RuleViolated("lead-proposes", "只有主办单位可以建议增加{part:co}单位", "task")
    check_stage(lead.stage, PROPOSAL_REFUSED)
    if lead.proposed:
        raise RuleViolated("cohandler-pending", "已有增加{part:co}单位的建议等待答复", "task")
    require_text(command.reason, "建议增加{part:co}单位应当写明理由", "reason", "team-reason")
    check_place(command.cohandler, "cohandler", lead, state)
    check_assignable(command, command.cohandler, state.agency, "cohandler")
    check_competent(command, command.cohandler, state.purpose, "cohandler")
    fields = state.mark_of(lead) | command.fields(Act)
    receipt = [] if lead.stage == "received" else [facts.AssignmentReceived(**fields)]
    return [*receipt, CohandlerProposed(**fields, **command.fields(CohandlerWish))]


def decide_cohandler(command: DecideCohandler, state: Assignment) -> Sequence[CaseEvent]:
    lead = open_task(state, command.task)
    if (wish := lead.proposed) is None:
        raise RuleViolated("no-proposal", "该任务没有等待答复的增加{part:co}建议", "task")
    check_stage(lead.stage, GONE)
    fields = state.mark_of(lead) | command.fields(Act, CohandlerVerdict)
    answer = CohandlerDecided(**fields)
    if not command.granted:
        require_text(command.note, "不增加的应当写明理由", "note", "cohandler-note")
        return [answer]
    if command.cohandler is None:
        raise RuleViolated("cohandler-required", "请选择增加的{part:co}单位", "cohandler")
    check_joining(command, command.cohandler, "cohandler", lead, state)
    scope = wish.scope if command.scope is None else command.scope
    newcomer = NewCohandler(unit=command.cohandler, scope=scope, reason=wish.reason)
    return [answer, joined(command, newcomer, lead, state)]


def proposed(hand: TaskInHand, fact: CohandlerProposed) -> TaskInHand:
    return replace(hand, proposal=fact, answer=None)


def answered(hand: TaskInHand, fact: CohandlerDecided) -> TaskInHand:
    return replace(hand, answer=fact)


DECIDE: Rows[Decide[Assignment]] = Rows(
    {ProposeCohandler: propose_cohandler, DecideCohandler: decide_cohandler}
)
EVOLVE: Rows[Evolve[Assignment]] = Rows(
    {
        CohandlerProposed: on_task(proposed),
        CohandlerDecided: on_task(answered),
    }
)
OFFERS: dict[type[TaskCommand], Collection[Stage]] = {
    ProposeCohandler: stages_but(PROPOSAL_REFUSED),
    DecideCohandler: stages_but(GONE),
}
