"""`duban import FILE.xlsx`: previews a clerk's ledger by the rules of the API, reports bad rows,
asks, and registers good ones once."""

import asyncio
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

import typer
from rich.progress import Progress

from shared.ledger_import.checking import Directory
from shared.ledger_import.client import Api
from shared.ledger_import.directory import known_names
from shared.ledger_import.importing import Importer, Preview, Result, described, preview
from shared.ledger_import.isolation import read_apart, report_apart
from shared.ledger_import.opening import UnreadableLedger
from shared.ledger_import.reading import Reading, read_rows
from shared.ledger_import.table import Ledger, load_ledgers
from shared.ledger_import.template import write_template
from shared.ops.base.errors import OpsError
from shared.ops.base.screen import Json, as_json, table_of
from shared.ops.base.settings import OpsSettings
from shared.ops.base.speech import English, Speech
from shared.ops.base.terminal import console, tell
from shared.ops.base.tokens import Token, tokens_from
from shared.ops.installation.processes import url
from shared.service.config.labels import load_labels
from shared.service.settings import ServiceSettings

app = typer.Typer()
SHOWN = 20


@app.command("import")
def import_ledger(  # noqa: PLR0913, PLR0917 - the options of the command
    file: Annotated[Path, typer.Argument(help="台账 .xlsx；用 --template 时是要新建的文件")],
    as_: Annotated[str, typer.Option("--as", help="登记人编号")] = "p-reg-1",
    agency: Annotated[str, typer.Option(help="登记机关")] = "u-city",
    check: Annotated[bool, typer.Option(help="只预览，不导入。Preview only.")] = False,
    yes: Annotated[bool, typer.Option("--yes", "-y", help="预览后不再询问。")] = False,
    template: Annotated[str | None, typer.Option(help="新建空白台账：填台账名称")] = None,
    api: Annotated[str | None, typer.Option(help="接口地址，默认本机")] = None,
    token: Token = None,
    json_lines: Json = False,
    english: English = False,
) -> None:
    """导入台账：先按接口的规则预览，逐行说明错误（附带批注的副本），好行只导入一次。Import.

    退出码：0 没有错误；1 有错误的行；2 参数有误或者文件无法读取。
    --json 只用于 --check，不另制副本。
    """
    if json_lines and not (check and template is None):
        raise typer.BadParameter("--json 只用于预览，请加 --check")
    settings = ServiceSettings()
    ledgers = load_ledgers(settings.policies / "ledgers.yaml")
    try:
        reading = None if template else read_apart(file, ledgers, read_rows)
    except UnreadableLedger as error:
        raise typer.BadParameter(str(error)) from error
    say, tokens = Speech(english), tokens_from(token, settings)
    client = Api(api or url(OpsSettings().api_port), tokens, language=say.language)
    session = Session(file, as_, agency, client, settings, say)
    if reading is None:
        return asyncio.run(session.template(named(template or "", ledgers)))
    if json_lines:
        raise typer.Exit(1 if asyncio.run(session.describe(reading)) else 0)
    go_on = (lambda: False) if check else (lambda: True) if yes else confirmed
    raise typer.Exit(1 if asyncio.run(session.import_rows(reading, go_on)) else 0)


def named(name: str, ledgers: tuple[Ledger, ...]) -> Ledger:
    for ledger in ledgers:
        if name in (ledger.name, ledger.title):
            return ledger
    names = "、".join(ledger.title for ledger in ledgers)
    raise typer.BadParameter(f"没有名为“{name}”的台账，可填：{names}")


def confirmed() -> bool:
    """Asks at a terminal. Raises OpsError where nobody can answer."""
    if not sys.stdin.isatty():
        raise OpsError("预览完毕，未导入。确认导入请加 --yes。", "Nothing was imported; add --yes.")
    return typer.confirm("导入以上可导入的各行？Import these rows?")


class Session:
    """One ledger file, sent by a registrar of an agency."""

    def __init__(
        self, file: Path, who: str, agency: str, api: Api, settings: ServiceSettings, say: Speech
    ) -> None:
        self._file, self._who, self._agency = file, who, agency
        self._api, self._say = api, say
        self._labels = load_labels(settings.policies).groups

    async def template(self, ledger: Ledger) -> None:
        async with self._api:
            directory = await self._directory()
        try:
            write_template(ledger, directory, self._file)
        except FileExistsError as error:
            raise typer.BadParameter(f"{self._file} 已存在，未改动") from error
        tell(f"已新建空白台账：{self._file}")

    async def describe(self, reading: Reading) -> bool:
        """Prints the preview as one JSON object; returns whether any row has a fault."""
        async with self._api:
            found = await self._previewed(reading, lambda: None)
        typer.echo(as_json(described(found, self._say.in_english)))
        return bool(found.faults)

    async def import_rows(self, reading: Reading, go_on: Callable[[], bool]) -> bool:
        """Previews, asks and imports; returns whether any row was refused."""
        result = Result()
        async with self._api:
            with steps("核对 checking", len(reading.rows)) as step:
                found = await self._previewed(reading, step)
            show_preview(found, self._say)
            show_faults(self._file, found, self._say)
            if found.new and go_on():
                await self._register(found, result)
        return bool(found.faults)

    async def _previewed(self, reading: Reading, step: Callable[[], None]) -> Preview:
        """Returns what the file itself shows, and how the API would answer each good row."""
        found = preview(reading, await self._directory())
        for _ in range(len(reading.rows) - len(found.good)):
            step()
        await self._importer(step).check(found)
        return found

    async def _register(self, found: Preview, result: Result) -> None:
        """Says also of an import that ends early how far it came."""
        before = len(found.faults)
        try:
            with steps("导入 importing", len(found.new)) as step:
                await self._importer(step).register(found, result)
        finally:
            tell(outcome_of(result, self._say))
        found.faults += result.faults
        if len(found.faults) > before:
            show_faults(self._file, found, self._say)

    def _importer(self, step: Callable[[], None]) -> Importer:
        return Importer(self._api, self._who, self._agency, step)

    async def _directory(self) -> Directory:
        return await known_names(self._api, self._who, self._agency, self._labels)


def outcome_of(result: Result, say: Speech) -> str:
    """Returns how many cases are new, and how many somebody else has brought meanwhile."""
    if say.in_english:
        known = f", {result.known} known by now" if result.known else ""
        return f"{result.new} cases registered{known}."
    known = f"，已由他人导入 {result.known} 件" if result.known else ""
    return f"新登记 {result.new} 件{known}。"


@contextmanager
def steps(title: str, total: int) -> Iterator[Callable[[], None]]:
    with Progress(console=console) as bar:
        task = bar.add_task(title, total=total)
        yield lambda: bar.advance(task)


def show_preview(found: Preview, say: Speech) -> None:
    if not found.counts():
        tell(say("表中没有登记内容。No rows.", "There are no rows."))
        return
    rows = [(sheet, *counts) for sheet, counts in found.counts().items()]
    heads = say(("工作表", "可导入", "此前已导入", "有错误"), ("sheet", "new", "known", "wrong"))
    console.print(table_of(heads, rows))
    for remark in found.reading.remarks:
        tell(say(f"提示：{remark.sentence}。", f"Note: {remark.english}"))


def show_faults(file: Path, found: Preview, say: Speech) -> None:
    faults = sorted(found.faults, key=lambda fault: (fault.sheet, fault.row))
    if not faults:
        return
    for one in faults[:SHOWN]:
        row = say(f"第 {one.row} 行", f"row {one.row}")
        tell(f"{one.sheet} {row} {one.column}{say('：', ': ')}{one.reason}")
    target, is_copy = report_apart(file, faults, found.reading.heads)
    copy = say("已在副本中标出", "marked in a copy")
    marked = (
        copy
        if is_copy
        else say("无法制作带批注的副本，已列成清单", "listed, as no copy can be made")
    )
    number = say(f"共 {len(faults)} 处错误，", f"{len(faults)} faults, ")
    tell(f"{number}{marked}{say('：', ': ')}{target}")
