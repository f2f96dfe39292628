"""Decides on withdrawal."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from services.intake.domain.ending.commands import EndWithdrawal, WithdrawCase
from services.intake.domain.state import (
    Case,
    Decisions,
    Folds,
    IntakeState,
    Openness,
    Status,
    becomes,
    is_repeated,
    of_case,
    require_case,
)
from shared.contracts.intake import (
    CaseWithdrawn,
)
from shared.contracts.signers import (
    Withdrawal,
    WithdrawalEnded,
    WithdrawalRequested,
    WithdrawalStage,
)
from shared.kernel.errors import RuleViolated
from shared.kernel.texts import require_text

WITHDRAWABLE: frozenset[Status] = frozenset({"registered", "accepted"})
AGREE = "all_cosigners_agree"
STAGE_TEXT: Mapping[WithdrawalStage, str] = {
    "assigned": "已经交办",
    "replied": "已经答复",
    "closed": "已经办结",
}


def withdraw(
    command: WithdrawCase, state: IntakeState
) -> Sequence[CaseWithdrawn | WithdrawalRequested]:
    """Withdraws the case once all signers want it; until then it notes who does."""
    case = require_case(state)
    if is_repeated(case, "withdrawn", WITHDRAWABLE):
        return []
    require_withdrawable(case)
    require_reason(command, case)
    agreed = consenting(command, case)
    fields = {**case.head(command.at), "by": command.by, **command.fields(Withdrawal)}
    if agreed >= case.signers:
        return [CaseWithdrawn(**fields)]
    return [] if agreed == case.agreed else [WithdrawalRequested(**fields)]


def end_withdrawal(command: EndWithdrawal, state: IntakeState) -> Sequence[WithdrawalEnded]:
    """Records the stage from which on the policy row admits no withdrawal; other stages do not
    matter."""
    if not isinstance(state, Case) or state.too_late:
        return []
    if command.stage not in (command.rules.row.withdrawal.until, "closed"):
        return []
    return [WithdrawalEnded(**state.head(command.at), stage=command.stage)]


def require_not_publishing(case: Case) -> None:
    """A case that is reserved for publication cannot be called back here."""
    if case.publication_under_way:
        message = "该件正在公开过程中，请稍后再试，或先办理撤下"
        raise RuleViolated("publication-under-way", message)


def require_withdrawable(case: Case) -> None:
    """A case is withdrawn in time, and not after the public could read the reply to it."""
    require_not_publishing(case)
    if case.too_late:
        message = f"该件{STAGE_TEXT[case.too_late]}，不能再撤回"
        raise RuleViolated("withdrawal-late", message)
    if case.published:
        raise RuleViolated("case-published", "该件的答复已经向社会公开，不能撤回")


def may_withdraw(case: Case) -> bool:
    """Returns whether a withdrawal would be in time."""
    return not (case.publication_under_way or case.too_late or case.published)


def require_reason(command: WithdrawCase, case: Case) -> None:
    rule = command.rules.row.withdrawal.reason
    if rule == "always" or (rule == "accepted" and case.status == "accepted"):
        message = "立案后撤回的，请写明理由"
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
    return replace(case, withdrawal=fact, agreed=case.agreed | {fact.by})


def withdrawal_ended(case: Case, fact: WithdrawalEnded) -> Case:
    return replace(case, too_late=fact.stage)


DECIDE = Decisions({WithdrawCase: withdraw, EndWithdrawal: end_withdrawal})
EVOLVE = Folds(
    {
        WithdrawalRequested: of_case(requested),
        WithdrawalEnded: of_case(withdrawal_ended),
        CaseWithdrawn: becomes("withdrawn"),
    }
)
OFFERS: Openness = {WithdrawCase: WITHDRAWABLE}
