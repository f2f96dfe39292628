"""Facts of intake about the signers of a paper: they confirm, ask for its withdrawal, and are told
that it is not taken up. Only intake may record them."""

from collections.abc import Sequence
from typing import Annotated, ClassVar, Literal

from pydantic import Field

from shared.contracts.case_event import CaseEvent, Proposer
from shared.contracts.effects import CASE, Effects, meets, opens
from shared.kernel.codes import Digest, Id, Receipt
from shared.kernel.days import Day
from shared.kernel.form_words import titled
from shared.kernel.ids import derived
from shared.kernel.messages import Sealed, Text
from shared.kernel.moment import Moment
from shared.kernel.shape import Shape

NoticeMode = Literal["letter", "platform", "message", "in-person"]
"""Written forms of a notice; a phone call is none."""
WithdrawalStage = Literal["assigned", "replied", "closed"]


class Withdrawal(Shape):
    """The reason of the proposers, where they give one; of a request on paper, the day on which it
    came in."""

    reason: Annotated[Text, titled("撤回理由", hint="立案（受理）后撤回的必填")] = ""
    on: Annotated[
        Day | None,
        titled("书面申请收到日期", hint="由登记机关补录书面申请时填写；本人和平台不填"),
    ] = None


class Signature(Shape):
    """A co-signer of a paper."""

    signer: Id


def unconfirmed(proposers: Sequence[Proposer], confirmed: str | None) -> tuple[str, ...]:
    """Returns the people who must still confirm a paper that `confirmed` alone has signed; none
    where that is None: every signature is there. Citizens confirm nothing here."""
    known = (one.id for one in proposers if one.known)
    return tuple(each for each in known if each != confirmed) if confirmed else ()


class SeenText(Shape):
    """The very text that a co-signer has read, by its digest; a text that changes gets another."""

    text_digest: Annotated[
        Annotated[Digest, Field(examples=["3f0c5a7e1b2d5c649e8fa1b2c3d4e5f6"])] | None,
        titled("文本指纹", hint="由系统填写：所读文本的指纹；登记机关录入时不填"),
    ] = None


def digest_of(title: Text, text: Text, asks: Sequence[Text] = ()) -> str | None:
    """Returns the digest of a paper's sealed words: it is keyed by the case, and tells nothing of
    them after their erasure. None where they are open."""
    words = (title, text, *asks)
    sealed = [word.digest for word in words if isinstance(word, Sealed)]
    return derived("paper", *sealed).hex if len(sealed) == len(words) else None


class SignaturePaper(Shape):
    """The paper by which a co-signer has said so: the day on it, and what and where it is. Both are
    absent where the co-signer said so himself."""

    on: Annotated[
        Day | None, titled("书面意见日期", hint="由登记机关录入时填写；本人办理的不填")
    ] = None
    evidence: Annotated[
        Text, titled("书面依据", hint="如：联名签名表第 2 页，原件存档；本人办理的不填")
    ] = ""


class Notice(Shape):
    """The written notice (告知) to the first signer that the paper is not taken up, given on the
    day `on`; it may be entered later."""

    mode: Annotated[NoticeMode, titled("告知方式", codes="notice-mode")]
    on: Annotated[Day, titled("送达日期", hint="可以补记，按送达当日填写")]
    receipt: Annotated[Receipt, titled("回执号", hint="邮政回执号，或本单位回执的年度和序号")] = ""


class RefusalNotified(CaseEvent, Notice):
    """The first signer was told in writing that the paper is not taken up, and why (告知)."""

    type: ClassVar[str] = "refusal.notified.v1"
    counts_on: ClassVar[str | None] = "on"
    obligations: ClassVar[Effects] = (meets("refusal-notice", why="notified", subject=CASE),)

    by: Id


SCREENED_NOW = opens("screening", subject=CASE, when={"is_last": (True,)})
"""The organ's time begins when the last co-signer has answered."""


class SignatureConfirmed(CaseEvent, Signature, SignaturePaper, SeenText):
    """A co-signer confirmed that the paper, as it read at that moment, is his own view (联名确认).
    `is_last`: no other one is awaited."""

    type: ClassVar[str] = "signature.confirmed.v1"
    obligations: ClassVar[Effects] = (
        meets("signature", why="confirmed", subject="signer"),
        SCREENED_NOW,
    )

    by: Id
    is_last: bool = False


class SignatureDeclined(CaseEvent, Signature, SignaturePaper):
    """A person named as co-signer does not sign; he is no proposer of the paper. `is_last`: no
    other one is awaited."""

    type: ClassVar[str] = "signature.declined.v1"
    obligations: ClassVar[Effects] = (
        meets("signature", why="not-signed", subject="signer"),
        SCREENED_NOW,
    )

    by: Id
    is_last: bool = False


class WithdrawalRequested(CaseEvent, Withdrawal):
    """A signer of a joint paper asks to withdraw it, or agrees; the others have not agreed yet."""

    type: ClassVar[str] = "withdrawal.requested.v1"

    by: Id


class WithdrawalEnded(CaseEvent):
    """The case has come so far that it cannot be withdrawn any more (import). Until `papers_until`
    a request on paper that came in before may be entered."""

    type: ClassVar[str] = "withdrawal.ended.v1"

    stage: WithdrawalStage
    papers_until: Moment | None = None
