"""Screen of the command line: text from outside is shown as it is, without effect, and in full."""

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Annotated, Any

import typer
from rich.console import Console, ConsoleDimensions
from rich.table import Table
from rich.text import Text

from shared.kernel.characters import UNFIT

WIDE = 10_000
"""Columns where no person looks: a pipe or a file gets every value whole, in one line."""
HIGH = 25
UNSAFE = re.compile(rf"{UNFIT.pattern}|[\r\u2028\u2029]")
"""Characters that move the cursor, colour the screen or turn the direction of writing."""

Json = Annotated[bool, typer.Option("--json", help="输出 JSON，供脚本使用。For scripts.")]


def harmless(text: str) -> str:
    """Returns the text with characters that a terminal would obey written as `\\u001b`."""
    return UNSAFE.sub(lambda found: f"\\u{ord(found[0]):04x}", text)


class Screen(Console):
    """Console without markup and emoji codes: `[/x]` and `:smile:` in a title are its words."""

    def __init__(self, **options: Any) -> None:
        super().__init__(highlight=False, markup=False, emoji=False, **options)

    def render_str(self, text: str, **options: Any) -> Text:
        return super().render_str(harmless(text), **options)

    @property
    def size(self) -> ConsoleDimensions:
        return super().size if self.is_terminal else ConsoleDimensions(WIDE, HIGH)

    @size.setter
    def size(self, new_size: tuple[int, int]) -> None:
        Console.size.fset(self, new_size)  # type: ignore[attr-defined]


def table_of(titles: Iterable[str], rows: Iterable[Sequence[object]]) -> Table:
    """Returns a table that folds long values on a narrow screen and never cuts them."""
    table = Table()
    for title in titles:
        table.add_column(title, overflow="fold")
    for row in rows:
        table.add_row(*map(str, row))
    return table


def as_json(value: object) -> str:
    """Returns JSON that is safe on a screen, too: what a terminal would obey is escaped."""
    return harmless(json.dumps(value, ensure_ascii=False))


class Listing:
    """Rows for people as a table, for scripts as one JSON object a line; `columns`: key → title."""

    def __init__(self, columns: Mapping[str, str]) -> None:
        self._columns = columns
        self._rows: list[tuple[object, ...]] = []

    def add(self, *values: object) -> None:
        self._rows.append(values)

    def show(self, console: Console, json_lines: bool) -> None:
        if not json_lines:
            console.print(table_of(self._columns.values(), self._rows))
            return
        for row in self._rows:
            typer.echo(as_json(dict(zip(self._columns, row, strict=True))))
