"""Facts of intake about a call for co-signatures (联名征集): it is opened, its text is amended, it
ends with a paper that is handed in, or lapses with too few signatures. Only intake may record
them."""

from typing import Annotated, ClassVar

from shared.contracts.case_event import CaseEvent
from shared.contracts.effects import CASE, EVERY, Effects, meets, opens, withdraws
from shared.contracts.payloads.intake import Wording
from shared.contracts.signers import Signature
from shared.kernel.codes import Digest, Id
from shared.kernel.days import Day
from shared.kernel.form_words import titled
from shared.kernel.policy import Due
from shared.kernel.shape import Shape


class Call(Shape):
    """Call for co-signatures, open until the end of a day."""

    until: Annotated[Day, titled("联名征集截止日期", hint="联名人答复的最后一天，自明天起")]


class Called(Signature):
    """A co-signer who is asked, and until when."""

    due: Due


ASKED = opens("signature", due="due", each="awaited", subject="signer", person="signer")
"""Each co-signer owes an answer until the end of the call."""


class CallOpened(CaseEvent):
    """The author of a paper calls for the signatures of those `awaited` (联名征集). Until he hands
    it in nobody screens it."""

    type: ClassVar[str] = "call.opened.v1"
    obligations: ClassVar[Effects] = (
        opens("call", due="due", subject=CASE, person="by"),
        ASKED,
    )

    by: Id
    due: Due
    awaited: tuple[Called, ...]


class WordingAmended(CaseEvent, Wording):
    """The author amended title or text while his call was open: no confirmation of the former text
    counts any more, and those `awaited` are asked again."""

    type: ClassVar[str] = "wording.amended.v1"
    obligations: ClassVar[Effects] = (ASKED,)

    by: Id
    likeness: Digest | None = None
    awaited: tuple[Called, ...] = ()


class CallLapsed(CaseEvent, Call):
    """The call ended with fewer signatures than the policy row asks for: the paper is not handed
    in. Its author may call again."""

    type: ClassVar[str] = "call.lapsed.v1"
    obligations: ClassVar[Effects] = (
        withdraws("call", why="too-few", subject=CASE),
        withdraws("signature", why="too-few", subject=EVERY),
    )

    by: Id
    signed: int
    minimum: int


class PaperHandedIn(CaseEvent):
    """The call ended and the paper was handed in (交件) on the day `received_on`. Co-signers who
    were `silent` are no proposers."""

    type: ClassVar[str] = "paper.handed-in.v1"
    obligations: ClassVar[Effects] = (
        meets("call", why="handed-in", subject=CASE),
        withdraws("signature", why="handed-in", subject=EVERY),
        opens("screening", subject=CASE),
    )

    by: Id
    received_on: Day
    silent: tuple[Id, ...] = ()
