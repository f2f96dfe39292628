"""The ledger that people take away: columns in words, as .csv or .xlsx."""

import asyncio
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import partial
from typing import Any, Literal

from fastapi import Response
from fastapi.responses import StreamingResponse

from services.portal import queries
from services.portal.queries import ACTORS
from services.portal.schemas import Line, said
from shared.http import workbook
from shared.http.csv_lines import csv_lines
from shared.http.wording import Title
from shared.kernel.calendar import business_day
from shared.service.api.request_context import ServiceEdge
from shared.service.config.labels import Language, label

Format = Literal["csv", "xlsx"]
Names = Mapping[str, str]
SEALED = Title("（案由已加密）", "(The matter is sealed)")
UNNUMBERED = Title("未编号", "No number")
Key = Literal[
    "label", "title", "kind", "period", "status", "light", "due", "leads", "units", "round",
    "channel", "subject", "registered", "updated", "case_id",
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
    "title": Column(40, lambda ledger, line: line.title or ledger.sealed),
    "kind": Column(10, lambda _, line: line.kind_name),
    "period": Column(12, lambda ledger, line: ledger.names.get(line.period, line.period)),
    "status": Column(10, lambda _, line: line.status_name),
    "light": Column(8, lambda _, line: line.light_name),
    "due": Column(12, lambda _, line: line.due_on.isoformat() if line.due_on else ""),
    "leads": Column(20, lambda ledger, line: ledger.named(line.leads)),
    "units": Column(24, lambda ledger, line: ledger.named(line.units)),
    "round": Column(6, lambda _, line: str(line.round)),
    "channel": Column(10, lambda ledger, line: ledger.word("channel", line.channel)),
    "subject": Column(12, lambda ledger, line: ledger.word("subject", line.subject or "")),
    "registered": Column(12, lambda _, line: day(line.registered_at)),
    "updated": Column(12, lambda _, line: day(line.updated_at)),
    "case_id": Column(34, lambda _, line: line.case_id),
}
USUAL: tuple[Key, ...] = (
    "label", "title", "kind", "period", "status", "light", "due", "leads", "round", "case_id",
)  # fmt: skip


ONE_WORKBOOK = asyncio.Semaphore(1)


@dataclass(frozen=True)
class Ledger:
    """Lines with the names of their units and periods, and the columns that are shown, in order:
    what leaves as a file and what is printed."""

    lines: Sequence[Line]
    names: Names
    keys: Sequence[Key]
    lang: Language = "zh"

    @property
    def sealed(self) -> str:
        return SEALED[self.lang == "en"]

    @property
    def unnumbered(self) -> str:
        return UNNUMBERED[self.lang == "en"]

    @property
    def headings(self) -> list[str]:
        return [self.word("column", key) for key in self.keys]

    def named(self, ids: Sequence[str]) -> str:
        return "、".join(self.names.get(unit, unit) for unit in ids)

    def word(self, group: str, code: str) -> str:
        return label(group, code, self.lang)

    def rows(self) -> Iterator[tuple[str, ...]]:
        shown = [COLUMNS[key] for key in self.keys]
        for line in self.lines:
            yield tuple(column.cell(self, line) for column in shown)

    def csv(self) -> Iterator[bytes]:
        return (line.encode() for line in csv_lines([tuple(self.headings), *self.rows()]))

    def xlsx(self, on: date) -> bytes:
        title = f"办件台账（{on.year}年{on.month}月{on.day}日，共 {len(self.lines)} 件）"
        widths = [COLUMNS[key].width for key in self.keys]
        return workbook.workbook(title, self.headings, widths, self.rows())


async def ledger_of(
    edge: ServiceEdge,
    rows: Sequence[Mapping[str, Any]],
    keys: Sequence[Key],
    lang: Language = "zh",
) -> Ledger:
    """Returns the rows of the register as a ledger, with names as of today."""
    lines = [Line.of(row, partial(said, lang=lang)) for row in rows]
    units = {unit for line in lines for unit in (*line.leads, *line.units)}
    names = await queries.names_of(await edge.live(ACTORS), units, business_day(edge.now()))
    if lang == "zh":
        names |= edge.runtime.policies.period_names
    return Ledger(lines, names, list(dict.fromkeys(keys)), lang)


async def exported(ledger: Ledger, form: Format, today: date) -> Response:
    """Returns the ledger as a file, whose name says the day. A workbook takes seconds of the
    processor: it is made in a thread, one at a time."""
    name = f"worklist-{today.isoformat()}.{form}"
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    if form == "xlsx":
        async with ONE_WORKBOOK:
            made = await asyncio.to_thread(ledger.xlsx, today)
        return Response(made, 200, headers, workbook.MEDIA_TYPE)
    return StreamingResponse(ledger.csv(), 200, headers, "text/csv; charset=utf-8")
