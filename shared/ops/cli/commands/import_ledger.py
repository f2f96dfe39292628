"""`duban import FILE.xlsx`: previews a clerk's ledger, reports bad rows, registers good ones
once."""

import asyncio
from pathlib import Path
from typing import Annotated

import typer
import yaml
from rich.progress import Progress
from rich.table import Table

from shared.ledger_import.client import Api
from shared.ledger_import.directory import known_names
from shared.ledger_import.importing import Preview, Result, import_rows, preview
from shared.ledger_import.reading import UnreadableLedger, opened
from shared.ledger_import.report import write_report
from shared.ledger_import.table import load_ledgers
from shared.ops.base.dev_tokens import token_for
from shared.ops.base.settings import OpsSettings
from shared.ops.base.terminal import console
from shared.ops.installation.processes import url
from shared.service.settings import ServiceSettings

app = typer.Typer()
SHOWN = 20


@app.command("import")
def import_ledger(
    file: Annotated[Path, typer.Argument(help="台账 .xlsx")],
    as_: Annotated[str, typer.Option("--as", help="登记人编号")] = "p-reg-1",
    agency: Annotated[str, typer.Option(help="登记机关")] = "u-city",
    check: Annotated[bool, typer.Option(help="只预览，不导入。Preview only.")] = False,
    api: Annotated[str | None, typer.Option(help="接口地址，默认本机")] = None,
) -> None:
    """导入台账：先预览，逐行报告错误（附带批注的副本），好行只导入一次。Import a ledger."""
    address = api or url(OpsSettings().api_port)
    try:
        opened(file)
        faulty = asyncio.run(run(file, as_, agency, check, address))
    except UnreadableLedger as error:
        raise typer.BadParameter(str(error)) from error
    raise typer.Exit(1 if faulty else 0)


async def run(file: Path, who: str, agency: str, check: bool, address: str) -> bool:
    """Imports and returns whether any row was refused."""
    settings = ServiceSettings()
    labels = yaml.safe_load((settings.policies / "labels.yaml").read_text("utf-8"))
    async with Api(address, lambda sub: token_for(sub, settings)) as api:
        ledgers = load_ledgers(settings.policies / "ledgers.yaml")
        previewed = preview(file, ledgers, await known_names(api, who, agency, labels))
        show_preview(previewed)
        result = Result()
        if not check:
            with Progress(console=console) as bar:
                task = bar.add_task("导入 importing", total=len(previewed.good))
                result = await import_rows(api, who, agency, previewed, lambda: bar.advance(task))
            before = f"，此前已导入 {result.known} 件" if result.known else ""
            console.print(f"新登记 {result.new} 件{before}。")
    return report(file, previewed, result)


def show_preview(previewed: Preview) -> None:
    table = Table("工作表", "可导入", "有错误")
    for sheet, (good, bad) in previewed.counts().items():
        table.add_row(sheet, str(good), str(bad))
    console.print(table)


def report(file: Path, previewed: Preview, result: Result) -> bool:
    faults = [*previewed.faults, *result.faults]
    for fault in faults[:SHOWN]:
        console.print(f"[red]{fault.sheet} 第 {fault.row} 行 {fault.column}：[/]{fault.reason}")
    if faults:
        target = file.with_name(f"{file.stem}-错误.xlsx")
        write_report(file, target, faults, previewed.heads)
        console.print(f"共 {len(faults)} 处错误，已在副本中标出：{target}")
    return bool(faults)
