"""The ledger that people take away: columns in words, as .csv or .xlsx."""

import asyncio
from collections.abc import AsyncIterator, Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import partial
from typing import Any, Literal

from fastapi import Response
from fastapi.responses import StreamingResponse

from services.portal import queries
from services.portal.queries import ACTORS, REGISTER
from services.portal.schemas import Line, said
from shared.http import workbook
from shared.http.csv_lines import csv_line, csv_lines
from shared.http.wording import Title
from shared.kernel.calendar import business_day
from shared.kernel.errors import RuleViolated
from shared.service.api.request_context import ServiceEdge
from shared.service.config.labels import Language, label

Format = Literal["csv", "xlsx"]
Names = Mapping[str, str]
SEALED = Title("（案由已加密）", "(The matter is sealed)")
PAUSED = Title("暂停至 {day}", "Suspended until {day}")
UNNUMBERED = Title("未编号", "No number")
Key = Literal[
    "label", "title", "kind", "period", "status", "light", "due", "leads", "units", "round",
    "channel", "subject", "particulars", "reviews", "schemes", "charge", "carrier", "proposer",
    "external_no", "received", "registered", "updated", "case_id",
]  # fmt: skip
"""The columns that may be chosen, named as in the ledger of the console."""


@dataclass(frozen=True)
class Column:
    """`width` in characters; its heading stands in labels.yaml."""

    width: int
    cell: Callable[["Ledger", Line], str]


def day(moment: str) -> str:
    return business_day(datetime.fromisoformat(moment)).isoformat()


COLUMNS: Mapping[Key, Column] = {
    "label": Column(18, lambda ledger, line: line.label or ledger.unnumbered),
    "title": Column(40, lambda ledger, line: line.title or ledger.sealed(line)),
    "kind": Column(10, lambda _, line: line.kind_name),
    "period": Column(12, lambda ledger, line: ledger.names.get(line.period, line.period)),
    "status": Column(10, lambda _, line: line.status_name),
    "light": Column(8, lambda _, line: line.light_name),
    "due": Column(12, lambda ledger, line: ledger.due(line)),
    "leads": Column(20, lambda ledger, line: ledger.named(line.leads)),
    "units": Column(24, lambda ledger, line: ledger.named(line.units)),
    "round": Column(6, lambda _, line: str(line.round)),
    "channel": Column(10, lambda ledger, line: ledger.word("channel", line.channel)),
    "subject": Column(12, lambda ledger, line: ledger.word("subject", line.subject or "")),
    "particulars": Column(14, lambda ledger, line: ledger.words("particular", line.particulars)),
    "reviews": Column(12, lambda ledger, line: ledger.words("review-state", line.reviews)),
    "schemes": Column(14, lambda ledger, line: ledger.words("charge-scheme", line.schemes)),
    "charge": Column(10, lambda ledger, line: ledger.named(line.charge)),
    "carrier": Column(10, lambda ledger, line: ledger.named(filter(None, [line.carrier]))),
    "proposer": Column(10, lambda _, line: line.proposer or ""),
    "external_no": Column(14, lambda _, line: line.external_no or ""),
    "received": Column(
        12, lambda _, line: line.received_on.isoformat() if line.received_on else ""
    ),
    "registered": Column(12, lambda _, line: day(line.registered_at)),
    "updated": Column(12, lambda _, line: day(line.updated_at)),
    "case_id": Column(34, lambda _, line: line.case_id),
}
USUAL: tuple[Key, ...] = (
    "label", "title", "kind", "period", "status", "light", "due", "leads", "round", "case_id",
)  # fmt: skip


MOST_EXPORTED: Mapping[Format, int] = {"csv": 50_000, "xlsx": 20_000}
"""Cases of one file: a csv is sent while it is read, a workbook is made in memory. The pages of the
console say so beforehand (`web/console/src/ledger/limits.ts`)."""
PIECE = 500
ONE_WORKBOOK = asyncio.Semaphore(1)


@dataclass(frozen=True)
class Ledger:
    """Lines with the names of their units and periods, and the columns that are shown, in order:
    what leaves as a file and what is printed."""

    lines: Sequence[Line]
    names: Names
    keys: Sequence[Key]
    lang: Language = "zh"

    def sealed(self, line: Line) -> str:
        """Returns what stands for a sealed matter: what tells it from others."""
        signs = (line.proposer, line.received_on and line.received_on.isoformat(), line.external_no)
        said = SEALED[self.lang == "en"]
        return " ".join([said, *(str(sign) for sign in signs if sign)])

    @property
    def unnumbered(self) -> str:
        return UNNUMBERED[self.lang == "en"]

    def due(self, line: Line) -> str:
        """Returns the due day, or the last day of the pause of a case that stands still."""
        if line.paused_until:
            return PAUSED[self.lang == "en"].format(day=line.paused_until)
        return line.due_on.isoformat() if line.due_on else ""

    @property
    def headings(self) -> list[str]:
        return [self.word("column", key) for key in self.keys]

    def named(self, ids: Iterable[str]) -> str:
        return "、".join(self.names.get(unit, unit) for unit in ids)

    def word(self, group: str, code: str) -> str:
        return label(group, code, self.lang)

    def words(self, group: str, codes: Iterable[str]) -> str:
        return "、".join(self.word(group, code) for code in codes)

    def rows(self) -> Iterator[tuple[str, ...]]:
        shown = [COLUMNS[key] for key in self.keys]
        for line in self.lines:
            yield tuple(column.cell(self, line) for column in shown)

    def csv_head(self) -> bytes:
        return "".join(csv_lines([self.headings])).encode()

    def csv(self) -> bytes:
        return "".join(map(csv_line, self.rows())).encode()

    def xlsx(self, rows: Sequence[Sequence[str]], on: date) -> bytes:
        title = f"办件台账（{on.year}年{on.month}月{on.day}日，共 {len(rows)} 件）"
        widths = [COLUMNS[key].width for key in self.keys]
        return workbook.workbook(title, self.headings, widths, rows)


async def ledger_of(
    edge: ServiceEdge,
    rows: Sequence[Mapping[str, Any]],
    keys: Sequence[Key],
    lang: Language = "zh",
) -> Ledger:
    """Returns the rows of the register as a ledger, with names as of today."""
    lines = await asyncio.to_thread(lines_of, rows, lang)
    ids = {each for line in lines for each in line.named()}
    names = await queries.names_of(await edge.live(ACTORS), ids, business_day(edge.now()))
    if lang == "zh":
        names |= edge.runtime.policies.period_names
    return Ledger(lines, names, list(dict.fromkeys(keys)), lang)


def lines_of(rows: Sequence[Mapping[str, Any]], lang: Language) -> list[Line]:
    return [Line.of(row, partial(said, lang=lang)) for row in rows]


Pieces = AsyncIterator[Ledger]


async def pieces(
    edge: ServiceEdge,
    ids: Sequence[str],
    conditions: Sequence[queries.Filter],
    keys: Sequence[Key],
) -> Pieces:
    """Yields the cases in pieces, so that no more of them are in memory; the first one also where
    there is no case."""
    live = await edge.live(REGISTER)
    for begin in range(0, max(1, len(ids)), PIECE):
        rows = await queries.rows_of(live, ids[begin : begin + PIECE], conditions)
        yield await ledger_of(edge, rows, keys)


async def exported(every: Pieces, form: Format, today: date) -> Response:
    """Returns the ledger as a file, whose name says the day."""
    name = f"worklist-{today.isoformat()}.{form}"
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    if form == "xlsx":
        return Response(await workbook_of(every, today), 200, headers, workbook.MEDIA_TYPE)
    return StreamingResponse(
        csv_of(await anext(every), every), 200, headers, "text/csv; charset=utf-8"
    )


async def csv_of(first: Ledger, others: Pieces) -> AsyncIterator[bytes]:
    yield first.csv_head() + await asyncio.to_thread(first.csv)
    async for ledger in others:
        yield await asyncio.to_thread(ledger.csv)


async def workbook_of(every: Pieces, today: date) -> bytes:
    """Returns the bytes of a workbook. It takes seconds of the processor: it is made in a thread,
    one at a time."""
    async with ONE_WORKBOOK:
        first = await anext(every)
        rows = list(first.rows())
        async for ledger in every:
            rows += ledger.rows()
        return await asyncio.to_thread(first.xlsx, rows, today)


def refuse_too_many(number: int, form: Format) -> None:
    """Raises RuleViolated for more cases than one file has."""
    if number > (most := MOST_EXPORTED[form]):
        sentence = f"筛选出的多于一个 {form} 文件的上限 {most} 件，请按年度、类别分别导出"
        raise RuleViolated("export-too-large", sentence)
