"""Command that ends a case."""

from typing import ClassVar

from shared.contracts.signers import Withdrawal, WithdrawalStage
from shared.kernel.messages import RuledCommand


class WithdrawCase(RuledCommand, Withdrawal):
    """Withdraws the case for its proposers; a signer of a joint paper speaks for himself."""

    name: ClassVar[str] = "withdraw-case"

    all_cosigners_agree: bool = False


class EndWithdrawal(RuledCommand):
    """Import of case.assigned, case.replied and case.closed."""

    name: ClassVar[str] = "end-withdrawal"

    stage: WithdrawalStage


EndingCommand = WithdrawCase | EndWithdrawal
