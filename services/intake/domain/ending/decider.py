"""Decides on withdrawal and erasure."""

from collections.abc import Sequence

from services.intake.domain.ending.commands import EraseCase, WithdrawCase
from services.intake.domain.state import (
    Case,
    Decisions,
    Folds,
    IntakeState,
    Openness,
    Status,
    becomes,
    is_repeated,
    require_case,
)
from shared.contracts.intake import CaseErased, CaseWithdrawn, Withdrawal
from shared.kernel.errors import RuleViolated

WITHDRAWABLE: frozenset[Status] = frozenset({"registered", "accepted"})
ERASABLE: frozenset[Status] = WITHDRAWABLE | {"declined", "sent-back", "withdrawn"}


def withdraw(command: WithdrawCase, state: IntakeState) -> Sequence[CaseWithdrawn]:
    case = require_case(state)
    if is_repeated(case, "withdrawn", WITHDRAWABLE):
        return []
    require_not_publishing(case)
    require_cosigners(command, case)
    head = case.head(command.at)
    return [CaseWithdrawn(**head, by=command.by, **command.fields(Withdrawal))]


def erase(command: EraseCase, state: IntakeState) -> Sequence[CaseErased]:
    case = require_case(state)
    if is_repeated(case, "erased", ERASABLE):
        return []
    require_not_publishing(case)
    return [CaseErased(**case.head(command.at), by=command.by, reason=command.reason)]


def require_not_publishing(case: Case) -> None:
    """A case that is reserved for publication cannot be called back here."""
    if case.publication_under_way:
        message = "该件正在公开过程中，请稍后再试，或先办理撤下"
        raise RuleViolated("publication-under-way", message)


def require_cosigners(command: WithdrawCase, case: Case) -> None:
    """A joint paper is withdrawn only when all co-signers agree (L2 art. 10)."""
    if len(case.paper.proposers) > 1 and not command.all_cosigners_agree:
        field = "all_cosigners_agree"
        raise RuleViolated("cosigners-must-agree", "联名件须全体联名人同意才能撤回", field)


DECIDE = Decisions({WithdrawCase: withdraw, EraseCase: erase})
EVOLVE = Folds({CaseWithdrawn: becomes("withdrawn"), CaseErased: becomes("erased")})
OFFERS: Openness = {WithdrawCase: WITHDRAWABLE, EraseCase: ERASABLE}
