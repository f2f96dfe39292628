"""The rules of deadlines in force, with their legal basis; days that differ from the week."""

from collections.abc import Iterator, Sequence
from datetime import date, timedelta

from pydantic import BaseModel, Field

from shared.kernel.calendar import SATURDAY, Calendar, Period
from shared.kernel.codes import Code
from shared.kernel.deadline_rules import Deadline, Rung
from shared.kernel.known_codes import known_codes
from shared.kernel.policy import Policy, PolicyRow


class RungRule(BaseModel):
    """A step of a ladder. `addressee`: a code of the group `role`; `offset` in `unit` from the due
    moment."""

    rung: Code
    offset: int
    unit: str = Field(description="CD 日历日，WD 工作日")
    addressee: str
    organ: str | None = Field(description="由哪项职责的主管机构")
    escalates: bool
    deems: bool = Field(description="逾期视为")

    @classmethod
    def of(cls, rung: Rung) -> "RungRule":
        known = rung.model_dump(include={"offset", "unit", "organ", "escalates", "deems"})
        return cls(rung=rung.key, addressee=rung.role, **known)


class DeadlineRule(BaseModel):
    """An obligation of these cases, its period and its ladder."""

    rule: str
    period: Period = Field(description="CD 日历日，CM 月，WD 工作日；roll 遇休息日顺延")
    yellow_days: int
    basis: str
    ladder: list[RungRule]

    @classmethod
    def of(cls, rule: str, deadline: Deadline) -> "DeadlineRule":
        ladder = [RungRule.of(rung) for rung in deadline.ladder]
        period, yellow, basis = deadline.period, deadline.yellow_days, deadline.basis
        return cls(rule=rule, period=period, yellow_days=yellow, basis=basis, ladder=ladder)


class DayShown(BaseModel):
    """A day that is worked on a weekend, or off in the week."""

    day: date
    working: bool


class PeriodShown(BaseModel):
    """A session or year by which cases are numbered and counted, and when its papers come in."""

    code: str
    title: str
    received_from: date
    received_to: date


class RulesShown(BaseModel):
    """The policy row in force for cases of a kind and channel, and the calendar of a year."""

    version: str = Field(description="时限规则的版本")
    effective_from: date
    periods: list[PeriodShown] = Field(description="届次或年度，及其收件期间")
    channel: str = Field(description="来件渠道", examples=["session"])
    subjects: list[str] = Field(description="该类件的内容分类")
    choices: dict[str, list[str]] = Field(
        description="该类件所用的代码，按名称组；没有列出的组不限",
        examples=[{"objection-reason": ["outside-remit", "other-lead"]}],
    )
    becomes: list[str] = Field(default=[], description="可以转为的类别", examples=[["suggestion"]])
    deadlines: list[DeadlineRule]
    calendar: str = Field(description="工作日历的版本")
    year: int
    provisional: bool = Field(description="该年节假日安排尚未登记，按推算")
    days: list[DayShown]

    @classmethod
    def of(cls, policy: Policy, beside: Sequence[PolicyRow], year: int) -> "RulesShown":
        """`beside`: all rows of the agency."""
        row, calendar = policy.row, policy.calendar
        return cls(
            version=row.version,
            effective_from=row.effective_from,
            periods=[PeriodShown(**period.model_dump()) for period in row.periods],
            channel=row.channel,
            subjects=list(row.subjects),
            choices=known_codes(row, [each.channel for each in beside if each.kind == row.kind]),
            becomes=sorted({each.kind for each in beside if row.kind in each.diverted_from}),
            deadlines=[DeadlineRule.of(*item) for item in row.obligations.items()],
            calendar=calendar.version,
            year=year,
            provisional=calendar.is_provisional(year),
            days=list(days_apart(calendar, year)),
        )


def days_apart(calendar: Calendar, year: int) -> Iterator[DayShown]:
    """Yields the days of a year that the week alone would count otherwise."""
    first = date(year, 1, 1)
    for n in range((date(year, 12, 31) - first).days + 1):
        day = first + timedelta(days=n)
        working = calendar.is_working_day(day)
        if working != (day.weekday() < SATURDAY):
            yield DayShown(day=day, working=working)
