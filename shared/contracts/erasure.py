"""Facts of intake about an erasure: who asks, who confirms, how far it is, what stayed. Only intake
may record them."""

from typing import Annotated, ClassVar, Literal

from shared.contracts.case_event import CaseEvent
from shared.kernel.codes import Code, Id
from shared.kernel.form_words import titled
from shared.kernel.messages import Text
from shared.kernel.moment import Moment
from shared.kernel.shape import Shape

ErasureReason = Literal["retention-ended", "person-asked", "unlawful-content"]


class Erasure(Shape):
    """The legal connections of an erasure."""

    reason: Annotated[ErasureReason, titled("清除理由", codes="erasure-reason")]


class ErasureStop(Shape):
    """The reason why an erasure that was asked for is not to be."""

    reason: Annotated[Text, titled("叫停理由")]


class ErasureAsked(CaseEvent, Erasure):
    """The erasure of the case was asked for; another person may confirm it from `not_before` on,
    and until then it can be stopped."""

    type: ClassVar[str] = "erasure.asked.v1"

    by: Id
    not_before: Moment


class ErasureStopped(CaseEvent, ErasureStop):
    """The erasure was stopped before it was confirmed."""

    type: ClassVar[str] = "erasure.stopped.v1"

    by: Id


class ErasureConfirmed(CaseEvent, Erasure):
    """A second person confirmed the erasure: public pages come down first."""

    type: ClassVar[str] = "erasure.confirmed.v1"

    by: Id


class ErasureProgressed(CaseEvent):
    """A service has destroyed its key of the case (import)."""

    type: ClassVar[str] = "erasure.progressed.v1"

    service: Code


class ErasureCompleted(CaseEvent):
    """Every service has destroyed its key. `pages` were taken down; `stayed` names what is kept,
    and why (labels `erasure-stayed`)."""

    type: ClassVar[str] = "erasure.completed.v1"

    pages: int
    stayed: tuple[Code, ...]
