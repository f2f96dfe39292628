"""Rules of a suspension: asked in time, for a reason that the row knows, within its caps."""

from datetime import date, datetime, timedelta

from services.handling.domain.approvals import Bench
from services.handling.domain.suspensions.commands import DecideSuspension, RequestSuspension
from services.handling.domain.tasks.pauses import days_used, handed_out_at
from services.handling.domain.tasks.requests import Pause
from services.handling.domain.tasks.state import Handling, Work, unanswered
from shared.contracts import suspensions as facts
from shared.kernel.calendar import business_day, ending_day
from shared.kernel.errors import RuleViolated
from shared.kernel.policy import Policy, PolicyRow
from shared.kernel.suspension_rules import SuspensionRules
from shared.kernel.texts import require_text

ENDED_BY_SIGNING = "答复已经签发，请及时送达，不能再暂停"


def rules_for(rule: str, row: PolicyRow) -> SuspensionRules | None:
    """Returns the rules by which an obligation may stand still; None where it may not."""
    return next((rules for name, rules in row.suspensions.items() if name == rule), None)


def rules_of(work: Work, policy: Policy) -> SuspensionRules:
    """Returns the rules by which the task may stand still; raises RuleViolated where none are."""
    if (rules := rules_for(work.due.rule, policy.row)) is None:
        raise RuleViolated("suspension-none", "这一期限按办理规则不能暂停", "task")
    return rules


def unsigned(state: Handling, task: str) -> Work:
    """Returns a task whose reply is not signed yet."""
    work = unanswered(state, task)
    if work.reply:
        raise RuleViolated("already-signed", ENDED_BY_SIGNING, "task")
    return work


def check_may_ask(command: RequestSuspension, work: Work, rules: SuspensionRules) -> None:
    """Checks the state of the task: it runs, no request waits, and its day has not passed."""
    if work.still_since:
        raise RuleViolated("task-suspended", "该任务已经暂停", "task")
    if work.suspending.asked:
        raise RuleViolated("suspension-pending", "已有暂停申请正在审批，请先等待结果", "task")
    if len(work.suspending.pauses) >= rules.most:
        message = f"该任务已经暂停 {rules.most} 次，不能再暂停"
        raise RuleViolated("suspension-exhausted", message, "task")
    check_in_time(command.at, work, command.rules)


def check_in_time(at: datetime, work: Work, policy: Policy) -> None:
    """Refuses to stop a clock that has run out (ADR 41: by the calendar of today)."""
    last = policy.recounted(work.due)
    if at >= last.at:
        message = f"办理期限 {ending_day(last.at)} 已过，不能再暂停"
        raise RuleViolated("suspension-late", message, "task")


def check_wish(
    command: RequestSuspension, work: Work, rules: SuspensionRules, state: Handling
) -> None:
    """Checks what is asked: a day ahead within the caps, for a reason of the row, with words."""
    if command.reason not in rules.reasons:
        raise RuleViolated("suspension-reason", "暂停事由不在规定的范围内", "reason")
    if command.until <= business_day(command.at):
        raise RuleViolated("suspension-not-ahead", "暂停至少到明天", "until")
    if command.until > (cap := last_day(command, work, rules, state)):
        message = f"最长可以暂停至 {cap}（{rules.basis}）"
        raise RuleViolated("suspension-too-long", message, "until")
    message = "申请暂停应当写明具体情况"
    require_text(command.explanation, message, "explanation", "suspension-explanation")


def last_day(
    command: RequestSuspension, work: Work, rules: SuspensionRules, state: Handling
) -> date:
    """Returns the last day of a pause that begins now: within the days that all pauses of the task
    have together, and before the end of what the law knows."""
    left = timedelta(days=rules.days - days_used(work))
    cap = business_day(command.at) + left
    latest = latest_of(work, rules, state, command.rules)
    return min(cap, ending_day(latest) - timedelta(days=1)) if latest else cap


def latest_of(
    work: Work, rules: SuspensionRules, state: Handling, policy: Policy
) -> datetime | None:
    """Returns the moment beyond which no due moment of the task moves."""
    return policy.after(rules.total, handed_out_at(work, state)) if rules.total else None


def request_of(work: Work) -> facts.SuspensionRequested:
    """Returns the request that waits; raises RuleViolated where none does."""
    if work.suspending.asked is None:
        raise RuleViolated("suspension-not-asked", "该任务没有待审批的暂停申请", "task")
    return work.suspending.asked


def bench_of(work: Work) -> Bench:
    """Returns the approvers of the request that waits."""
    return Bench("暂停", request_of(work), work.suspending.approvals)


def check_still_ahead(command: DecideSuspension, work: Work) -> None:
    """Refuses to agree to a pause whose last day has come while the request waited, or that the
    row does not know any more: nothing would end it."""
    rules_of(work, command.rules)
    until = request_of(work).until
    if until <= business_day(command.at):
        message = f"申请暂停至的 {until} 已到，只能不同意"
        raise RuleViolated("suspension-overtaken", message, "task")
    check_in_time(command.at, work, command.rules)


def pause_of(work: Work) -> Pause:
    """Returns the pause that has not ended; raises RuleViolated where the task runs."""
    if (pause := work.suspending.running) is None:
        raise RuleViolated("not-suspended", "该任务没有暂停，无须恢复", "task")
    return pause
