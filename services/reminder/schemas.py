"""Bodies and answers of the reminder API."""

from typing import Annotated

from pydantic import BaseModel, Field

from shared.contracts.reminder import Light
from shared.http.due import DueBy
from shared.http.fields import EntityId
from shared.http.forms import Form
from shared.kernel.codes import Code
from shared.kernel.moment import Moment


class Acknowledgement(Form):
    """确认知悉哪一级升级督办。"""

    rung: Annotated[Code, Field(min_length=1, description="阶梯代码，如 d0、wd+5")]


class RungShown(BaseModel):
    rung: str
    role: str
    organ: str | None = None
    planned: Moment
    fired: bool
    person: str | None = None
    acknowledge_by: Moment | None = None


class ClockShown(DueBy):
    """One obligation; a stopped one keeps its light `done`."""

    clock: EntityId
    rule: str
    subject: str
    unit: str | None
    round: int
    policy: str
    calendar: str
    provisional: bool
    light: Light
    running: bool
    paused: bool = Field(description="暂停计时")
    ladder: list[RungShown]


class ClocksShown(BaseModel):
    clocks: list[ClockShown]
    stopped: str | None = None


class DueShown(BaseModel):
    """The timer's next moment, for operators and for stepping a simulated clock."""

    next_at: Moment | None
    overdue: int = Field(description="已到时刻而尚未处理的办件数")
    waiting: int = Field(description="还有后续时刻的办件数")
    calendar_missing: int | None = Field(
        default=None, description="11 月起：次年节假日安排尚未登记的年份，到期日可能变动"
    )
