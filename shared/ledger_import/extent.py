"""Extent of a workbook, measured before it is read: a file of a few kilobytes may ask for
hundreds of gigabytes."""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from posixpath import join, normpath
from xml.parsers import expat
from zipfile import ZipFile

LARGEST_PART = 256 * 2**20
"""Bytes of one part after decompression."""
MOST_PARTS = 2_000
LAST_ROW = 50_000
LAST_COLUMN = 256
MOST_MERGED = 1_000_000
"""Cells of a sheet that are merged with others; the writer of copies holds each of them."""
CHUNK = 2**16
MOST_ERRORS = 10_000
MOST_FORMULAS = 1_000_000
FORMULA = "f"
PLACE = re.compile(r"([A-Z]{1,3})([0-9]{1,7})")
SHEETS = "xl/worksheets/"
BOOK, RELATIONS = "xl/workbook.xml", "xl/_rels/workbook.xml.rels"
ZERO = re.compile(r"0(?:\.0*)?")
"""A height or width by which other programs hide a row or a column."""
TRUE = frozenset({"1", "true"})
CONTENT = frozenset({"v", "is", "f"})
OnStart = Callable[[str, Mapping[str, str]], object]


class TooLarge(Exception):
    """Raised for a workbook beyond a bound, with the reason in Chinese."""


class Unfit(Exception):
    """Raised for content that no ledger has, with the reason in Chinese."""


@dataclass
class Extent:
    """Properties of a workbook beside its cells: `hidden` maps each sheet to its hidden rows,
    `hidden_columns` to its hidden columns, `errors` and `formulas` to (row, column) of the error
    values and of the cells that are computed, `merged` to its merged cells (top, left, bottom,
    right); `from_1904` is the calendar of its dates (Macintosh)."""

    hidden: dict[str, frozenset[int]] = field(default_factory=dict)
    hidden_columns: dict[str, frozenset[int]] = field(default_factory=dict)
    errors: dict[str, list[tuple[int, int]]] = field(default_factory=dict)
    formulas: dict[str, list[tuple[int, int]]] = field(default_factory=dict)
    merged: dict[str, list[tuple[int, int, int, int]]] = field(default_factory=dict)
    from_1904: bool = False


def measured(book: ZipFile) -> Extent:
    """Raises TooLarge for content beyond the bounds, Unfit for what no ledger has, and what readers
    of zip and XML raise for a broken file."""
    if len(book.namelist()) > MOST_PARTS:
        raise TooLarge(f"工作簿内含 {len(book.namelist())} 个部件，超过 {MOST_PARTS} 个")
    names, from_1904 = sheets_of(book)
    extent = Extent(from_1904=from_1904)
    for part in book.namelist():
        place = place_of(part)
        if place in names or place.startswith(SHEETS):
            sheet = names.get(place, part)
            scan = SheetScan(sheet)
            scan.read(book, part)
            extent.hidden[sheet], extent.errors[sheet] = frozenset(scan.hidden), scan.errors
            extent.hidden_columns[sheet] = frozenset(scan.hidden_columns)
            extent.formulas[sheet], extent.merged[sheet] = scan.formulas, scan.merged
        else:
            for _ in chunks(book, part):
                pass
    return extent


def place_of(part: str) -> str:
    """Returns the name of a part as readers compare it: writers use backslashes and capitals."""
    return part.replace("\\", "/").lower()


def chunks(book: ZipFile, part: str) -> Iterator[bytes]:
    """Returns the content of a part piece by piece; raises TooLarge as soon as it is too long."""
    length = 0
    with book.open(part) as content:
        while chunk := content.read(CHUNK):
            length += len(chunk)
            if length > LARGEST_PART:
                raise TooLarge(f"部件 {part} 解压后超过 {LARGEST_PART // 2**20} MB")
            yield chunk


def sheets_of(book: ZipFile) -> tuple[Mapping[str, str], bool]:
    """Returns place of the part → name of the sheet, and whether dates count from 1904."""
    elements = [*tags(book, BOOK)]
    targets = {
        each["Id"]: place_of(normpath(join("/xl", each["Target"])).lstrip("/"))
        for tag, each in tags(book, RELATIONS)
        if tag == "Relationship" and {"Id", "Target"} <= each.keys()
    }
    names = {
        targets.get(relation_id(each), ""): each.get("name", "")
        for tag, each in elements
        if tag == "sheet"
    }
    calendar = [each.get("date1904") for tag, each in elements if tag == "workbookPr"]
    return names, any(value in TRUE for value in calendar)


def relation_id(attributes: Mapping[str, str]) -> str:
    return next((value for name, value in attributes.items() if name.endswith(":id")), "")


def tags(book: ZipFile, place: str) -> list[tuple[str, dict[str, str]]]:
    """Returns the elements of a part without their namespace, which differs in strict files."""
    found: list[tuple[str, dict[str, str]]] = []
    for part in book.namelist():
        if place_of(part) == place:
            parse(book, part, lambda tag, each: found.append((tag, dict(each))))
    return found


def parse(book: ZipFile, part: str, on_start: OnStart) -> None:
    """Calls `on_start` with the local name and the attributes of every element. Entities are
    refused: nothing in a workbook needs them."""
    parser = expat.ParserCreate()
    parser.StartElementHandler = lambda tag, each: on_start(tag.rpartition(":")[2], each)
    parser.EntityDeclHandler = refuse_entity
    for chunk in chunks(book, part):
        parser.Parse(chunk)
    parser.Parse(b"", True)


def refuse_entity(*declaration: object) -> None:
    raise Unfit("工作簿中含有实体声明，不予读取")


class SheetScan:
    """Finds hidden rows, and cells with content beyond the bounds, in one pass over a sheet."""

    def __init__(self, sheet: str) -> None:
        self._sheet = sheet
        self._row = self._column = 0
        self._merged = 0
        self.hidden: list[int] = []
        self.hidden_columns: set[int] = set()
        self.errors: list[tuple[int, int]] = []
        self.formulas: list[tuple[int, int]] = []
        self.merged: list[tuple[int, int, int, int]] = []
        self._elements = {
            "col": self._columns, "row": self._line, "c": self._cell, "mergeCell": self._merge,
        }  # fmt: skip

    def read(self, book: ZipFile, part: str) -> None:
        parse(book, part, self._start)

    def _start(self, tag: str, attributes: Mapping[str, str]) -> None:
        if begin := self._elements.get(tag):
            begin(attributes)
        elif tag in CONTENT and (self._row > LAST_ROW or self._column > LAST_COLUMN):
            raise TooLarge(self._beyond())
        elif tag == FORMULA:
            self._computed()

    def _computed(self) -> None:
        if len(self.formulas) >= MOST_FORMULAS:
            raise TooLarge(f"工作表“{self._sheet}”中的公式超过 {MOST_FORMULAS} 个，请粘贴为数值")
        self.formulas.append((self._row, self._column))

    def _columns(self, attributes: Mapping[str, str]) -> None:
        if is_hidden(attributes, "width"):
            first, last = int(attributes["min"]), int(attributes["max"])
            self.hidden_columns.update(range(first, min(last, LAST_COLUMN) + 1))

    def _line(self, attributes: Mapping[str, str]) -> None:
        self._row = int(attributes.get("r") or self._row + 1)
        self._column = 0
        if is_hidden(attributes, "ht"):
            self.hidden.append(self._row)

    def _cell(self, attributes: Mapping[str, str]) -> None:
        self._place(attributes.get("r"))
        if attributes.get("t") == "e" and len(self.errors) < MOST_ERRORS:
            self.errors.append((self._row, self._column))

    def _place(self, place: str | None) -> None:
        self._column += 1
        if match := PLACE.fullmatch(place or ""):
            self._column, self._row = number_of(match[1]), int(match[2])
        elif place:
            raise Unfit(f"工作表“{self._sheet}”中的单元格地址 {place[:20]} 无效")

    def _merge(self, attributes: Mapping[str, str]) -> None:
        area = attributes.get("ref", "")
        corners = [PLACE.fullmatch(corner) for corner in area.split(":")]
        (left, top), (right, bottom) = (
            (number_of(corner[1]), int(corner[2])) if corner else (0, 0)
            for corner in (corners[0], corners[-1])
        )
        self._merged += (abs(right - left) + 1) * (abs(bottom - top) + 1)
        if self._merged > MOST_MERGED:
            raise TooLarge(f"工作表“{self._sheet}”的合并单元格 {area[:30]} 过大，请取消合并")
        self.merged.append((min(top, bottom), min(left, right), max(top, bottom), max(left, right)))

    def _beyond(self) -> str:
        return (
            f"工作表“{self._sheet}”在第 {self._row} 行第 {self._column} 列还有内容，超出"
            f" {LAST_ROW} 行 {LAST_COLUMN} 列，请删除多余内容后再导入"
        )


def is_hidden(attributes: Mapping[str, str], size: str) -> bool:
    """Returns whether a row or a column is hidden, also by its height or width of nothing."""
    return attributes.get("hidden") in TRUE or ZERO.fullmatch(attributes.get(size, "")) is not None


def number_of(letters: str) -> int:
    """Returns the number of a column: A is 1, AA is 27."""
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - ord("A") + 1
    return number
