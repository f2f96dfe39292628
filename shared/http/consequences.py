"""Consequences of an act, told before it is done: clocks that start and end, units that gain and
lose the case."""

from datetime import date, datetime
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field
from pydantic.config import JsonDict

from shared.http.actions import Blocked
from shared.http.fields import Code, EntityId
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
        }
    ],
    "ends": [{"rule": "reply", "rule_name": "答复", "unit": "u-hou", "due_on": "2025-06-03"}],
    "units": [
        {"unit": "u-hou", "change": "loses", "was": "lead"},
        {"unit": "u-tra", "change": "gains", "part": "lead"},
    ],
    "ends_case": False,
}


class Considered(Form):
    """An act as its request would be sent."""

    action: Code = Field(examples=["assign-case"])
    target: EntityId | None = Field(None, description="任务编号；对整件办理的不填")
    body: dict[str, Any] = Field({}, description="该事项的请求内容，与办理时相同")


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


class ClockEnding(BaseModel):
    """A clock that would end, if it still runs."""

    rule: str
    rule_name: str
    unit: str
    due_on: date


class UnitAhead(BaseModel):
    """A unit whose part in the case would change; null: it has none."""

    unit: str
    change: Literal["gains", "loses", "changes"] = Field(
        description="gains 列入其台账，loses 移出其台账（曾经承办可查），changes 分工改变"
    )
    was: str | None = None
    part: str | None = None


class Consequences(BaseModel):
    """`ends_case`: every clock of the case would end, whoever owes it. Where the act would be
    `refused`, it has no consequences."""

    model_config = ConfigDict(json_schema_extra={"examples": [EXAMPLE]})

    starts: list[ClockAhead] = []
    ends: list[ClockEnding] = []
    units: list[UnitAhead] = []
    ends_case: bool = False
    refused: Blocked | None = None
