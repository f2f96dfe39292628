"""Headings of a sheet: the column names of a ledger, however clerks write them."""

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from shared.kernel.folding import folded
from shared.ledger_import.cells import plain

DECORATION = re.compile(r"[*※★☆:]")
REMARK = re.compile(r"\((?:必填|选填|可选|非必填|必填项|文本|日期)[^()]*\)$")

REASONS = "导入错误原因"
"""Heading of the column that a marked copy has in addition."""


def heading_form(text: str) -> str:
    """Returns the form in which headings are compared: without spaces, line breaks, stars, widths
    and remarks such as （必填）."""
    return REMARK.sub("", DECORATION.sub("", folded(text)))


@dataclass(frozen=True)
class Headings:
    """The line of headings of a sheet. `places` maps each column that the ledgers know to its
    number from 1; `unknown` are the others, `twice` the known ones that stand there again;
    `width` counts the columns."""

    line: int
    places: Mapping[str, int]
    unknown: tuple[str, ...]
    twice: tuple[str, ...]
    width: int

    def values(self, cells: Sequence[object]) -> dict[str, object]:
        return {name: cells[at - 1] for name, at in self.places.items() if at <= len(cells)}


def headings_of(line: int, cells: Sequence[object], names: Mapping[str, str]) -> Headings:
    """`names` maps the form of a heading to the column that it means."""
    texts = [plain(cell) for cell in cells]
    meant = [names.get(heading_form(text)) for text in texts]
    places: dict[str, int] = {}
    for at, name in enumerate(meant, 1):
        if name:
            places.setdefault(name, at)
    unknown = tuple(
        text
        for text, name in zip(texts, meant, strict=True)
        if text and not name and heading_form(text) != REASONS
    )
    own = [text and heading_form(text) != REASONS for text in texts]
    width = max((at for at, is_own in enumerate(own, 1) if is_own), default=0)
    return Headings(line, places, unknown, repeated(meant), width)


def repeated(names: Iterable[str | None]) -> tuple[str, ...]:
    return tuple(name for name, times in Counter(names).items() if name and times > 1)
