"""Workbooks of strangers: measured before they are read, and every odd one is a sentence."""

import random
import zipfile
from collections.abc import Callable, Mapping
from contextlib import suppress
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from openpyxl import Workbook, load_workbook

from shared.ledger_import.extent import SheetScan
from shared.ledger_import.isolation import read_apart, report_apart
from shared.ledger_import.opening import UnreadableLedger
from shared.ledger_import.reading import Fault, Reading, read_rows
from shared.ledger_import.remarks import Remark
from shared.ledger_import.table import Ledger, load_ledgers

LEDGERS = load_ledgers(Path("deploy/policies/ledgers.yaml"))
SAMPLE = Path("deploy/samples/petitions.xlsx")
SHEET = "xl/worksheets/sheet1.xml"
MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"


def parts_of(path: Path) -> dict[str, bytes]:
    with zipfile.ZipFile(path) as book:
        return {name: book.read(name) for name in book.namelist()}


def packed(path: Path, parts: Mapping[str, bytes]) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as book:
        for name, content in parts.items():
            book.writestr(name, content)
    return path


def with_sheet(path: Path, cells: str) -> Path:
    sheet = f'<worksheet xmlns="{MAIN}"><sheetData>{cells}</sheetData></worksheet>'
    return packed(path, parts_of(SAMPLE) | {SHEET: sheet.encode()})


FAR = {
    "a far cell": '<row r="1048576"><c r="XFD1048576"><v>1</v></c></row>',
    "a far column": '<row r="1"><c r="XFD1" t="inlineStr"><is><t>x</t></is></c></row>',
    "a row without cells in between": '<row r="900000"><c><v>1</v></c></row>',
    "a cell that names another row": '<row r="1"><c r="A1000000"><f>1</f></c></row>',
    "an address that is none": '<row r="1"><c r="ZZZZ99999999"><v>1</v></c></row>',
}


@pytest.mark.parametrize("cells", FAR.values(), ids=FAR)
def test_a_small_file_that_asks_for_much_is_refused_before_it_is_read(
    tmp_path: Path, cells: str
) -> None:
    path = with_sheet(tmp_path / "a.xlsx", cells)
    with pytest.raises(UnreadableLedger, match=r"超出|无效"):
        read_rows(path, LEDGERS)


def test_format_without_content_to_the_last_row_does_no_harm(tmp_path: Path) -> None:
    empty = (
        '<row r="1"><c r="A1"><v>1</v></c></row><row r="1048576"><c r="XFD1048576" s="1"/></row>'
    )
    with pytest.raises(UnreadableLedger, match="没有可识别的台账"):
        read_rows(with_sheet(tmp_path / "a.xlsx", empty), LEDGERS)


@pytest.mark.parametrize("named", [lambda n: n.replace("/", "\\"), str.upper])
def test_parts_are_measured_however_their_names_are_written(
    tmp_path: Path, named: Callable[[str], str]
) -> None:
    def renamed(parts: Mapping[str, bytes]) -> dict[str, bytes]:
        return {named(name) if name.startswith("xl/") else name: parts[name] for name in parts}

    sheet = parts_of(SAMPLE)[SHEET].replace(b'<row r="3"', b'<row hidden="1" r="3"')
    path = packed(tmp_path / "a.xlsx", renamed(parts_of(SAMPLE) | {SHEET: sheet}))
    assert any("第 3 行" in str(remark) for remark in read_rows(path, LEDGERS).remarks)
    far = with_sheet(tmp_path / "a.xlsx", FAR["a far cell"])
    with pytest.raises(UnreadableLedger, match="超出"):
        read_rows(packed(path, renamed(parts_of(far))), LEDGERS)


def merged(area: str) -> bytes:
    sheet = parts_of(SAMPLE)[SHEET].decode()
    merges = f'</sheetData><mergeCells count="1"><mergeCell ref="{area}"/></mergeCells>'
    return sheet.replace("</sheetData>", merges).encode()


def test_a_merged_cell_of_millions_is_refused_and_one_of_a_line_is_not(tmp_path: Path) -> None:
    for area in ("A9:XFD1048576", "A1:A1048576", "XFD1048576:A1"):
        path = packed(tmp_path / "a.xlsx", parts_of(SAMPLE) | {SHEET: merged(area)})
        with pytest.raises(UnreadableLedger, match="合并单元格"):
            read_rows(path, LEDGERS)
    path = packed(tmp_path / "a.xlsx", parts_of(SAMPLE) | {SHEET: merged("A1:XFD1")})
    assert read_rows(path, LEDGERS).rows


def test_a_part_that_unpacks_to_hundreds_of_megabytes_is_refused(tmp_path: Path) -> None:
    bomb = packed(tmp_path / "a.xlsx", parts_of(SAMPLE) | {"xl/media/a.bin": bytes(2**28 + 1)})
    with pytest.raises(UnreadableLedger, match="解压后超过"):
        read_rows(bomb, LEDGERS)


def test_entities_are_refused(tmp_path: Path) -> None:
    book = b'<!DOCTYPE x [<!ENTITY a "aaaa">]><workbook><x>&a;</x></workbook>'
    path = packed(tmp_path / "a.xlsx", parts_of(SAMPLE) | {"xl/workbook.xml": book})
    with pytest.raises(UnreadableLedger, match="实体声明"):
        read_rows(path, LEDGERS)


def test_a_row_without_height_and_a_column_without_width_are_hidden(tmp_path: Path) -> None:
    """As other programs than Excel hide them."""
    columns = '<cols><col min="1" max="1" width="9"/><col min="3" max="4" width="0"/></cols>'
    rows = '<row r="1" ht="15"/><row r="2" ht="0" customHeight="1"/><row r="3" ht="0.0"/>'
    scan = SheetScan("信访")
    page = f"<worksheet>{columns}<sheetData>{rows}</sheetData></worksheet>"
    with zipfile.ZipFile(packed(tmp_path / "a.xlsx", {SHEET: page.encode()})) as book:
        scan.read(book, SHEET)
    assert (scan.hidden, scan.hidden_columns) == ([2, 3], {3, 4})


def test_hidden_sheets_rows_and_left_out_columns_are_said(tmp_path: Path) -> None:
    book = Workbook()
    page = book.active
    page.title = "信访"
    page.append(
        ["流水号", "信访日期", "信访形式", "主题", "姓名", "标题", "内容", "所属区县", "*备 注"]
    )
    page.append([1, "2025-03-03", "来信", "城建", "张三", "甲", "乙", "东区", "见附件"])
    page.append([2, "2025-03-03", "来信", "城建", "李四", "甲", "乙", "东区"])
    page.append(["合计", None, None, None, "2 件"])
    page.append([3])
    page.append(["注：以上为一季度来信"])
    page.row_dimensions[3].hidden = True
    page.column_dimensions.group("C", "D", hidden=True)
    page.sheet_state = "hidden"
    book.create_sheet("说明")
    book.save(tmp_path / "a.xlsx")
    reading = read_rows(tmp_path / "a.xlsx", LEDGERS)
    assert [row.number for row in reading.rows] == [2, 3]
    assert reading.rows[0].values["*备 注"] == "见附件"
    assert reading.faults == []
    assert not any("工作表" in each.english for each in reading.remarks)
    assert [*map(str, reading.remarks)] == [
        "工作表“信访”是隐藏的，其中的行也已读入",
        "工作表“信访”的以下各列是隐藏的，也已读入：信访形式、主题",
        "工作表“信访”的以下各列不是登记内容，未读入：*备 注",
        "工作表“信访”第 4 行（“合计”）不是登记内容，未读入",
        "工作表“信访”第 5 行（“3”）不是登记内容，未读入",
        "工作表“信访”第 6 行（“注：以上为一季度来信”）不是登记内容，未读入",
        "工作表“信访”有 1 行是隐藏的（含被筛选掉的），也已读入：第 3 行",
    ]


def kill(path: Path, ledgers: tuple[Ledger, ...]) -> Reading:
    import os  # noqa: PLC0415 - runs in the other process

    os.abort()


def swallow(path: Path, ledgers: tuple[Ledger, ...]) -> Reading:
    return Reading(remarks=[Remark("x" * 2**33, "")])


@pytest.mark.parametrize("read", [kill, swallow])
def test_a_file_that_breaks_its_reader_breaks_nothing_else(read: Callable[..., Reading]) -> None:
    with pytest.raises(UnreadableLedger, match="用尽了内存或时间"):
        read_apart(SAMPLE, LEDGERS, read)


def kill_writer(*given: object) -> tuple[Path, bool]:
    import os  # noqa: PLC0415 - runs in the other process

    os.abort()


def test_a_copy_that_breaks_its_writer_becomes_a_list(tmp_path: Path) -> None:
    source, faults = tmp_path / "a.xlsx", [Fault("信访件", 2, "标题", "不能为空")]
    source.write_bytes(SAMPLE.read_bytes())
    there = report_apart(source, faults, {}, kill_writer)
    assert there == (tmp_path / "a-错误清单.xlsx", False)
    assert report_apart(source, faults, {}) == (tmp_path / "a-错误.xlsx", True)


def test_what_is_read_apart_is_what_is_read(tmp_path: Path) -> None:
    there, here = read_apart(SAMPLE, LEDGERS, read_rows), read_rows(SAMPLE, LEDGERS)
    assert there == here
    assert len(there.rows) > 70


def test_no_library_speaks_to_the_terminal_about_an_odd_cell(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    """As of a number that is formatted as a day and is none."""
    book = load_workbook(SAMPLE)
    cell = book.worksheets[0]["C5"]
    cell.value, cell.number_format = 10**20, "yyyy-mm-dd"
    book.save(tmp_path / "a.xlsx")
    reading = read_apart(tmp_path / "a.xlsx", LEDGERS, read_rows)
    report_apart(tmp_path / "a.xlsx", [Fault("来信", 5, "", "x")], reading.heads)
    assert capfd.readouterr() == ("", "")


def broken(parts: Mapping[str, bytes], name: str, seed: int) -> bytes:
    """Changes, drops or doubles a few bytes of a part."""
    content, dice = bytearray(parts[name]), random.Random(seed)
    for _ in range(dice.randint(1, 8)):
        at = dice.randrange(len(content))
        content[at : at + dice.choice((0, 1, 9, 500))] = dice.randbytes(dice.choice((0, 1, 9)))
    return bytes(content)


@settings(
    max_examples=60, deadline=timedelta(seconds=30), suppress_health_check=list(HealthCheck),
    derandomize=True,
)  # fmt: skip
@given(part=st.integers(0, 30), seed=st.integers(0, 2**32))
@example(part=0, seed=0)
def test_a_damaged_workbook_is_read_or_refused_in_a_sentence(
    tmp_path: Path, part: int, seed: int
) -> None:
    parts = parts_of(SAMPLE)
    name = sorted(parts)[part % len(parts)]
    path = packed(tmp_path / "a.xlsx", parts | {name: broken(parts, name, seed)})
    reading = Reading()
    with suppress(UnreadableLedger):  # anything else is a fault of ours
        reading = read_rows(path, LEDGERS)
    assert all(row.ledger.name == "petitions" for row in reading.rows)
