"""Ledgers are read to the last row: what no ledger takes is told, and where."""

from pathlib import Path
from typing import Any
from zipfile import ZipFile

import pytest
from openpyxl import Workbook, load_workbook
from pydantic import TypeAdapter

from services.intake.schemas import NewCase
from shared.ledger_import.checking import Directory, checked
from shared.ledger_import.client import Refused
from shared.ledger_import.importing import fault_of
from shared.ledger_import.opening import UnreadableLedger
from shared.ledger_import.reading import Fault, Reading, Row, read_rows
from shared.ledger_import.report import write_report
from shared.ledger_import.table import load_ledgers

LEDGERS = load_ledgers(Path("deploy/policies/ledgers.yaml"))
BY_NAME = {one.name: one for one in LEDGERS}
HEAD = ["流水号", "类别", "案由", "领衔人", "届次", "收到日期", "提出时间", "内容", "分类"]
NOBODY = Directory(units={}, regions={}, deputies={})
UNTAKEN = "应为 建议、提案，现为“{}”，未导入"


def read(path: Path, *sheets: tuple[str, list[list[Any]]], hidden: str = "") -> Reading:
    book = Workbook()
    for name, lines in sheets:
        page = book.create_sheet(name)
        for line in lines:
            page.append(line)
        page.sheet_state = "hidden" if name == hidden else "visible"
    book.remove(book.worksheets[0])
    book.save(path)
    return read_rows(path, LEDGERS)


def line(number: object, sort: str | None) -> list[object]:
    paper = [
        "关于停车的建议",
        "唐宏伟（D0001）",
        "十五届四次",
        "2025-03-03",
        "会中",
        "停车难。",
        "城建",
    ]
    return [number, sort, *paper]


def test_blanks_around_what_a_row_says_do_not_matter(tmp_path: Path) -> None:
    found = read(tmp_path / "a.xlsx", ("代表建议", [["2025 年"], HEAD, line(1, "建议 ")]))
    assert [(row.number, row.ledger.name) for row in found.rows] == [(3, "suggestions")]
    assert found.faults == []


def test_a_row_that_no_ledger_takes_is_a_fault_at_its_column(tmp_path: Path) -> None:
    lines = [HEAD, line(1, "建议"), line(2, None), line(3, "意见"), [None, " "], line(5, "提案")]
    found = read(tmp_path / "a.xlsx", ("代表建议", lines))
    assert [row.number for row in found.rows] == [2, 6]
    assert found.faults == [
        Fault("代表建议", 3, "类别", UNTAKEN.format("")),
        Fault("代表建议", 4, "类别", UNTAKEN.format("意见")),
    ]


def test_a_sheet_that_no_ledger_knows_is_a_fault_unless_empty_or_hidden(tmp_path: Path) -> None:
    mistyped = ["号码", *HEAD[1:]]
    good = ("代表建议", [HEAD, line(1, "建议")])
    bad = ("政协提案", [["2025 年"], mistyped, line(1, "提案")])
    found = read(
        tmp_path / "a.xlsx", good, bad, ("空表", []), ("代码", [["甲", "乙"]]), hidden="代码"
    )
    reason = "不是已知的台账，整表未导入；表头缺少 流水号"
    assert found.faults == [Fault("政协提案", 2, "表头", reason)]


def test_a_workbook_without_any_ledger_is_refused_as_a_whole(tmp_path: Path) -> None:
    with pytest.raises(UnreadableLedger, match="没有可识别的台账工作表"):
        read(tmp_path / "a.xlsx", ("说明", [["甲"]]))


def test_a_heading_means_what_its_own_ledger_calls_so_and_may_stand_on_every_page(
    tmp_path: Path,
) -> None:
    head = ["序号", "类别", "标题", "领衔代表", "届次", "收件日期", "提出时间", "内容", "分类"]
    lines = [head, line(1, "建议"), head, line(2, "建议"), ["本页小计", 2, 2], ["累计", 5, 6]]
    found = read(tmp_path / "a.xlsx", ("代表建议", lines))
    assert [row.number for row in found.rows] == [2, 4]
    assert found.rows[0].values["案由"] == "关于停车的建议"
    assert found.faults == []


def test_content_without_a_heading_is_said(tmp_path: Path) -> None:
    head = [*HEAD[:4], None, *HEAD[4:]]
    row = line(1, "建议")
    row.insert(4, "李四（D0002）")
    found = read(tmp_path / "a.xlsx", ("代表建议", [head, row, [None] * 12]))
    assert [*map(str, found.remarks)] == ["工作表“代表建议”的第 E 列没有表头，其中的内容未读入"]


def test_a_name_that_no_file_can_have_is_no_file() -> None:
    with pytest.raises(UnreadableLedger, match="文件不存在"):
        read_rows(Path("x" * 5000 + ".xlsx"), LEDGERS)


def test_the_copy_shows_every_fault_where_it_is(tmp_path: Path) -> None:
    source = tmp_path / "a.xlsx"
    lines = [HEAD, line(1, "建议"), line(2, "意见")]
    found = read(source, ("代表建议", lines), ("说明", [["甲", "乙"]]))
    target, is_copy = write_report(source, found.faults, found.heads)
    assert is_copy
    assert target.name == "a-错误.xlsx"
    book = load_workbook(target)
    assert book["代表建议"]["B3"].comment.text == "【督办平台】" + UNTAKEN.format("意见")
    assert book["代表建议"]["J1"].value == "导入错误原因"
    assert book["代表建议"]["J3"].value == "类别：" + UNTAKEN.format("意见")
    assert book["说明"]["C1"].value.startswith("表头：不是已知的台账")


@pytest.mark.parametrize(
    ("ledger", "field", "column"),
    [
        ("suggestions", "received_on", "收到日期"),
        ("suggestions", "channel", "提出时间"),
        ("suggestions", "proposers", "领衔人"),
        ("suggestions", "proposers.0.person", "领衔人"),
        ("suggestions", "no_consent_reason", "不公开原由"),
        ("petitions", "proposers.0.phone", "联系电话"),
        ("petitions", "received_on", "信访日期"),
        ("petitions", "people", "涉及人数"),
        ("petitions", "visitors", "来访人数"),
        ("petitions", "directed", "告知去向"),
        ("petitions", "agency", "流水号"),
    ],
)
def test_a_refusal_is_shown_at_the_column_of_its_field(
    ledger: str, field: str, column: str
) -> None:
    row = Row("表", 7, BY_NAME[ledger], {})
    refused = Refused(409, {"rule": "x", "detail": "不行", "field": field})
    assert fault_of(row, refused) == Fault("表", 7, column, "不行")


def test_of_a_form_that_is_wrong_the_first_fault_is_told() -> None:
    row = Row("表", 7, BY_NAME["suggestions"], {})
    error = {"field": "title", "rule": "string-too-long", "message": "超过 200 字"}
    problem = {"rule": "validation", "detail": "内容不符合要求", "errors": [error]}
    assert fault_of(row, Refused(422, problem)) == Fault("表", 7, "案由", "超过 200 字")


def test_a_workbook_with_a_broken_sheet_is_refused_in_a_sentence(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    with ZipFile("deploy/samples/petitions.xlsx") as whole, ZipFile(path, "w") as copy:
        for part in whole.namelist():
            content = whole.read(part)
            copy.writestr(part, content[:3000] if part.endswith("sheet1.xml") else content)
    with pytest.raises(UnreadableLedger, match="不是可读取的 Excel 工作簿"):
        read_rows(path, LEDGERS)


@pytest.mark.parametrize("name", ["suggestions-proposals", "petitions", "mailbox"])
def test_the_number_printed_in_a_ledger_is_the_papers_number_elsewhere(name: str) -> None:
    rows = read_rows(Path(f"deploy/samples/{name}.xlsx"), LEDGERS).rows
    found = [checked(row, NOBODY)[0]["external_no"] for row in rows]
    printed = TypeAdapter(NewCase.model_fields["external_no"].annotation)
    assert [printed.validate_python(number) for number in found] == found
    assert len(set(found)) == len(found) > 70


def test_a_ledger_without_printed_numbers_is_read_as_well(tmp_path: Path) -> None:
    (row,) = read(tmp_path / "a.xlsx", ("代表建议", [HEAD, line(1, "建议")])).rows
    assert "external_no" not in checked(row, NOBODY)[0]
