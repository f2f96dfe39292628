"""HTTP routes of the papers of a meeting that hands out (交办会): arrangement, analysis, contacts
and division of duties, of the cases that are ticked or filtered (ADR 99)."""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import partial
from typing import Annotated, Any, Literal

from fastapi import Depends, Query, Request, Response
from fastapi.responses import HTMLResponse

from services.portal import queries
from services.portal.domain.came_in import Comparison, Year, day_before
from services.portal.domain.parts import shown_to
from services.portal.filters import Wanted, row_of, visible
from services.portal.ledger import Ledger
from services.portal.printing.analysis import Analysis
from services.portal.printing.arrangement import Arrangement, By, HandedOut
from services.portal.printing.filter_words import filter_words
from services.portal.printing.paper import Paper
from services.portal.printing.routes import html_of, names_of
from services.portal.printing.staffing import Holders, Sort, Staffing
from services.portal.printing.tables import MeetingPaper, Table
from services.portal.queries import ACTORS, REGISTER
from services.portal.routers import portal_router
from services.portal.schemas import Line, said
from shared.http import workbook
from shared.kernel.calendar import business_day
from shared.kernel.days import Day
from shared.kernel.errors import RuleViolated
from shared.kernel.paper_rules import MeetingRules
from shared.kernel.period_rules import PeriodRow
from shared.service.api.request_context import Edge, ServiceEdge
from shared.service.config.labels import Language

router = portal_router()
Name = Literal["arrangement", "analysis", "contacts", "duties"]
ACTION = "print-meeting-paper"
MOST_CASES, MOST_COUNTED = 2_000, 20_000
"""Cases that a list prints; those that an analysis counts. A paper of a part would be wrong, so
more are refused."""
MOST_YEARS = 6


@dataclass(frozen=True)
class Asked:
    """Request for a paper: its cases, the day of the posts and of the cut, the order of the
    arrangement, the language."""

    edge: ServiceEdge
    wanted: Wanted
    on: date
    by: By
    paper: Paper

    @property
    def is_ticked(self) -> bool:
        return bool(self.wanted.case)

    def titled(self, key: str, tables: Sequence[Table], *about: str) -> MeetingPaper:
        blanks = tuple(self.paper.say(f"blank-{n}") for n in (1, 2, 3) if key == "analysis")
        return MeetingPaper(self.paper.say(f"paper-{key}"), about, tuple(tables), blanks)


@dataclass(frozen=True)
class Cases:
    """The cases of a paper, as their reader may see them, with the names of their units."""

    documents: Sequence[Mapping[str, Any]]
    lines: Sequence[Line]
    names: Mapping[str, str]

    def name(self, unit: str) -> str:
        return self.names.get(unit, unit)


async def asked(
    edge: Edge,
    wanted: Annotated[Wanted, Depends()],
    on: Annotated[Day | None, Query(description="截止日、任职情况按哪一天，默认今天")] = None,
    by: Annotated[By, Query(description="安排表按编号或者按承办单位排列")] = "number",
    lang: Annotated[Language, Query(description="纸面文字的语言")] = "zh",
) -> Asked:
    day = on or business_day(edge.now())
    return Asked(edge, wanted, day, by, Paper(lang, business_day(edge.now()), {}))


@router.get(
    "/meeting/{name}/print",
    summary="打印交办会材料 Print a paper of a meeting",
    response_class=HTMLResponse,
    responses=html_of("交办安排表"),
)
async def print_meeting_paper(
    name: Name, edge: Edge, request: Request, what: Annotated[Asked, Depends(asked)]
) -> Response:
    """交办会材料，A4 横向：arrangement 交办安排表、analysis 办前分析报告、contacts 联络表、
    duties 责任分工表。按台账的筛选，或者只按勾选的办件；办前分析须选定年度，与上一年度同期比较，
    各项占比列出分子和基数。至多 2000 件（办前分析 20000 件），超过的不印。打印会记入审计记录。"""
    made = await meeting_paper(name, what)
    said_filter = filter_words(what.paper, request.query_params, await names_of(edge, request))
    return await what.paper.printed("meeting.html", made=made, filter=said_filter)


@router.get(
    "/meeting/{name}/export",
    summary="导出交办会材料 Export a paper of a meeting",
    response_class=Response,
    responses={200: {"content": {workbook.MEDIA_TYPE: {}}}},
)
async def export_meeting_paper(
    name: Name, edge: Edge, what: Annotated[Asked, Depends(asked)]
) -> Response:
    """同一材料的 Excel 工作簿，每张表一页；须手填的栏留空。导出会记入审计记录。"""
    made = await meeting_paper(name, what)
    named = f"{name}-{what.on.isoformat()}.xlsx"
    headers = {"Content-Disposition": f'attachment; filename="{named}"'}
    sheets = [sheet_of(made, table, at) for at, table in enumerate(made.tables, 1)]
    content = await asyncio.to_thread(workbook.workbook_of_sheets, sheets)
    return Response(content, 200, headers, workbook.MEDIA_TYPE)


def sheet_of(made: MeetingPaper, table: Table, at: int) -> workbook.Sheet:
    title = " ".join(filter(None, (made.title, table.heading)))
    headings = [column.title for column in table.columns]
    widths = [column.width for column in table.columns]
    notes = (*made.about, *table.notes) if at == 1 else table.notes
    return workbook.Sheet(table.heading or made.title, title, headings, widths, table.rows, notes)


async def meeting_paper(name: Name, what: Asked) -> MeetingPaper:
    what.edge.admit(ACTION)
    await what.edge.trace.write("export", ACTION)
    made: Mapping[Name, Callable[[Asked], Any]] = {
        "arrangement": arrangement,
        "analysis": analysis,
        "contacts": partial(staffing, "contacts"),
        "duties": partial(staffing, "duties"),
    }
    paper: MeetingPaper = await made[name](what)
    return paper


async def arrangement(what: Asked) -> MeetingPaper:
    cases = await cases_of(what)
    ledger = Ledger(cases.lines, cases.names, [], what.paper.lang)
    handed_out = [HandedOut.of(*each) for each in zip(cases.documents, cases.lines, strict=True)]
    rows = Arrangement(
        what.paper, handed_out, cases.name, lambda line: line.title or ledger.sealed(line)
    )
    return what.titled("arrangement", rows.tables(what.by))


async def staffing(sort: Sort, what: Asked) -> MeetingPaper:
    cases = await cases_of(what)
    directory, people = await queries.staffed_on(await what.edge.live(ACTORS), what.on)
    first = cases.documents[0] if cases.documents else None
    rules = row_of(what.edge, first).meeting if first else MeetingRules()
    holders = Holders(directory, people)
    made = Staffing(
        what.paper, sort, cases.lines, holders, rules, lambda unit: directory.short(unit) or unit
    )
    table = await asyncio.to_thread(made.table, first["agency"] if first else "")
    return what.titled(sort, [table])


async def cases_of(what: Asked) -> Cases:
    """Returns the cases by number. Raises RuleViolated where they are too many for a paper."""
    edge = what.edge
    live, narrowed = await edge.live(REGISTER), await what.wanted.of(edge)
    conditions, order = [*visible(edge), *narrowed], queries.ORDERS["number"]
    rows, more = await queries.page(live, conditions, order, MOST_CASES, None, queries.EVERY_FIELD)
    refuse_more(bool(more), MOST_CASES)
    allows = edge.runtime.authorization.allows_at
    shown = [shown_to(edge.actor, row, allows) for row in rows]
    lines = [Line.of(row, partial(said, lang=what.paper.lang)) for row in shown]
    units = {unit for line in lines for unit in line.units}
    names = await queries.names_of(await edge.live(ACTORS), units, business_day(edge.now()))
    return Cases(shown, lines, names)


def refuse_more(is_more: bool, most: int) -> None:
    if is_more:
        raise RuleViolated("paper-too-long", f"超过 {most} 件，请缩小筛选范围后再打印")


async def analysis(what: Asked) -> MeetingPaper:
    """Compares with the period before until the same day, and with those before it; ticked cases
    are compared with none, and a period without any case is none that is known."""
    now = await year_of(what, what.wanted.period)
    former = [] if what.is_ticked else await years_before(what)
    whole = Comparison(now.until(what.on), known_before(former))
    names = await names_in(what, whole)
    earlier = [(each.title, len(each.until), len(each.all)) for each in former if len(each.all)]
    made = Analysis(what.paper, whole, earlier, lambda unit: names.get(unit, unit))
    about = what.paper.say("analysis-about", n=len(whole.now), day=what.paper.day(what.on))
    return what.titled("analysis", made.tables(), about)


@dataclass(frozen=True)
class Former:
    """A period before that of the paper, until the same day and in all."""

    title: str
    until: Year
    all: Year


def known_before(former: Sequence[Former]) -> Year | None:
    """Returns the year before, where any case of it is known."""
    return former[0].until if former and len(former[0].all) else None


async def years_before(what: Asked) -> list[Former]:
    found, day = list[Former](), what.on
    for period in periods_before(what):
        day, year = day_before(day), await year_of(what, period.code)
        found.append(Former(period.title, year.until(day), year))
    return found


def periods_before(what: Asked) -> Sequence[PeriodRow]:
    """Returns the periods before that of the paper, newest first. Raises RuleViolated without one:
    an analysis of all years compares with nothing."""
    known = what.edge.runtime.policies.periods
    own = next((period for period in known if period.code == what.wanted.period), None)
    if own is None:
        raise RuleViolated("analysis-period", "办前分析须选定一个年度，或者勾选办件", "period")
    before = [each for each in known if each.received_from < own.received_from]
    return before[:MOST_YEARS]


async def year_of(what: Asked, period: str | None) -> Year:
    wanted = replace(what.wanted, period=period)
    conditions = [*visible(what.edge), *await wanted.of(what.edge)]
    cases = await queries.came_in(await what.edge.live(REGISTER), conditions, MOST_COUNTED)
    refuse_more(len(cases) > MOST_COUNTED, MOST_COUNTED)
    return Year(cases)


async def names_in(what: Asked, whole: Comparison) -> Mapping[str, str]:
    years = (whole.now, whole.before) if whole.before is not None else (whole.now,)
    units = {unit for year in years for case in year.cases for unit in case["units"]}
    today = business_day(what.edge.now())
    return await queries.names_of(await what.edge.live(ACTORS), units, today)
