"""Headings of a sheet: the column names of a ledger, however clerks write them."""

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from shared.kernel.folding import folded
from shared.ledger_import.cells import plain

DECORATION = re.compile(r"[*※★☆:]")
SAID = r"\((?:必填|选填|可选|非必填|必填项|文本|日期)[^()]*\)"
REMARK = re.compile(f"^{SAID}|{SAID}$")

REASONS = "导入错误原因"
"""Heading of the column that a marked copy has in addition."""


def heading_form(text: str) -> str:
    """Returns the form in which headings are compared: without spaces, line breaks, stars, widths
    and remarks such as （必填）."""
    return REMARK.sub("", DECORATION.sub("", folded(text)))


@dataclass(frozen=True)
class Headings:
    """The line of headings of a sheet. `names` are its columns in their order; `places` maps each
    column that the ledgers know to its number from 1; `unknown` are the others, `twice` the known
    ones that stand there again; `width` counts the columns; `texts` are the headings as they stand
    in the file."""

    line: int
    names: tuple[str, ...]
    places: Mapping[str, int]
    unknown: tuple[str, ...]
    twice: tuple[str, ...]
    width: int
    texts: tuple[str, ...] = ()

    def values(self, cells: Sequence[object]) -> dict[str, object]:
        """Returns the cells of a line by column; those of unknown columns by their heading."""
        return {name: cell for name, cell in zip(self.names, cells, strict=False) if name}

    def stand_in(self, cells: Sequence[object], names: Mapping[str, str]) -> bool:
        """Returns whether a line has the headings again, at their places. Ends at the first that
        differs: each row of a ledger is asked."""
        return all(
            at <= len(cells) and names.get(heading_form(plain(cells[at - 1]))) == name
            for name, at in self.places.items()
        )


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
    names_in_order = tuple(name or text for text, name in zip(texts, meant, strict=True))
    twice = repeated(meant)
    return Headings(line, names_in_order, places, unknown, twice, width, tuple(texts))


def repeated(names: Iterable[str | None]) -> tuple[str, ...]:
    return tuple(name for name, times in Counter(names).items() if name and times > 1)
