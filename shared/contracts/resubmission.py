"""Fact of intake about a paper that was sent back and is handed in again. Only intake may record
it."""

from typing import ClassVar

from shared.contracts.case_event import CaseEvent
from shared.contracts.effects import CASE, Effects, opens, withdraws
from shared.contracts.payloads.intake import Wording
from shared.contracts.signers import Signature
from shared.kernel.codes import Digest, Id
from shared.kernel.days import Day


class PaperResubmitted(CaseEvent, Wording):
    """A paper that was sent back came again, with other words (修改后再交), as `version` 2 and so
    on of the same case. Co-signers who are `awaited` are to confirm the new words; it is screened
    when they have answered."""

    type: ClassVar[str] = "paper.resubmitted.v1"
    obligations: ClassVar[Effects] = (
        withdraws("refusal-notice", why="resubmitted", subject=CASE),
        opens("screening", subject=CASE, when={"awaited": ((),)}),
        opens("signature", each="awaited", subject="signer", person="signer"),
    )

    by: Id
    version: int
    received_on: Day
    likeness: Digest | None = None
    awaited: tuple[Signature, ...] = ()
