"""Commands that end a case."""

from typing import ClassVar

from shared.contracts.intake import Erasure, Withdrawal
from shared.kernel.messages import Command


class WithdrawCase(Command, Withdrawal):
    """Withdraws the case for its proposers."""

    name: ClassVar[str] = "withdraw-case"

    all_cosigners_agree: bool = False


class EraseCase(Command, Erasure):
    """Destroys the personal data of the case."""

    name: ClassVar[str] = "erase-case"


EndingCommand = WithdrawCase | EraseCase
