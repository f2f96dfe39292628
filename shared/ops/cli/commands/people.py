"""`duban people`: the people of the sample, for trying everything under their names."""

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass
from typing import Annotated, Any

import typer
from rich.table import Column, Table
from rich.text import Text

from shared.demo.stage import SAMPLES
from shared.ledger_import.directory import read_directory
from shared.ops.base.terminal import console, tell
from shared.service.config.labels import label

app = typer.Typer()
HEADINGS = ("编号", "姓名", "岗位", "单位", "可办事项")
Rows = Mapping[str, list[dict[str, Any]]]


@dataclass(frozen=True)
class Sitter:
    """A person in a role: of a unit, or as a deputy."""

    person: str
    name: str
    role: str
    unit: str
    does: str


@app.command()
def people(
    all_: Annotated[bool, typer.Option("--all", help="列出全部，缺省每个岗位一人")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="JSON，供脚本使用")] = False,
) -> None:
    """示例中的人员：编号、岗位、单位和可办事项。People of the sample to try Duban as."""
    found = list(sitters(read_directory(SAMPLES / "directory.yaml")))
    shown = found if all_ else list(one_of_each(found))
    if as_json:
        typer.echo(json.dumps([asdict(each) for each in shown], ensure_ascii=False, indent=1))
        return
    table = Table(*(Column(title, overflow="fold") for title in HEADINGS))
    for sitter in shown:
        table.add_row(*map(Text, asdict(sitter).values()))
    console.print(table)
    tell("以其身份办理：.venv/bin/duban token --as 编号。A token to act as one of them.")


def sitters(rows: Rows) -> Iterator[Sitter]:
    units = {unit["unit"]: unit["title"] for unit in rows["units"]}
    names = {person["person"]: person["title"] for person in rows["people"]}
    for post in rows["posts"]:
        role, person = post["role"], post["person"]
        yield sitter(person, names.get(person, ""), label("role", role), units[post["unit"]], role)
    for deputy in rows["deputies"]:
        body = label("body", deputy["body"])
        yield sitter(deputy["person"], deputy["title"], body, deputy["delegation"], "proposer")
    for client in rows["clients"]:
        agency = units.get(client["agency"], "")
        yield sitter(client["client"], client["title"], label("role", "client"), agency, "client")


def sitter(person: str, name: str, role: str, unit: str, task: str) -> Sitter:
    return Sitter(person, name, role, unit, label("task", task))


def one_of_each(found: Iterable[Sitter]) -> Iterator[Sitter]:
    """Yields the first of each role; of officers and publishers all, because each has an organ or a
    part of its own."""
    every = {label("role", role) for role in ("office", "publisher")}
    seen: set[str] = set()
    for each in found:
        if each.role in every or each.role not in seen:
            seen.add(each.role)
            yield each
