"""Sheets laid out as for people: merged cells, headings of two lines, instructions above them, and
a second table below the first. No content is lost or read under a wrong heading in silence."""

from collections.abc import Callable
from pathlib import Path
from typing import Any, cast

from openpyxl import Workbook, load_workbook
from openpyxl.worksheet.worksheet import Worksheet

from shared.ledger_import.cells import MERGED
from shared.ledger_import.checking import Directory, checked
from shared.ledger_import.importing import preview
from shared.ledger_import.reading import OTHERWISE, Reading, read_rows
from shared.ledger_import.report import write_report
from shared.ledger_import.signers import Deputy
from tests.unit.shared.test_ledger_reading import HEAD, LEDGERS, line

DIRECTORY = Directory(
    units={},
    regions={},
    deputies={
        ("npc", "d0001"): Deputy("p-n001", "唐宏伟"),
        ("npc", "d0002"): Deputy("p-n002", "李四"),
    },
    labels={"subject": {"城建": "urban-environment"}},
)
WIDE = [*HEAD, "同意公开", "附议人", "编号"]


def wide(number: object, co: str = "李四（D0002）", consent: str = "是", no: str = "") -> list[Any]:
    return [*line(number, "建议"), consent, co, no]


def laid_out(path: Path, lay: Callable[[Worksheet], object], *lines: list[Any]) -> Reading:
    book = Workbook()
    page = cast(Worksheet, book.active)
    page.title = "代表建议"
    for each in lines:
        page.append(each)
    lay(page)
    book.save(path)
    return read_rows(path, LEDGERS)


def merged(*areas: str) -> Callable[[Worksheet], object]:
    return lambda page: [page.merge_cells(area) for area in areas]


def test_a_value_merged_over_rows_is_no_value_of_the_lower_ones(tmp_path: Path) -> None:
    """A co-signer or an answer that the clerk sees beside the row would be lost."""
    lines = [WIDE, *(wide(n) for n in (1, 2, 3))]
    found = laid_out(tmp_path / "a.xlsx", merged("J2:J4", "K3:K4"), *lines)
    faults = [fault for row in found.rows for fault in checked(row, DIRECTORY)[1]]
    told = [(f.row, f.column) for f in faults if f.reason == MERGED]
    assert told == [(3, "同意公开"), (4, "同意公开"), (4, "附议人")]


def test_the_merged_kind_of_a_row_is_told_as_merged(tmp_path: Path) -> None:
    found = laid_out(tmp_path / "a.xlsx", merged("B2:B3"), WIDE, wide(1), wide(2))
    assert [(f.row, f.column, f.reason) for f in found.faults] == [(3, "类别", MERGED)]


def test_what_a_merged_cell_hides_is_not_imported(tmp_path: Path) -> None:
    """Other programs leave content below merged cells, where nobody sees it."""
    path, hidden = tmp_path / "a.xlsx", tmp_path / "hidden.xlsx"
    laid_out(path, lambda page: None, WIDE, wide(1), wide(2, co="王五（D0003）"))
    book = load_workbook(path)
    book["代表建议"].merged_cells.add("K2:K3")
    book.save(hidden)
    [_, second] = read_rows(hidden, LEDGERS).rows
    assert second.values["附议人"] == ""


def test_headings_of_two_merged_lines_are_read(tmp_path: Path) -> None:
    above = [*HEAD[:3], "提案者", None, *HEAD[4:]]
    below = [*[None] * 3, "领衔人", "附议人"]
    row = line(1, "建议")
    row.insert(4, "李四（D0002）")
    downwards = [f"{letter}2:{letter}3" for letter in "ABCFGHIJ"]
    lay = merged("A1:J1", "D2:E2", *downwards)
    found = laid_out(tmp_path / "a.xlsx", lay, ["2025 年代表建议"], above, below, row)
    assert [(r.number, r.values["附议人"]) for r in found.rows] == [(4, "李四（D0002）")]
    assert (found.faults, found.remarks) == ([], [])
    assert found.heads["代表建议"].line == 3


def test_a_reason_stands_beside_the_lower_of_two_heading_lines(tmp_path: Path) -> None:
    lay = merged("D1:D2", *(f"{letter}1:{letter}2" for letter in "ABCEFGHI"))
    path = tmp_path / "a.xlsx"
    found = laid_out(path, lay, HEAD, [], line(1, "意见"))
    copy, _ = write_report(path, found.faults, found.heads)
    again = read_rows(copy, LEDGERS)
    assert (again.faults, again.remarks) == (found.faults, found.remarks)


def test_instructions_may_stand_above_the_headings(tmp_path: Path) -> None:
    above = [[f"{n}. 请如实填写本表。"] for n in range(1, 21)]
    found = laid_out(tmp_path / "a.xlsx", lambda page: None, *above, HEAD, line(1, "建议"))
    assert [row.number for row in found.rows] == [22]


def test_headings_in_another_order_end_the_table(tmp_path: Path) -> None:
    """The rows below would have title and text exchanged."""
    other = [*HEAD]
    title, text = other.index("案由"), other.index("内容")
    other[title], other[text] = other[text], other[title]
    lines = [HEAD, line(1, "建议"), HEAD, line(2, "建议"), other, line(3, "建议")]
    found = laid_out(tmp_path / "a.xlsx", lambda page: None, *lines)
    assert [row.number for row in found.rows] == [2, 4]
    assert [(f.row, f.reason) for f in found.faults] == [(5, OTHERWISE)]


def test_another_ledger_below_is_not_read_as_rows(tmp_path: Path) -> None:
    petitions = ["流水号", "信访日期", "信访形式", "主题", "标题", "内容"]
    lines = [HEAD, line(1, "建议"), ["信访"], petitions, [7, "2025-03-03", "来信", "城建", "甲"]]
    found = laid_out(tmp_path / "a.xlsx", lambda page: None, *lines)
    assert [row.number for row in found.rows] == [2]
    assert [(f.row, f.reason) for f in found.faults] == [(4, OTHERWISE)]


def test_a_hidden_sheet_that_is_left_out_is_told(tmp_path: Path) -> None:
    def lay(page: Worksheet) -> None:
        assert page.parent
        last_year = page.parent.create_sheet("去年")
        last_year.append(["号码", *HEAD[1:]])
        last_year.sheet_state = "veryHidden"

    found = laid_out(tmp_path / "a.xlsx", lay, HEAD, line(1, "建议"))
    assert [*map(str, found.remarks)] == ["工作表“去年”是隐藏的，也不是已知的台账，未读入"]


def test_the_same_printed_number_twice_in_a_file_is_a_fault_of_the_preview(tmp_path: Path) -> None:
    """One of the two would be registered and the other refused, or both registered."""
    rows = [
        wide(1, no="第58号"),
        wide(2, no="58"),
        wide(3, no="59"),
        wide(4, no="十五届五次第58号"),
    ]
    found = laid_out(tmp_path / "a.xlsx", lambda page: None, WIDE, *rows)
    told = [f for f in preview(found, DIRECTORY).faults if f.field == "external_no"]
    assert [(f.row, f.column, f.reason) for f in told] == [(3, "编号", "编号与第 2 行重复")]
