"""Rules of an erasure: its reason holds, a second person confirms it, and not at once."""

from datetime import datetime

from services.intake.domain.erasure.commands import AskErasure, ConfirmErasure
from services.intake.domain.state import Case
from shared.contracts.erasure import Erasure, ErasureAsked
from shared.kernel.calendar import business_day
from shared.kernel.errors import RuleViolated
from shared.kernel.policy import Policy

HOLDERS = frozenset({"intake", "assignment", "handling", "feedback", "disclosure"})
"""The services whose vaults hold texts of cases; each proves that its key is destroyed."""


def check_retention(erasure: Erasure, case: Case, policy: Policy, at: datetime) -> None:
    """Papers are kept as long as the policy row says, from the newest fact about the case on."""
    if erasure.reason != "retention-ended":
        return
    if (period := policy.row.erasure.retention) is None:
        raise RuleViolated("retention-for-ever", "该类件的档案永久保管，没有期满之日", "reason")
    if at < (end := policy.after(period, case.newest)):
        message = f"保管期限尚未届满，{business_day(end)} 起才能以期满为由清除"
        raise RuleViolated("retention-runs", message, "reason")


def require_second_person(asked: ErasureAsked, command: ConfirmErasure) -> None:
    if asked.by in command.senders:
        message = "清除个人信息须由申请人以外的人确认，代其行使职务的人也不能确认"
        raise RuleViolated("second-person", message)


def require_waited(asked: ErasureAsked, at: datetime) -> None:
    if at < asked.not_before:
        message = f"申请后须等待，{business_day(asked.not_before)} 起才能确认，其间可以叫停"
        raise RuleViolated("erasure-waits", message)


def wait_of(command: AskErasure) -> datetime:
    """Returns the moment from which on another person may confirm."""
    return command.rules.after(command.rules.row.erasure.wait, command.at)


def stayed(case: Case) -> tuple[str, ...]:
    """Returns the codes of what is kept (labels `erasure-stayed`)."""
    holds = {
        "chain": True,
        "open-words": isinstance(case.title, str),
        "renditions": case.published,
        "accused": case.against is not None and bool(case.against.ids),
        "public-names": any(proposer.known for proposer in case.paper.proposers),
        "reads": True,
    }
    return tuple(code for code, is_kept in holds.items() if is_kept)
