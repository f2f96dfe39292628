"""Consequences of an act, told before it is done: clocks that start and end with their reminders,
units that gain and lose the case, and what becomes public."""

from datetime import date, datetime
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field
from pydantic.config import JsonDict

from shared.contracts.obligations import Page
from shared.http.actions import Blocked
from shared.http.fields import Code, EntityId, Someone
from shared.http.forms import Form
from shared.kernel.calendar import Period

EXAMPLE: JsonDict = {
    "starts": [
        {
            "rule": "reply",
            "rule_name": "答复",
            "unit": "u-tra",
            "due": "2025-06-09T16:00:00Z",
            "due_on": "2025-06-09",
            "provisional": False,
            "period": {"unit": "CM", "length": 3, "roll": True},
            "basis": "建议办理期限三个月",
            "rungs": [
                {
                    "role": "handler",
                    "role_name": "承办人",
                    "escalates": False,
                    "deems": False,
                    "on": "2025-06-02",
                }
            ],
        }
    ],
    "ends": [
        {
            "rule": "reply",
            "rule_name": "答复",
            "unit": "u-hou",
            "due_on": "2025-06-03",
            "rungs": [],
        }
    ],
    "changes": [],
    "moves": [],
    "units": [
        {"unit": "u-hou", "change": "loses", "was": "lead"},
        {"unit": "u-tra", "change": "gains", "part": "lead"},
    ],
    "ends_case": False,
    "public": None,
    "second_person": False,
}


class Considered(Form):
    """An act as its request would be sent."""

    action: Code = Field(examples=["assign-case"])
    target: EntityId | Someone | None = Field(
        None, description="任务、评价、时限或联名人的编号；对整件办理的不填"
    )
    body: dict[str, Any] = Field({}, description="该事项的请求内容，与办理时相同")


class RungAhead(BaseModel):
    """A reminder to the holder of a role, or an escalation to somebody higher."""

    role: str
    role_name: str
    escalates: bool = Field(description="是升级督办，不只是催办")
    deems: bool = Field(False, description="到时仍无答复的，视为答复（接受任务、未表态）")
    on: date


class ClockAhead(BaseModel):
    """A clock that would start. `unit` is null where an organ or a person owes it."""

    rule: str
    rule_name: str
    unit: str | None
    due: datetime
    due_on: date = Field(description="到期日（北京时间），当日 24:00 止")
    provisional: bool
    period: Period = Field(description="期限；会办意见不迟于主办的答复")
    basis: str
    rungs: list[RungAhead] = Field([], description="届时的催办和升级督办，由早到晚")


class ClockEnding(BaseModel):
    """A clock that would end, if it still runs. `unit` is null where an organ or a person owes
    it, `due_on` where another service dates it."""

    rule: str
    rule_name: str
    unit: str | None
    due_on: date | None
    rungs: list[RungAhead] = Field([], description="因此不再进行的催办和升级督办")


class ClockChanging(BaseModel):
    """A running clock that would stand still, go on, or be due on another day."""

    rule: str
    rule_name: str
    unit: str | None
    change: Literal["pause", "resume", "extend"] = Field(
        description="pause 暂停计时，resume 恢复计时，extend 改期"
    )
    due_on: date | None = Field(description="此后的到期日；暂停的为空")


class RungMoved(RungAhead):
    """A reminder or an escalation that would come on another day than now planned."""

    rule: str
    rule_name: str
    unit: str | None
    was_on: date


class UnitAhead(BaseModel):
    """A unit whose part in the case would change; null: it has none."""

    unit: str
    change: Literal["gains", "loses", "changes"] = Field(
        description="gains 列入其台账，loses 移出其台账（曾经承办可查），changes 分工改变"
    )
    was: str | None = None
    part: str | None = None


class Consequences(BaseModel):
    """`ends_case`: every clock of the case would end, whoever owes it. `public`: a page of the
    public site would appear, or be taken down. `second_person`: nothing of this before another
    person has confirmed the act. Where the act would be `refused`, it has no consequences."""

    model_config = ConfigDict(json_schema_extra={"examples": [EXAMPLE]})

    starts: list[ClockAhead] = []
    ends: list[ClockEnding] = []
    changes: list[ClockChanging] = []
    moves: list[RungMoved] = []
    units: list[UnitAhead] = []
    ends_case: bool = False
    public: Page | None = None
    second_person: bool = False
    refused: Blocked | None = None
