"""Facts of assignment about the charge of a leader (包案): who takes a case upon himself until it
is solved, with which measures, how far he is, and how it ended (信访工作条例第18条)."""

from typing import Annotated, ClassVar, Literal

from shared.contracts.case_event import CaseEvent
from shared.contracts.obligations import Effects, extends, meets, opens
from shared.kernel.codes import Id
from shared.kernel.days import Day
from shared.kernel.form_words import titled
from shared.kernel.messages import Act, Event, Text
from shared.kernel.policy import Due
from shared.kernel.shape import Shape

ChargeResult = Literal["resolved", "partly-resolved", "unresolved", "judicial"]
"""化解, 部分化解, 未化解, 转入司法程序."""


class ChargePlan(Shape):
    """The leader in charge, what the trouble is, and what shall be done about it until when."""

    leader: Annotated[Id, titled("包案领导", pick="person")]
    problem: Annotated[Text, titled("主要问题")]
    measures: Annotated[Text, titled("化解方案", hint="责任单位、措施和步骤")]
    until: Annotated[
        Day | None, titled("化解期限", hint="不填的，按办理规则计算；不能晚于办理规则的期限")
    ] = None


class ChargeReport(Shape):
    """Progress of the charge; with a later day where the leader needs more time."""

    note: Annotated[Text, titled("进展", hint="需要延期的，写明理由")]
    later: Annotated[Day | None, titled("延期至", hint="不延期的不填")] = None


class ChargeEnding(Shape):
    """Result of the charge, with what follows."""

    result: Annotated[ChargeResult, titled("包案结果", codes="charge-result")]
    note: Annotated[Text, titled("结果说明", hint="连同后续措施")]


class OnCharge(CaseEvent):
    """A fact about one charge of a case."""

    charge: Id


class ChargeTaken(OnCharge, Act, ChargePlan):
    """A leader has taken charge of the case (包案); he alone is reminded of it."""

    type: ClassVar[str] = "charge.taken.v1"
    obligations: ClassVar[Effects] = (
        opens("charge", due="due", subject="charge", person="leader"),
    )

    due: Due


class ChargeReported(OnCharge, Act, ChargeReport):
    """The leader, or the office for him, says how far he is; the charge may have got more time
    (`extended`), until `due`."""

    type: ClassVar[str] = "charge.reported.v1"
    obligations: ClassVar[Effects] = (
        extends(
            "charge",
            why="charge-extended",
            due="due",
            subject="charge",
            when={"extended": (True,)},
        ),
    )

    extended: bool
    due: Due


class ChargeEnded(OnCharge, Act, ChargeEnding):
    """The charge of the leader is over."""

    type: ClassVar[str] = "charge.ended.v1"
    obligations: ClassVar[Effects] = (meets("charge", why="charge-ended", subject="charge"),)


CHARGED: tuple[type[Event], ...] = (ChargeTaken, ChargeReported, ChargeEnded)
