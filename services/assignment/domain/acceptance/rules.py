"""Rules of acceptance: a step that fits the stage of the task, within the objection window."""

from datetime import datetime

from services.assignment.domain.acceptance.commands import (
    DecideObjection,
    EnterObjection,
    ObjectAssignment,
)
from services.assignment.domain.hand_out.commands import Stage
from services.assignment.domain.hand_out.rules import MOVED, REMOVED, Refusals
from services.assignment.domain.hand_out.state import Assignment, TaskInHand
from shared.contracts.case_event import Task
from shared.kernel.calendar import business_day, ending_day
from shared.kernel.eligible import check_assignable, check_competent
from shared.kernel.entries import check_entered
from shared.kernel.errors import RuleViolated
from shared.kernel.policy import PolicyRow
from shared.kernel.texts import is_blank

PENDING = ("objection-pending", "退办意见正在审核，请先等待审核结果")
RETURNED = ("task-returned", "该任务正等待改派")
RECEIPT_REFUSED: Refusals = {
    "objected": PENDING,
    "returned": RETURNED,
    "moved": MOVED,
    "removed": REMOVED,
}
OBJECTION_REFUSED: Refusals = {
    "deemed-accepted": ("objection-late", "退办期限已过，逾期视为接受"),
    "objected": PENDING,
    "returned": RETURNED,
    "must-act": ("objection-dismissed", "退办意见未获同意，应当承办"),
    "moved": MOVED,
    "removed": REMOVED,
}
ENTRY_REFUSED: Refusals = {
    stage: refusal for stage, refusal in OBJECTION_REFUSED.items() if stage != "deemed-accepted"
}
"""Silence until the end of the window is no acceptance where a paper came in before."""
RULING_REFUSED: Refusals = {
    "handed-out": ("no-objection", "该任务没有待审核的退办意见"),
    "received": ("no-objection", "该任务已经签收，没有待审核的退办意见"),
    "deemed-accepted": ("no-objection", "该任务没有待审核的退办意见"),
    "returned": ("objection-decided", "退办意见已经审核，不能更改"),
    "must-act": ("objection-decided", "退办意见已经审核，不能更改"),
    "moved": MOVED,
    "removed": REMOVED,
}


def check_window(at: datetime, task: Task) -> None:
    """Checks the objection window that is recorded with the task; silence until its end counts as
    acceptance (榆林, 广州办法)."""
    if task.objection is None:
        raise RuleViolated("no-objection-window", "该任务不设退办期", "task")
    if at > task.objection.at:
        raise RuleViolated("objection-late", "退办期限已过，逾期视为接受", "task")


def may_object(stage: Stage, task: Task, at: datetime) -> bool:
    """Returns whether the unit may object at the moment, signed for or not, as far as stage and
    window go (L2 art. 14: within the window from receipt)."""
    window = task.objection
    return stage not in OBJECTION_REFUSED and window is not None and at <= window.at


def could_still_object(stage: Stage, task: Task) -> bool:
    """Returns whether an objection to the task may still come in, at least on paper."""
    return stage not in ENTRY_REFUSED and task.objection is not None


def is_awaited(stage: Stage, task: Task) -> bool:
    """Returns whether the unit is still to sign for the task, or could return it."""
    signing = stage == "handed-out" and task.sign_for is not None
    return signing or could_still_object(stage, task)


def check_not_begun(begun: bool) -> None:
    """Refuses an objection of a unit that works on the task: its work shows acceptance."""
    if begun:
        acts = "联系、报告进展、拟稿、提出意见，或者申请延期、暂停"
        message = f"本单位已经开始办理（{acts}），视为接受，不能再提出退办"
        raise RuleViolated("work-begun", message, "task")


def may_enter_objection(stage: Stage, task: Task, day: datetime) -> bool:
    """Returns whether an objection that came in on the day may be entered, as far as stage and
    window go."""
    window = task.objection
    return stage not in ENTRY_REFUSED and window is not None and day <= window.at


def check_paper(command: EnterObjection, task: Task, since: datetime) -> None:
    """Checks the day on which an objection came in: in the window, and entered in time."""
    if task.objection is None:
        raise RuleViolated("no-objection-window", "该任务不设退办期", "task")
    last = ending_day(task.objection.at)
    if command.on > last:
        message = f"退办期限至 {last}，{command.on} 收到的退办函已经逾期"
        raise RuleViolated("objection-late", message, "on")
    check_entered(command, command.on, "on", business_day(since), "objection")


def check_objection(command: ObjectAssignment | EnterObjection) -> None:
    """Checks reason and contents of an objection by the policy row of the kind."""
    row = command.rules.row
    if command.reason not in row.objection_reasons:
        raise RuleViolated("objection-reason", "退办理由不在规定的范围内", "reason")
    if "explanation" in row.objection_needs and is_blank(command.explanation):
        raise RuleViolated("explanation-required", "退办应当书面说明理由", "explanation")
    if "suggested-unit" in row.objection_needs and not command.suggested_unit:
        raise RuleViolated("suggestion-required", "退办应当提出建议承办单位", "suggested_unit")
    if "head-statement" in row.objection_needs and is_blank(command.head_statement):
        message = "退办应当附单位负责人意见"
        raise RuleViolated("statement-required", message, "head_statement")


def is_dismissed(hand: TaskInHand) -> bool:
    """Returns whether the organ dismissed the unit's objection, signed for since or not."""
    return hand.decision is not None and not hand.decision.upheld


def check_not_dismissed(hand: TaskInHand) -> None:
    """Refuses a second objection of the unit whose first one was dismissed."""
    if is_dismissed(hand):
        raise RuleViolated(*OBJECTION_REFUSED["must-act"], "task")


def check_unbound(hand: TaskInHand, state: Assignment) -> None:
    """Refuses an objection of the unit that was ruled to act."""
    if hand.task.task in state.bound:
        message = "已经裁定由该单位承办，不能再提出退办"
        raise RuleViolated("arbitrated", message, "task")


def is_arbitrated(hand: TaskInHand, state: Assignment, row: PolicyRow) -> bool:
    """Returns whether only a ruling that binds can still answer the objection of the task."""
    used_up = state.returns >= row.most_returns
    return hand.stage == "objected" and (used_up or goes_to_arbitration(hand))


def goes_to_arbitration(hand: TaskInHand) -> bool:
    return bool(hand.objection and hand.objection.to_arbitration)


def check_returns(command: DecideObjection, hand: TaskInHand, state: Assignment) -> None:
    """Refuses to return a case once more than the policy row lets it; the organ may still dismiss
    an objection that was raised before."""
    arbitrated = goes_to_arbitration(hand)
    used_up = command.upheld and state.returns >= command.rules.row.most_returns
    if used_up or arbitrated:
        message = (
            f"本件同意退办已达 {command.rules.row.most_returns} 次，"
            "不能再由交办机构同意退办，须裁定承办单位"
        )
        raise RuleViolated("returns-exhausted", message, "task" if arbitrated else "upheld")


def check_suggestion(
    command: ObjectAssignment | EnterObjection, agency: str, task: Task, purpose: str | None
) -> None:
    """Checks that the agency could move the task to the suggested unit."""
    if command.suggested_unit == task.unit:
        raise RuleViolated("suggestion-own", "建议承办单位不能是本单位", "suggested_unit")
    if command.suggested_unit:
        check_assignable(command, command.suggested_unit, agency, "suggested_unit")
        check_competent(command, command.suggested_unit, purpose, "suggested_unit")


def check_successor(command: DecideObjection, task: Task, purpose: str | None) -> None:
    """Refuses to uphold an objection after which no unit could take the task over: of a case whose
    purpose reserves it to this unit alone."""
    reserved = command.rules.row.reserved_to(purpose, command.recused)
    if command.upheld and reserved == (task.unit,):
        message = (
            f"“{{purpose:{purpose}}}”类的件只能由该单位办理，同意退办后没有单位可以改派；"
            "确实不属这一类的，请先更正分类"
        )
        raise RuleViolated("no-other-competent", message, "upheld")
