"""HTTP bodies and answers of assignment."""

from datetime import datetime
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from services.assignment.domain.commands import Wanted
from services.assignment.domain.rules import MOST_UNITS, Stage
from shared.contracts.case_event import PartInTask
from shared.http.fields import Code, Line, Note, UnitId
from shared.kernel.policy import Due

Share = Annotated[Line, Field(description="负责的部分；分办时必填")]


class Form(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, str_strip_whitespace=True)


class NoBody(Form):
    """Nothing needs to be said."""


class UnitWanted(Form):
    unit: UnitId
    part: Annotated[PartInTask, Field(description="lead 主办（独办）、co 会办、separate 分办")]
    scope: Share = ""

    def command(self) -> Wanted:
        return Wanted(**dict(self))


class NewAssignment(Form):
    tasks: Annotated[list[UnitWanted], Field(min_length=1, max_length=MOST_UNITS)]


class Objection(Form):
    reason: Annotated[Code, Field(examples=["outside-remit"])]
    explanation: Annotated[Note, Field(description="建议、议案、提案、信访件必填")] = ""
    suggested_unit: Annotated[
        UnitId | None, Field(description="建议承办单位；建议、议案、提案必填")
    ] = None


class ObjectionRuling(Form):
    upheld: Annotated[bool, Field(description="true 同意退办，等待改派；false 不同意，应当承办")]
    note: Note = ""


class Reassignment(Form):
    unit: UnitId
    scope: Annotated[Share | None, Field(description="不填则与原任务相同")] = None


class DueView(BaseModel):
    at: datetime
    rule: str
    provisional: bool

    @classmethod
    def of(cls, due: Due | None) -> "DueView | None":
        return cls(at=due.at, rule=due.rule, provisional=due.provisional) if due else None


class ObjectionView(BaseModel):
    """`explanation` and `note` are null for whom the access table does not let read texts."""

    reason: str
    explanation: str | None
    suggested_unit: str | None
    upheld: bool | None
    note: str | None


class TaskView(BaseModel):
    """`scope` is null for whom the access table does not let read texts."""

    task: str
    unit: str
    part: PartInTask
    scope: str | None
    round: int
    stage: Stage
    contested: Annotated[bool, Field(description="改派时原单位已签发，待交办机构处理")]
    sign_for: DueView | None
    objection_window: DueView | None
    first_contact: DueView | None
    due: DueView
    replied: bool
    objection: ObjectionView | None


class AssignmentView(BaseModel):
    """Who must act in a case, until when, and how far it is."""

    case_id: str
    version: int
    situation: str
    tasks: list[TaskView]


class PossibleAction(BaseModel):
    action: str
    target: str | None = None


class PossibleActions(BaseModel):
    actions: list[PossibleAction]
