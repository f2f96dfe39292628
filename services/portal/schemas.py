"""Answers of the portal: lines of the worklist, what waits, tallies, vacant units."""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime
from typing import Annotated, Any, Literal, Self

from pydantic import BaseModel, Field, RootModel

from services.portal.domain.derived import NEVER
from services.portal.numbers import Number
from shared.http.condition import Condition, ProcessSeen
from shared.kernel.calendar import Calendar, ending_day
from shared.service.config.labels import Language, label

Status = Literal[
    "registered", "accepted", "merged", "split", "assigned", "handling", "rehandling", "replied",
    "closed", "declined", "passed-on", "sent-back", "withdrawn", "erased",
]  # fmt: skip
Light = Literal["red", "yellow", "green", "none", "done"]
NAMED = ("kind", "status", "light")
Say = Callable[[Mapping[str, Any], str, str], str]
"""Returns the name of a code of a group, for the case of the document."""
Tallied = Sequence[tuple[Mapping[str, str], int]]
"""Status and light, and the number of cases."""


def said(case: Mapping[str, Any], group: str, code: str, lang: Language = "zh") -> str:
    """Returns the name of a code, in the words of the case's kind and agency."""
    return label(group, code, lang, kind=case["kind"], agency=case["agency"])


class Line(BaseModel):
    """One case in a list. `title` is null while it is sealed; `due` is null when nothing runs.
    Until then first signer, day of receipt and the paper's own number tell cases apart.

    `due_on` is the last day before the due moment, in local time; `kind_name`, `status_name` and
    `light_name` are the words of the case's kind and place. `former`: the unit of the reader had a
    task here and has none any more; the line is as it was then.
    """

    case_id: str
    label: str | None
    title: str | None
    proposer: str | None = Field(
        None, description="领衔人或来信人姓名的公开写法", examples=["唐宏伟"]
    )
    received_on: date | None = Field(None, description="收到日期")
    external_no: str | None = Field(None, description="来件上原有的编号", examples=["第58号"])
    kind: str
    channel: str
    period: str
    region: str | None
    subject: str | None
    purpose: str | None
    particulars: list[str] = Field(
        default=[],
        description="来件情况：集体访、重复信访、越级走访、多年重复",
        examples=[["repeated"]],
    )
    reviews: list[str] = Field(
        default=[], description="复查复核的情况：可以请求、正在办理、终结", examples=[["in-review"]]
    )
    carrier: str | None = Field(
        None, description="首问责任人；承办单位签收以后为空", examples=["p-1"]
    )
    charge: list[str] = Field([], description="牵头领导：包案、重点督办、领办", examples=[["p-1"]])
    schemes: list[str] = Field(
        [], description="各牵头领导的形式，与 charge 一一对应", examples=[["key-chairs"]]
    )
    status: Status
    light: Light
    due: str | None
    due_on: date | None
    kind_name: str
    status_name: str
    light_name: str
    units: list[str]
    leads: list[str]
    round: int
    registered_at: str
    updated_at: str
    news_at: str = Field(
        description="最近一条办理记录的登记时刻；标记已读时带回",
        examples=["2025-03-12T07:30:00.120Z"],
    )
    former: bool = False
    paused_until: date | None = Field(
        None, description="暂停的，为暂停的最后一天；次日恢复计时", examples=["2025-05-30"]
    )
    days_left: int | None = Field(
        None, description="距到期日的工作日数；逾期的为负数；没有到期日的为空", examples=[12]
    )

    def named(self) -> set[str]:
        """Returns the ids in the line that may have names."""
        return {*self.units, *self.leads, *self.charge, *filter(None, [self.carrier])}

    def count_down(self, calendar: Calendar, now: datetime) -> None:
        """Counts the working days to the due day; a line as it was then has none left."""
        if self.due and not self.former:
            self.days_left = calendar.days_between(now, datetime.fromisoformat(self.due))

    @classmethod
    def of(cls, document: Mapping[str, Any], say: Say) -> Self:
        due = None if document["due"] == NEVER else document["due"]
        names = {f"{name}_name": say(document, name, document[name]) for name in NAMED}
        day = ending_day(datetime.fromisoformat(due)) if due else None
        fields = {"case_id": document["_id"], "due": due, "due_on": day, **names}
        return cls.model_validate({**document, **fields})


class ListedLine(Line):
    """A line of the worklist. `seen`: since the caller opened the case last nobody else has done
    anything; what is older than thirty days counts as seen."""

    seen: bool = True


class CodeName(BaseModel):
    """The names of a code."""

    zh: str = Field(examples=["人大代表建议"])
    en: str = Field(examples=["Suggestion"])


class Codes(RootModel[dict[str, dict[str, CodeName]]]):
    """Names by group and code."""

    @classmethod
    def of(cls, groups: Mapping[str, Mapping[str, tuple[str, str]]]) -> "Codes":
        return cls(
            {
                group: {code: CodeName(zh=zh, en=en) for code, (zh, en) in names.items()}
                for group, names in groups.items()
            }
        )


IS_LEAST = "实际多于所给的件数：不能由计数得出的，只数到 2000 件"


class Worklist(BaseModel):
    """`next` continues the list (`after=`); null on the last page. `names`: of its units and of all
    periods.

    Each page is as of its own moment: a case whose due date moves meanwhile may be missed or come
    twice; `/worklist/export` has each case once.
    """

    items: list[ListedLine]
    next: str | None
    total: int | None = Field(None, description="用 total=true 查询时的总数", examples=[224])
    total_is_least: bool = Field(False, description=IS_LEAST)
    names: dict[str, str] = Field(default={}, examples=[{"u-hou": "市住建局", "2025": "2025年"}])

    def with_total(self, number: Number) -> "Worklist":
        return self.model_copy(update={"total": number.n, "total_is_least": number.is_least})


class Waiting(BaseModel):
    """Cases that wait until the caller takes an action, and the query of the worklist that lists
    them."""

    action: str = Field(examples=["sign-reply"])
    name: str = Field(description="事项的名称", examples=["待签发"])
    count: int = Field(examples=[3])
    is_least: bool = Field(False, description=IS_LEAST)
    query: str = Field(examples=["waiting_for=sign-reply"])

    @classmethod
    def of(cls, action: str, number: Number) -> "Waiting":
        named = {"name": label("waiting", action), "query": f"waiting_for={action}"}
        return cls(action=action, count=number.n, is_least=number.is_least, **named)


class Tally(BaseModel):
    """The cases that the caller may see, counted by status and by light; `is_least`: 2,000 of
    them."""

    total: int
    is_least: bool = Field(False, description=IS_LEAST)
    status: dict[str, int]
    light: dict[str, int]

    @classmethod
    def of(cls, rows: Tallied, but: Tallied = (), *, is_counted: bool = True) -> "Tally":
        """Counts the rows, without those in `but`."""
        status, light = (summed(rows, name) - summed(but, name) for name in ("status", "light"))
        whole = Number(status.total()) if is_counted else Number.of(status.total())
        return cls(total=whole.n, is_least=whole.is_least, status=status, light=light)


def summed(rows: Tallied, name: str) -> Counter[str]:
    totals: Counter[str] = Counter()
    for fields, n in rows:
        totals[fields[name]] += n
    return totals


class WaitingTask(BaseModel):
    """等候处理的一项任务。"""

    case_id: str
    label: str | None
    kind: str
    task: str
    part: str
    due_on: date | None
    obstacle: Annotated[
        str | None,
        Field(description="不得由该单位承办的缘由，须改派", examples=["被反映单位，应当回避"]),
    ] = None


class Vacancy(BaseModel):
    """不能承办任务的单位：缺少在任人员，或者应当改派；`tasks` 至多列最先到期的二十项，
    以 unit 查询时列全部。"""

    unit: str
    name: str
    vacant: Annotated[list[str], Field(description="无人在任的岗位", examples=[["单位负责人"]])]
    posts: Annotated[
        list[list[str]],
        Field(description="上述岗位的代码；每组任命一人即可", examples=[[["liaison", "handler"]]]),
    ] = []
    waiting: Annotated[int, Field(description="等候处理的任务数")]
    tasks: list[WaitingTask]


class Vacancies(BaseModel):
    """`day`: the day as of which posts are looked at."""

    day: date
    units: list[Vacancy]


class ServiceState(BaseModel):
    """一个服务的运行情况；没有应答的为空。"""

    service: str
    condition: Condition | None = None


class Operation(BaseModel):
    """`processes`: the processes of the installation, of any service's answer."""

    services: list[ServiceState]
    processes: list[ProcessSeen]

    @classmethod
    def of(cls, services: Sequence[ServiceState]) -> "Operation":
        answers = [each.condition for each in services if each.condition]
        return cls(services=services, processes=answers[0].processes if answers else [])
