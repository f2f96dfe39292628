"""Facts of assignment about the charge of a leader: who takes a case upon himself until it is
solved (包案, 信访工作条例第18条) or looks after a key case (重点督办, 代表法第52条; 领办), his
measures and milestones, how far he is, and how it ended."""

from typing import Annotated, ClassVar, Literal, get_args

from shared.contracts.case_event import CaseEvent
from shared.contracts.effects import PART, Effects, extends, meets, opens, withdraws
from shared.kernel.codes import Id
from shared.kernel.days import Day
from shared.kernel.form_words import titled
from shared.kernel.messages import Act, Event, Text
from shared.kernel.policy import Due
from shared.kernel.shape import Shape

ChargeResult = Literal["resolved", "partly-resolved", "unresolved", "judicial"]
"""化解, 部分化解, 未化解, 转入司法程序."""
Scheme = Literal["charge", "key-chairs", "key-chairperson", "key-government", "key-three-open"]
"""包案; 主任会议重点督办, 主席督办, 政府领办, “三公开”督办. Each is the name of its obligation."""
SCHEMES: tuple[Scheme, ...] = get_args(Scheme)


MOST_MILESTONES = 12


class Milestone(Shape):
    """A stage of the plan, and the day until which it is reached."""

    goal: Annotated[Text, titled("目标")]
    day: Annotated[Day, titled("完成期限")]


class ChargePlan(Shape):
    """The leader in charge, what the trouble is, and what shall be done about it until when."""

    scheme: Annotated[Scheme, titled("形式", codes="charge-scheme")]
    leader: Annotated[Id, titled("牵头领导", pick="person")]
    problem: Annotated[Text, titled("主要问题")]
    measures: Annotated[Text, titled("工作方案", hint="责任单位、措施和步骤")]
    milestones: Annotated[
        tuple[Milestone, ...], titled("阶段目标", hint="按期限先后填写，最晚的不晚于总的期限")
    ] = ()
    until: Annotated[
        Day | None, titled("期限", hint="不填的，按办理规则计算；不能晚于办理规则的期限")
    ] = None


class Stage(Shape):
    """Obligation of the leader about one milestone."""

    milestone: Id
    leader: Id
    due: Due


class ChargeReport(Shape):
    """Progress of the charge, with a later day where the leader needs more time. `reached` is the
    number of a milestone, from 1."""

    reached: Annotated[
        int | None, titled("达到的阶段目标", hint="填写方案中的序号；没有达到的不填")
    ] = None
    note: Annotated[Text, titled("进展", hint="需要延期的，写明理由")]
    later: Annotated[Day | None, titled("延期至", hint="不延期的不填")] = None


class ChargeEnding(Shape):
    """Result of the charge, with what follows."""

    result: Annotated[ChargeResult, titled("结果", codes="charge-result")]
    note: Annotated[Text, titled("结果说明", hint="连同后续措施")]


class OnCharge(CaseEvent):
    """A fact about one charge of a case."""

    charge: Id


class ChargeTaken(OnCharge, Act, ChargePlan):
    """A leader has taken charge of the case (包案, 重点督办, 领办); he alone is reminded of it. The
    `stages` stand in the order of the milestones."""

    type: ClassVar[str] = "charge.taken.v1"
    obligations: ClassVar[Effects] = (
        opens(*SCHEMES, due="due", subject="charge", person="leader"),
        opens(*SCHEMES, due="due", each="stages", subject="milestone", person="leader"),
    )

    due: Due
    stages: tuple[Stage, ...] = ()


class ChargeReported(OnCharge, Act, ChargeReport):
    """The leader, or the office for him, says how far he is; the charge may have got more time
    (`extended`), until `due`. Milestones `met` are owed no more."""

    type: ClassVar[str] = "charge.reported.v1"
    obligations: ClassVar[Effects] = (
        meets(*SCHEMES, why="milestone-reached", subject=PART, each="met"),
        extends(
            *SCHEMES,
            why="charge-extended",
            due="due",
            subject="charge",
            when={"extended": (True,)},
        ),
    )

    extended: bool
    due: Due
    met: tuple[Id, ...] = ()


class ChargeEnded(OnCharge, Act, ChargeEnding):
    """The charge of the leader is over; milestones that were not reached are `dropped`."""

    type: ClassVar[str] = "charge.ended.v1"
    obligations: ClassVar[Effects] = (
        meets(*SCHEMES, why="charge-ended", subject="charge"),
        withdraws(*SCHEMES, why="charge-ended", subject=PART, each="dropped"),
    )

    dropped: tuple[Id, ...] = ()


CHARGED: tuple[type[Event], ...] = (ChargeTaken, ChargeReported, ChargeEnded)
