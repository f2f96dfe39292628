"""Commands that end a case."""

from typing import ClassVar

from shared.contracts.intake import Erasure, Withdrawal, WithdrawalStage
from shared.kernel.messages import Command, RuledCommand


class WithdrawCase(RuledCommand, Withdrawal):
    """Withdraws the case for its proposers; a signer of a joint paper speaks for himself."""

    name: ClassVar[str] = "withdraw-case"

    all_cosigners_agree: bool = False


class EraseCase(Command, Erasure):
    """Destroys the personal data of the case."""

    name: ClassVar[str] = "erase-case"


class EndWithdrawal(RuledCommand):
    """Import of case.assigned, case.replied and case.closed."""

    name: ClassVar[str] = "end-withdrawal"

    stage: WithdrawalStage


EndingCommand = WithdrawCase | EndWithdrawal | EraseCase
