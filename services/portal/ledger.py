"""The ledger that people take away: columns in words, as .csv or .xlsx."""

import asyncio
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal

from fastapi import Response
from fastapi.responses import StreamingResponse

from services.portal.schemas import Line
from shared.http import workbook
from shared.http.csv_lines import csv_lines
from shared.kernel.calendar import business_day
from shared.service.config.labels import label

Format = Literal["csv", "xlsx"]
Names = Mapping[str, str]
Key = Literal[
    "label", "title", "kind", "period", "status", "light", "due", "leads", "units", "round",
    "channel", "subject", "registered", "updated", "case_id",
]  # fmt: skip
"""The columns that may be chosen."""


@dataclass(frozen=True)
class Column:
    """`width` in characters, in a workbook."""

    heading: str
    width: int
    cell: Callable[[Line, Names], str]


def named(ids: Sequence[str], names: Names) -> str:
    return "、".join(names.get(unit, unit) for unit in ids)


def day(moment: str) -> str:
    return business_day(datetime.fromisoformat(moment)).isoformat()


COLUMNS: Mapping[Key, Column] = {
    "label": Column("编号", 18, lambda line, _: line.label or ""),
    "title": Column("案由", 40, lambda line, _: line.title or "（案由已加密）"),
    "kind": Column("类别", 10, lambda line, _: line.kind_name),
    "period": Column("年度", 12, lambda line, names: names.get(line.period, line.period)),
    "status": Column("状态", 10, lambda line, _: line.status_name),
    "light": Column("灯色", 8, lambda line, _: line.light_name),
    "due": Column("到期日", 12, lambda line, _: line.due_on.isoformat() if line.due_on else ""),
    "leads": Column("承办单位", 20, lambda line, names: named(line.leads, names)),
    "units": Column("有关单位", 24, lambda line, names: named(line.units, names)),
    "round": Column("轮次", 6, lambda line, _: str(line.round)),
    "channel": Column("来件渠道", 10, lambda line, _: label("channel", line.channel)),
    "subject": Column("内容分类", 12, lambda line, _: label("subject", line.subject or "")),
    "registered": Column("登记日期", 12, lambda line, _: day(line.registered_at)),
    "updated": Column("最近办理", 12, lambda line, _: day(line.updated_at)),
    "case_id": Column("办件号", 34, lambda line, _: line.case_id),
}
USUAL: tuple[Key, ...] = (
    "label", "title", "kind", "period", "status", "light", "due", "leads", "round", "case_id",
)  # fmt: skip


ONE_WORKBOOK = asyncio.Semaphore(1)


@dataclass(frozen=True)
class Ledger:
    """Lines with the names of their units and periods, and the columns that are shown, in order."""

    lines: Sequence[Line]
    names: Names
    keys: Sequence[Key]

    def rows(self) -> Iterator[tuple[str, ...]]:
        shown = [COLUMNS[key] for key in self.keys]
        for line in self.lines:
            yield tuple(column.cell(line, self.names) for column in shown)

    def csv(self) -> Iterator[bytes]:
        headings = tuple(COLUMNS[key].heading for key in self.keys)
        return (line.encode() for line in csv_lines([headings, *self.rows()]))

    def xlsx(self, on: date) -> bytes:
        shown = [COLUMNS[key] for key in self.keys]
        title = f"办件台账（{on.year}年{on.month}月{on.day}日，共 {len(self.lines)} 件）"
        widths = [column.width for column in shown]
        return workbook.workbook(title, [each.heading for each in shown], widths, self.rows())


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
