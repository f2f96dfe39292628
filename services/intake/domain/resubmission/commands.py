"""Commands of resubmission."""

from typing import ClassVar

from shared.contracts.payloads.intake import Wording
from shared.kernel.codes import Digest, Id
from shared.kernel.messages import RuledCommand


class ResubmitPaper(RuledCommand, Wording):
    """Hands a paper that was sent back in again, with other words. `holder` is another case that
    has its external number by now."""

    name: ClassVar[str] = "resubmit-paper"

    likeness: Digest | None = None
    holder: Id | None = None


ResubmissionCommand = ResubmitPaper
