"""Decides on withdrawal."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from services.intake.domain.ending.commands import EndWithdrawal, WithdrawCase
from services.intake.domain.state import (
    Case,
    Decisions,
    Folds,
    IntakeState,
    Openness,
    Status,
    is_repeated,
    of_case,
    require_case,
    unmerged,
    with_step,
)
from shared.contracts.intake import (
    CaseWithdrawn,
)
from shared.contracts.merging import CaseUnmerged
from shared.contracts.signers import (
    Withdrawal,
    WithdrawalEnded,
    WithdrawalRequested,
    WithdrawalStage,
)
from shared.kernel.calendar import business_day, midnight_after
from shared.kernel.entries import check_entered
from shared.kernel.errors import RuleViolated
from shared.kernel.repeated import require_same
from shared.kernel.texts import require_text

WITHDRAWABLE: frozenset[Status] = frozenset({"registered", "sent-back", "accepted", "merged"})
TAKEN_UP: frozenset[Status] = frozenset({"accepted", "merged"})
AGREE = "all_cosigners_agree"
STAGE_TEXT: Mapping[WithdrawalStage, str] = {
    "assigned": "已经交办",
    "replied": "已经答复",
    "closed": "已经办结",
}


def withdraw(
    command: WithdrawCase, state: IntakeState
) -> Sequence[CaseUnmerged | CaseWithdrawn | WithdrawalRequested]:
    """Withdraws the case once all signers want it; until then it notes who does."""
    case = require_case(state)
    if is_repeated(case, "withdrawn", WITHDRAWABLE):
        require_wished_so(command, case)
        return []
    require_withdrawable(command, case)
    require_day_of_paper(command, case)
    require_reason(command, case)
    agreed = consenting(command, case)
    fields = {**case.head(command.at), "by": command.by, **command.fields(Withdrawal)}
    if agreed >= case.signers:
        return [*unmerged(case, command, "withdrawn"), CaseWithdrawn(**fields)]
    if agreed == case.agreed:
        require_wished_so(command, case)
        return []
    return [WithdrawalRequested(**fields)]


def require_wished_so(command: WithdrawCase, case: Case) -> None:
    """Refuses to ask once more for another reason: each signer has his own on record; anybody else
    is told by the withdrawal itself."""
    wishes = [step.fact for step in case.steps if isinstance(step.fact, Withdrawal)]
    own = [wish for wish in wishes if wish.by == command.by]
    require_same(command, (own or wishes)[-1], Withdrawal)


def end_withdrawal(command: EndWithdrawal, state: IntakeState) -> Sequence[WithdrawalEnded]:
    """Records the stage from which on the policy row admits no withdrawal; other stages do not
    matter."""
    if not isinstance(state, Case) or state.too_late:
        return []
    if command.stage not in (command.rules.row.withdrawal.until, "closed"):
        return []
    head, until = state.head(command.at), papers_until(command)
    return [WithdrawalEnded(**head, stage=command.stage, papers_until=until)]


def papers_until(command: EndWithdrawal) -> datetime | None:
    """Returns until when a request that came in on paper before may be entered, by the policy row;
    None where it may not. The last such request came in on the day before."""
    days = command.rules.row.entry_days("withdrawal")
    last = business_day(command.at) + timedelta(days=days - 1)
    return midnight_after(last) if days else None


def require_not_publishing(case: Case) -> None:
    """A case that is reserved for publication cannot be called back here."""
    if case.publication_under_way:
        message = "该件正在公开过程中，请稍后再试，或先办理撤下"
        raise RuleViolated("publication-under-way", message)


def require_withdrawable(command: WithdrawCase, case: Case) -> None:
    """A case is withdrawn in time, and not after the public could read the reply to it. A request
    on paper is in time when it came in on a day before."""
    require_not_publishing(case)
    if case.published:
        raise RuleViolated("case-published", "该件的答复已经向社会公开，不能撤回")
    if (late := case.too_late) is None:
        return
    day, on = business_day(late.at), command.on
    if on is None:
        message, on_paper = f"该件{STAGE_TEXT[late.stage]}，不能再撤回", is_entered(command, case)
        hint = "；此前收到书面申请的，请填写收到日期" if on_paper else ""
        raise RuleViolated("withdrawal-late", message + hint, "on" if on_paper else None)
    if on >= day:
        message = f"该件 {day} {STAGE_TEXT[late.stage]}，只能补录此前收到的书面撤回申请"
        raise RuleViolated("withdrawal-late", message, "on")


def require_day_of_paper(command: WithdrawCase, case: Case) -> None:
    """The day of a paper is entered by those who keep the papers; a request of one's own, or
    through a platform, is made now."""
    if command.on is None:
        return
    if is_own(command, case):
        message = "本人或者平台提出的，即时撤回，不填书面申请的收到日期"
        raise RuleViolated("withdrawal-now", message, "on")
    check_entered(command, command.on, "on", case.came_in_on, "withdrawal")


def is_own(command: WithdrawCase, case: Case) -> bool:
    """Returns whether a signer asks, or the platform that brought the paper."""
    return command.by in {*case.signers, case.paper.client}


def is_entered(command: WithdrawCase, case: Case) -> bool:
    """Returns whether a clerk could still enter a request that came in on paper before."""
    return takes_papers(case, command.at) and not is_own(command, case)


def may_withdraw(case: Case) -> bool:
    """Returns whether a withdrawal would be in time."""
    return not (case.publication_under_way or case.too_late or case.published)


def takes_papers(case: Case, now: datetime) -> bool:
    """Returns whether a request that came in on paper before the time was over may be entered."""
    until = case.too_late.papers_until if case.too_late else None
    over = case.publication_under_way or case.published
    return until is not None and now < until and not over


def require_reason(command: WithdrawCase, case: Case) -> None:
    rule = command.rules.row.withdrawal.reason
    if rule == "always" or (rule == "accepted" and case.status in TAKEN_UP):
        message = "{fact:case.accepted}后撤回的，请写明理由"
        require_text(command.reason, message, "reason", "withdrawal-reason")


def consenting(command: WithdrawCase, case: Case) -> frozenset[str]:
    """Returns the signers who want the case withdrawn. A joint paper needs all of them (L2 art.
    10): each by himself, or all together on a paper that the registrar or the platform has."""
    if command.by in case.unconfirmed:
        message = "您尚未确认联名，不能撤回该件；不同意联名的，请声明不联名"
        raise RuleViolated("signature-unconfirmed", message)
    joint = len(case.signers) > 1
    if command.by in case.signers:
        if joint and command.all_cosigners_agree:
            raise RuleViolated("consent-own", "联名人应当各自确认撤回，不能代为声明", AGREE)
        return case.agreed | {command.by}
    if joint and not command.all_cosigners_agree:
        raise RuleViolated("cosigners-must-agree", "联名件须全体联名人同意才能撤回", AGREE)
    return case.signers


def requested(case: Case, fact: WithdrawalRequested) -> Case:
    return with_step(replace(case, agreed=case.agreed | {fact.by}), fact)


def withdrawn(case: Case, fact: CaseWithdrawn) -> Case:
    return with_step(replace(case, status="withdrawn", to_tell=None), fact)


def withdrawal_ended(case: Case, fact: WithdrawalEnded) -> Case:
    return replace(case, too_late=fact)


DECIDE = Decisions({WithdrawCase: withdraw, EndWithdrawal: end_withdrawal})
EVOLVE = Folds(
    {
        WithdrawalRequested: of_case(requested),
        WithdrawalEnded: of_case(withdrawal_ended),
        CaseWithdrawn: of_case(withdrawn),
    }
)
OFFERS: Openness = {WithdrawCase: WITHDRAWABLE}
