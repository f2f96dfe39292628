"""The marked copy: every fault at its cell, the clerk's own remarks kept, never a traceback."""

from pathlib import Path

import pytest
from openpyxl import Workbook, load_workbook
from openpyxl.comments import Comment
from openpyxl.styles import PatternFill
from openpyxl.worksheet.worksheet import Worksheet

from shared.ledger_import.reading import Fault, Reading, read_rows
from shared.ledger_import.report import write_report
from shared.ledger_import.table import load_ledgers
from shared.ledger_import.template import write_template
from tests.unit.shared.test_ledger_reading import HEAD, NOBODY, line

LEDGERS = load_ledgers(Path("deploy/policies/ledgers.yaml"))
SHEET = "代表建议"
TITLE = Fault(SHEET, 2, "案由", "不能为空")


def saved(path: Path) -> tuple[Path, Worksheet]:
    book = Workbook()
    page = book.active
    assert isinstance(page, Worksheet)
    page.title = SHEET
    page.append(HEAD)
    page.append(line(1, "建议"))
    book.save(path)
    return path, page


def report(path: Path, *faults: Fault) -> Path:
    found: Reading = read_rows(path, LEDGERS)
    target, is_copy = write_report(path, faults or (TITLE,), found.heads)
    assert is_copy
    return target


def page_of(path: Path) -> Worksheet:
    page = load_workbook(path)[SHEET]
    assert isinstance(page, Worksheet)
    return page


def test_a_merged_cell_is_marked_at_its_first_cell(tmp_path: Path) -> None:
    path, page = saved(tmp_path / "a.xlsx")
    page.append(line(2, "建议"))
    page.merge_cells("C2:C3")
    page.parent.save(path)
    marked = page_of(report(path, Fault(SHEET, 3, "案由", "不能为空")))
    assert marked["C2"].comment.text == "【督办平台】不能为空"
    assert marked["J3"].value == "案由：不能为空"


def test_the_remark_and_the_colour_of_the_clerk_stay(tmp_path: Path) -> None:
    path, page = saved(tmp_path / "a.xlsx")
    page["C2"].comment = Comment("请老王补充", "小李")
    page["C2"].fill = PatternFill("solid", fgColor="FF00FF00")
    page.parent.save(path)
    marked = page_of(report(path, TITLE, Fault(SHEET, 2, "案由", "太短")))["C2"]
    assert marked.comment.text == "请老王补充\n【督办平台】不能为空；太短"
    assert marked.comment.author == "小李"
    assert marked.fill.fgColor.rgb == "FF00FF00"


def test_what_the_clerk_has_answered_below_a_mark_stays(tmp_path: Path) -> None:
    path, page = saved(tmp_path / "a.xlsx")
    page["C2"].comment = Comment("请老王补充\n【督办平台】旧的；更旧的\n小李：已电话核实", "小李")
    page["D2"].comment = Comment("【督办平台】旧的\n小李：没有错", "督办平台")
    page.parent.save(path)
    marked = page_of(report(path))
    assert marked["C2"].comment.text == "请老王补充\n小李：已电话核实\n【督办平台】不能为空"
    assert marked["D2"].comment.text == "小李：没有错"


def test_marks_of_the_round_before_are_gone_from_the_next_copy(tmp_path: Path) -> None:
    path, page = saved(tmp_path / "a.xlsx")
    page["C2"].comment = Comment("请老王补充", "小李")
    page.parent.save(path)
    first = report(path, TITLE, Fault(SHEET, 2, "届次", "不是届次"))
    second = page_of(report(first, Fault(SHEET, 2, "届次", "还不是届次")))
    assert second["C2"].comment.text == "请老王补充"
    assert second["C2"].fill.fill_type is None
    assert second["E2"].comment.text == "【督办平台】还不是届次"
    assert [cell.value for cell in second["J"]] == ["导入错误原因", "届次：还不是届次"]
    assert second.max_column == 10


def test_a_copy_is_written_over_until_the_clerk_has_worked_in_it(tmp_path: Path) -> None:
    path, _ = saved(tmp_path / "a.xlsx")
    first = report(path)
    assert report(path) == first == tmp_path / "a-错误.xlsx"
    book = load_workbook(first)
    book.properties.lastModifiedBy = "小李"
    book.save(first)
    assert report(path) == tmp_path / "a-错误2.xlsx"
    assert load_workbook(first).properties.lastModifiedBy == "小李"


@pytest.mark.parametrize("text", ["=1+1", "甲\x0b乙", "+86", "@x"])
def test_words_of_the_file_are_no_formula_and_no_broken_part(tmp_path: Path, text: str) -> None:
    path, _ = saved(tmp_path / "a.xlsx")
    marked = page_of(report(path, Fault(SHEET, 2, "案由", text)))
    assert str(marked["J2"].value).startswith("案由：")
    assert marked["J2"].data_type == "s"


def test_where_no_copy_can_be_made_there_is_a_list(tmp_path: Path) -> None:
    path, _ = saved(tmp_path / "a.xlsx")
    path.write_bytes(path.read_bytes()[:-200])
    target, is_copy = write_report(path, (TITLE, Fault("表", 3, "=甲", "乙\x0b")), {})
    assert not is_copy
    lines = [[cell.value for cell in line] for line in load_workbook(target).active.iter_rows()]
    assert lines == [
        ["工作表", "行", "列", "原因"],
        [SHEET, 2, "案由", "不能为空"],
        ["表", 3, "'=甲", "乙�"],
    ]


def test_a_sheet_formatted_to_its_last_cell_is_marked_as_quickly_as_another(tmp_path: Path) -> None:
    path, page = saved(tmp_path / "a.xlsx")
    page.cell(1_048_576, 16_384).fill = PatternFill("solid", fgColor="FF00FF00")
    page.parent.save(path)
    marked = page_of(report(report(path)))
    assert marked["C2"].comment.text == "【督办平台】不能为空"
    assert marked["J2"].value == "案由：不能为空"


def test_a_long_name_is_shortened(tmp_path: Path) -> None:
    path, _ = saved(tmp_path / f"{'建' * 83}.xlsx")
    assert report(path).name == f"{'建' * 75}-错误.xlsx"


def test_a_copy_stands_at_home_where_its_folder_cannot_be_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path, _ = saved(tmp_path / "a.xlsx")
    found = read_rows(path, LEDGERS)
    monkeypatch.setenv("HOME", str(tmp_path))
    moved = write_report(tmp_path / "gone" / "a.xlsx", (TITLE,), found.heads)
    assert moved == (tmp_path / "a-错误清单.xlsx", False)


@pytest.mark.parametrize("ledger", LEDGERS, ids=lambda ledger: ledger.name)
def test_a_template_is_a_ledger_without_rows(tmp_path: Path, ledger: object) -> None:
    path = tmp_path / "a.xlsx"
    write_template(ledger, NOBODY, path)  # type: ignore[arg-type]
    found = read_rows(path, LEDGERS)
    assert (found.rows, found.faults, found.remarks) == ([], [], [])
    with pytest.raises(FileExistsError):
        write_template(ledger, NOBODY, path)  # type: ignore[arg-type]
