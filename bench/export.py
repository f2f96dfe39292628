"""Export: a ledger as a workbook and as csv, beside bare writers of the same rows."""

import csv
import io
import time
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from pathlib import Path

import httpx
import xlsxwriter

from bench import city
from bench.cases import under_handling
from bench.figures import Ratio, Result, Table, figure, ratio
from bench.growing import Templates, grow, settled_in
from bench.growth import TEMPLATES
from bench.installation import Installation, prepared
from bench.laboratory import Laboratory
from bench.rounds import Contender, Run, raw_of, speeds

API = "api of portal"
XLSX, CSV = "xlsx", "csv"
BARE_XLSX, BARE_CSV = "bare XlsxWriter", "bare csv.writer"
GOAL_TIMES, GOAL_SECONDS = 4, 15
COLUMNS = ("what", "rows", "seconds", "rows per second")
Rows = Sequence[Sequence[str]]
NOTES = (
    "All cases of an agency, the usual columns, by one client from an API process of the portal "
    "alone; until the last byte. Reads, words, cells and the way over HTTP are in it.",
    "Bare: the same cells, already in memory, written by the library that the export uses, without "
    "formats.",
)


async def export(lab: Laboratory) -> Result:
    cases = lab.size.exported
    result = Result("export", f"Export of {cases:,} cases", notes=list(NOTES))
    async with exporting(lab) as http:
        rows = list(csv.reader(io.StringIO((await exported(http, CSV)).decode("utf-8-sig"))))
        assert len(rows) == cases + 1, len(rows)
        contenders = {
            XLSX: asking(http, XLSX, cases),
            BARE_XLSX: writing(lambda: bare_xlsx(rows, lab.parts.folder), cases),
            CSV: asking(http, CSV, cases),
            BARE_CSV: writing(lambda: bare_csv(rows), cases),
        }
        runs = await lab.rounds(contenders, min(lab.size.rounds, 3))
    result.raw = raw_of(runs)
    table = tuple(row(name, cases, found) for name, found in runs.items())
    result.tables.append(Table("Until the last byte", COLUMNS, table))
    result.ratios = ratios(runs, cases)
    return result


@asynccontextmanager
async def exporting(lab: Laboratory) -> AsyncIterator[httpx.AsyncClient]:
    """A portal with so many cases."""
    model = await lab.installation()
    templates = await Templates.of(model, await under_handling(model, TEMPLATES))
    async with prepared(lab.parts, "export") as running:
        await settled_in(running, model)
        await grow(running, templates, lab.size.exported)
        running.launch(API)
        await running.ready(API)
        async with client_of(running) as http:
            yield http


def client_of(running: Installation) -> httpx.AsyncClient:
    headers = running.bearer(city.OFFICE)
    return httpx.AsyncClient(base_url=running.urls[API], headers=headers, timeout=300)


async def exported(http: httpx.AsyncClient, form: str) -> bytes:
    answer = await http.get("/portal/v1/worklist/export", params={"format": form})
    assert answer.is_success, answer.text
    return answer.content


def asking(http: httpx.AsyncClient, form: str, cases: int) -> Contender:
    async def run(number: int) -> Run:
        began = time.perf_counter()
        await exported(http, form)
        return Run(cases, time.perf_counter() - began)

    return run


def writing(write: Callable[[], None], cases: int) -> Contender:
    async def run(number: int) -> Run:
        began = time.perf_counter()
        write()
        return Run(cases, time.perf_counter() - began)

    return run


def bare_xlsx(rows: Rows, folder: Path) -> None:
    with xlsxwriter.Workbook(folder / "bare.xlsx") as book:
        sheet = book.add_worksheet()
        for at, cells in enumerate(rows):
            for column, text in enumerate(cells):
                sheet.write_string(at, column, text)


def bare_csv(rows: Rows) -> None:
    csv.writer(io.StringIO()).writerows(rows)


def row(name: str, cases: int, runs: Sequence[Run]) -> tuple[str, ...]:
    seconds = figure([run.seconds for run in runs])
    return name, f"{cases:,}", str(seconds), str(figure(speeds(list(runs))))


def ratios(runs: dict[str, list[Run]], cases: int) -> list[Ratio]:
    seconds = {name: [run.seconds for run in found] for name, found in runs.items()}
    whole = [
        Ratio(f"{form}: seconds for {cases:,} rows", figure(seconds[form]), GOAL_SECONDS, False)
        for form in (XLSX, CSV)
    ]
    times = ratio("xlsx: seconds / bare", seconds[XLSX], seconds[BARE_XLSX], GOAL_TIMES, False)
    return [times, *whole]
