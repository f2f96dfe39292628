"""Rules of an extension: asked in time, within its cap, decided by those who may."""

from datetime import date, datetime, timedelta

from services.handling.domain.approvals import Bench
from services.handling.domain.extensions.commands import DecideExtension, RequestExtension
from services.handling.domain.tasks.pauses import after_pauses, handed_out_at
from services.handling.domain.tasks.state import Handling, Work
from shared.contracts import extensions as facts
from shared.kernel.calendar import business_day, ending_day, midnight_after
from shared.kernel.errors import RuleViolated
from shared.kernel.extension_rules import ExtensionRules
from shared.kernel.policy import Due, Policy
from shared.kernel.texts import require_text

HALF_A_DAY = timedelta(hours=12)


def rules_for(rule: str, policy: Policy) -> ExtensionRules | None:
    """Returns the rules by which an obligation may be extended; None where it may not."""
    return next((rules for name, rules in policy.row.extensions.items() if name == rule), None)


def rules_of(work: Work, policy: Policy) -> ExtensionRules:
    """Returns the rules by which the task may be extended; raises RuleViolated where none are."""
    if (rules := rules_for(work.due.rule, policy)) is None:
        raise RuleViolated("extension-none", "这一期限按办理规则不能延期", "task")
    return rules


def check_may_ask(command: RequestExtension, work: Work, rules: ExtensionRules) -> None:
    """Checks the state of the task: it does not stand still, no request waits, and the day has not
    passed. The day is the one that the calendar of today counts (ADR 41)."""
    if work.still_since:
        message = "该任务已经暂停，恢复办理以后才能申请延期"
        raise RuleViolated("task-suspended", message, "task")
    if work.extension_asked:
        raise RuleViolated("extension-pending", "已有延期申请正在审批，请先等待结果", "task")
    if len(work.extensions) >= rules.most:
        message = f"该任务已经延期 {rules.most} 次，不能再延期"
        raise RuleViolated("extension-exhausted", message, "task")
    last = command.rules.recounted(work.due)
    if command.at >= last.at:
        message = f"办理期限 {ending_day(last.at)} 已过，延期应当在期限届满以前申请"
        raise RuleViolated("extension-late", message, "task")


def check_wish(
    command: RequestExtension, work: Work, rules: ExtensionRules, state: Handling
) -> None:
    """Checks what is asked: a later day within the cap, with a reason."""
    first = first_due(work, state, command.rules)
    now = ending_day(command.rules.recounted(work.due).at)
    cap = last_day(work, state, first, rules, command)
    if command.until <= now:
        raise RuleViolated("extension-not-later", f"延期应当晚于原期限 {now}", "until")
    if command.until > cap:
        message = f"最长可以延期至 {cap}（{rules.basis}）"
        raise RuleViolated("extension-too-long", message, "until")
    require_text(command.reason, "申请延期应当写明理由", "reason", "extension-reason")


def first_due(work: Work, state: Handling, policy: Policy) -> Due:
    """Returns the due moment that was no extension, after the pauses of the task: that of a former
    unit, where the task came with the day that was granted to it."""
    opening = work.opening.due
    for former in state.works.values():
        same = (former.part, former.round) == (work.part, work.round) and former is not work
        if same and former.extensions and former.due.at == opening.at:
            return after_pauses(first_due(former, state, policy), work, policy)
    return after_pauses(policy.recounted(opening), work, policy)


def last_day(
    work: Work, state: Handling, first: Due, rules: ExtensionRules, command: RequestExtension
) -> date:
    """Returns the last day that the cap allows, from the hand-out or from the first due moment.
    Neither a pause nor another unit moves a cap that counts from the hand-out."""
    if rules.total:
        return ending_day(command.rules.after(rules.total, handed_out_at(work, state)))
    assert rules.further is not None  # a row has one of the two
    return ending_day(command.rules.after(rules.further, noon_of(ending_day(first.at))))


def noon_of(day: date) -> datetime:
    """Returns a moment of the day, from which periods are counted."""
    return midnight_after(day) - HALF_A_DAY


def request_of(work: Work) -> facts.ExtensionRequested:
    """Returns the request that waits; raises RuleViolated where none does."""
    if work.extension_asked is None:
        raise RuleViolated("extension-not-asked", "该任务没有待审批的延期申请", "task")
    return work.extension_asked


def bench_of(work: Work) -> Bench:
    """Returns the approvers of the request that waits."""
    return Bench("延期", request_of(work), work.extension_approvals)


def day_granted(request: facts.ExtensionRequested, work: Work, policy: Policy) -> Due:
    """Returns the day that was asked for as due moment, later by the pauses of the task since."""
    due = policy.on_day(work.due.rule, request.until)
    return after_pauses(due, work, policy, request.at)


def check_still_ahead(command: DecideExtension, work: Work) -> None:
    """Refuses to agree to a day that has passed while the request waited. No day passes while the
    task stands still."""
    until = ending_day(day_granted(request_of(work), work, command.rules).at)
    if until < business_day(work.counted_at(command.at)):
        message = f"申请延期至的 {until} 已过，只能不同意，由承办单位尽快答复"
        raise RuleViolated("extension-overtaken", message, "task")


def followed(due: Due, old: Due, new: Due, policy: Policy) -> Due:
    """Returns the due moment of an opinion whose lead has more time: later by as many days, and
    never later than the lead's."""
    days = ending_day(new.at) - ending_day(old.at)
    later = policy.on_day(due.rule, ending_day(due.at) + days)
    return later if later.at <= new.at else policy.on_day(due.rule, ending_day(new.at))
