"""`duban people`: the people of the sample, for trying everything under their names."""

import json
from dataclasses import asdict
from typing import Annotated

import typer
from rich.table import Column, Table
from rich.text import Text

from shared.demo.people import one_of_each, sample_people
from shared.ops.base.terminal import console, tell

app = typer.Typer()
HEADINGS = ("编号", "姓名", "岗位", "单位", "可办事项")


@app.command()
def people(
    all_: Annotated[bool, typer.Option("--all", help="列出全部，缺省每个岗位一人")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="JSON，供脚本使用")] = False,
) -> None:
    """示例中的人员：编号、岗位、单位和可办事项。People of the sample to try Duban as."""
    found = sample_people()
    shown = found if all_ else list(one_of_each(found))
    if as_json:
        typer.echo(json.dumps([asdict(each) for each in shown], ensure_ascii=False, indent=1))
        return
    table = Table(*(Column(title, overflow="fold") for title in HEADINGS))
    for sitter in shown:
        table.add_row(*map(Text, list(asdict(sitter).values())[: len(HEADINGS)]))
    console.print(table)
    tell("以其身份办理：.venv/bin/duban token --as 编号。A token to act as one of them.")
