"""Bodies and answers of the reminder API."""

from typing import Annotated

from pydantic import BaseModel, Field

from services.reminder.domain.counting import Counting
from shared.contracts.reminder import Light
from shared.http.due import DueBy
from shared.http.fields import CaseId, EntityId
from shared.http.forms import Form
from shared.kernel.codes import Code
from shared.kernel.form_words import titled
from shared.kernel.moment import Moment


class Acknowledgement(Form):
    """确认知悉哪一级升级督办。"""

    rung: Annotated[
        Code,
        Field(min_length=1, description="阶梯代码，如 d0、wd+5"),
        titled("督办级别", codes="rung"),
    ]


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
    counting: Counting | None = Field(
        None, description="到期日如何计算；由其他决定确定的、规则或日历已改的为空"
    )
    ladder: list[RungShown]


class ProvisionalClock(DueBy):
    """一项时限，其到期日或催办日按尚未公布节假日安排的年份推算。"""

    case_id: CaseId
    clock: EntityId
    rule: str
    rule_name: str = Field(description="时限的名称")
    unit: str | None
    years: list[int] = Field(description="尚未登记节假日安排的年份")


class ProvisionalClocks(BaseModel):
    """节假日安排登记以后，所列时限自动重算一次。"""

    calendar: str = Field(description="工作日历的版本")
    known_until: int = Field(description="节假日安排已登记到哪一年")
    missing: int | None = Field(description="11 月起：尚未登记的次年")
    clocks: list[ProvisionalClock]
    next: str | None = Field(description="下一页的 after；最后一页为空")


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
