"""HTTP answers of assignment."""

from datetime import date, datetime
from typing import Annotated

from pydantic import BaseModel, Field

from services.assignment.domain.hand_out.commands import Stage
from shared.contracts.case_event import PartInTask
from shared.contracts.charges import ChargeReport, ChargeResult, Scheme
from shared.contracts.payloads import assignment as payloads
from shared.contracts.payloads.assignment import Verdict
from shared.http.words import Shown
from shared.kernel.calendar import ending_day
from shared.kernel.policy import Due


class DueView(BaseModel):
    """A due moment, and `on`: the last day on which the obligation may be met."""

    at: datetime
    on: Annotated[date, Field(description="到期日（北京时间），当日 24:00 止")]
    rule: str
    provisional: bool

    @classmethod
    def of(cls, due: Due | None) -> "DueView | None":
        return (
            cls(at=due.at, on=ending_day(due.at), rule=due.rule, provisional=due.provisional)
            if due
            else None
        )


class ObjectionView(payloads.Objection, Shown):
    """The objection with its ruling; texts are null for readers without the right."""

    on: Annotated[date | None, Field(description="纸质退办函的收到日期；单位在网上提出的为空")]
    to_arbitration: Annotated[bool, Field(description="退办次数已经用完，只能裁定")]
    upheld: bool | None
    note: str | None


class ArbitrationView(payloads.Arbitration, Shown):
    """A ruling that binds; its texts are null for readers without the right."""

    at: datetime


class CohandlerProposalView(payloads.CohandlerWish, Shown):
    """The last proposal of a lead for a unit beside it; its texts are null for readers without the
    right."""

    at: datetime
    granted: Annotated[bool | None, Field(description="尚未答复的为空")]
    lapsed: Annotated[bool, Field(description="任务已经答复、改派或终止，不再答复")] = False
    note: str | None


class Obstacles(BaseModel):
    """Facts that keep a unit from its task."""

    recused: Annotated[bool, Field(description="该单位是本件的被反映单位，不能查阅、办理，请改派")]
    misplaced: Annotated[bool, Field(description="这一类件不能由该单位承办，请改派")]
    vacant: Annotated[
        list[str], Field(description="该单位现无人在任、因而无法签收、办理或签发的岗位")
    ]


class TaskView(BaseModel):
    """`scope` is null for readers without the right to read texts."""

    task: str
    unit: str
    part: PartInTask
    scope: str | None
    round: int
    stage: Stage
    contested: Annotated[bool, Field(description="改派时原单位已签发，待交办机构处理")]
    obstacles: Annotated[
        Obstacles | None,
        Field(description="该单位不能承办的缘由；只向交办、督办机关显示，其他人为空"),
    ]
    sign_for: DueView | None
    objection_window: DueView | None
    first_contact: DueView | None
    due: DueView
    replied: bool
    reason: Annotated[str | None, Field(description="改派、增加或撤销该任务的理由，按权限显示")]
    objection: ObjectionView | None
    bound: Annotated[bool, Field(description="已经裁定由该单位承办，不能再退办")]
    arbitration: ArbitrationView | None
    proposal: Annotated[
        CohandlerProposalView | None, Field(description="主办单位最近一次增加会办的建议")
    ]


class PlannedUnit(BaseModel):
    unit: str
    part: PartInTask
    scope: str | None


class PlanView(BaseModel):
    """The last plan of a hand-out, and the leader's decision on it; the texts are null after their
    erasure."""

    plan: str
    at: datetime
    by: str
    tasks: list[PlannedUnit]
    reply_by: Annotated[date | None, Field(description="拟定的答复期限；按办理规则计算的为空")]
    reason: str | None
    verdict: Annotated[Verdict | None, Field(description="尚未批示的为空")]
    lapsed: Annotated[bool, Field(description="未经批示，本件已经另行交办或者终止，不再批示")] = (
        False
    )
    decided_at: datetime | None
    decided_by: str | None
    note: str | None


class MilestoneView(BaseModel):
    """A milestone of the plan; its goal is null after its erasure."""

    goal: str | None
    day: date
    reached_on: Annotated[date | None, Field(description="登记达到的日期；没有达到的为空")]


class ChargeReportView(ChargeReport, Shown):
    """A report of the leader in charge; the text is null after its erasure."""

    at: datetime
    by: str


class ChargeView(BaseModel):
    """The charge of a leader; the texts are null after their erasure."""

    charge: str
    scheme: Annotated[Scheme, Field(description="形式：包案、重点督办、领办")]
    at: datetime
    by: str
    leader: str
    problem: str | None
    measures: str | None
    milestones: list[MilestoneView]
    until: Annotated[date, Field(description="期限，连同延期")]
    reports: list[ChargeReportView]
    result: Annotated[ChargeResult | None, Field(description="尚未结束的为空")]
    ended_on: date | None
    note: str | None


class AssignmentView(BaseModel):
    """The units that must act in a case, with their due dates and stages."""

    case_id: str
    version: int
    situation: str
    purpose: Annotated[str | None, Field(description="信访目的的代码")]
    returns: Annotated[int, Field(description="本件已经同意退办的次数")]
    most_returns: Annotated[int, Field(description="同意退办最多几次，此后只能裁定")]
    reserved_to: Annotated[
        list[str], Field(description="按信访目的，只能由这些单位承办；为空的不限")
    ]
    plan: Annotated[
        PlanView | None, Field(description="最近一次拟办和批示；只向交办机构和交办机关显示")
    ]
    charges: Annotated[
        list[ChargeView],
        Field(description="领导牵头的情况，先前的在前；只向主管机构、交办机关和承办单位显示"),
    ] = []
    tasks: list[TaskView]
