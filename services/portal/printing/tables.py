"""Tables of the papers of a meeting: what a page prints and a workbook holds."""

from collections.abc import Sequence
from dataclasses import dataclass, field

Row = tuple[str, ...]


@dataclass(frozen=True)
class Column:
    """`width` in characters; short cells stand in the middle."""

    title: str
    width: int


@dataclass(frozen=True)
class Table:
    """`heading`: "" for the only table of a paper; `notes` say what is counted, and by which
    base."""

    heading: str
    columns: Sequence[Column]
    rows: Sequence[Row]
    notes: tuple[str, ...] = ()


@dataclass(frozen=True)
class MeetingPaper:
    """A paper with its title, what it is about, its tables, and lines that are left for people."""

    title: str
    about: tuple[str, ...]
    tables: tuple[Table, ...]
    blanks: tuple[str, ...] = field(default=())
