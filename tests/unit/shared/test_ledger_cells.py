"""Cells of ledgers: days in every way that clerks write them, and texts that Excel has changed."""

from datetime import date, datetime, time, timedelta
from typing import Any

import pytest

from shared.ledger_import.cells import CellError, UnclearCell, day, text_of
from shared.ledger_import.checking import serial
from shared.ledger_import.headings import heading_form

THIRD_OF_MARCH = date(2025, 3, 3)
LATE = datetime(2025, 3, 3, 23, 59)  # noqa: DTZ001 - cells have no zone


@pytest.mark.parametrize(
    "cell",
    [
        "2025-03-03", "2025/3/3", "2025.3.3", "2025年3月3日", "2025年03月03日",
        " 2025-3-3 ", "20250303",
        "２０２５／３／３", "2025 年 3 月 3 日", "2025年3月3日（星期一）",
        "2025-03-03 10:20", "2025/3/3 9:05:00",
        "2025-03-03T10:20:30.123456Z", "2025年3月3日上午9:30",
        "二〇二五年三月三日", "二零二五年三月三日",
        "45719", 45719, 45719.0, 45719.5, LATE, date(2025, 3, 3),
        "2025年3月3",
    ],
)  # fmt: skip
def test_a_day_is_read_as_clerks_write_it(cell: Any) -> None:
    assert day(cell) == THIRD_OF_MARCH


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("二〇二四年十月十日", date(2024, 10, 10)),
        ("二〇二四年十二月二十一日", date(2024, 12, 21)),
        ("二〇二四年十一月三十日", date(2024, 11, 30)),
        ("2024-2-29", date(2024, 2, 29)),
    ],
)
def test_numbers_of_days_in_characters_are_read(text: str, expected: date) -> None:
    assert day(text) == expected


def test_days_of_a_workbook_from_a_macintosh_count_from_1904() -> None:
    assert day(45719 - 1462, from_1904=True) == THIRD_OF_MARCH


@pytest.mark.parametrize(
    "cell",
    [
        None, "", "三月三日", "2025-3", "3/3/2025", "25.3.3", "2025-13-01", "2025-02-29",
        "2025-3/3",
        "昨天", True, 3, 1e300, -45719, float("nan"), float("inf"),
        "2025年2月30日",
        "二〇二五年十十十月三日", "9" * 4000, time(3, 3), timedelta(days=45719),
    ],
)  # fmt: skip
def test_a_cell_that_names_no_day_is_refused_with_what_stands_there(cell: Any) -> None:
    with pytest.raises(UnclearCell, match="应为日期"):
        day(cell)


@pytest.mark.parametrize("cell", ["1905-07-17", date(1905, 7, 17), "0202-05-01", "2205-05-01"])
def test_a_year_that_no_paper_is_of_is_refused(cell: Any) -> None:
    with pytest.raises(UnclearCell, match="年份有误"):
        day(cell)


@pytest.mark.parametrize(
    ("cell", "reason"),
    [
        (CellError("#N/A"), "公式错误值"),
        (date(2025, 1, 2), "当作日期或时间（2025-01-02）"),
        (LATE, "当作日期或时间（2025-03-03）"),
        (1e15, "超过 15 位"),
        (440304199001011234.0, "超过 15 位"),
        ("3.70102E+17", "科学计数"),
        (" 1E+11", "科学计数"),
        ("#REF!", "公式错误值"),
        ("#NAME?", "公式错误值"),
        ("########", "列宽不足"),
    ],
)
def test_a_text_that_excel_has_changed_is_refused(cell: Any, reason: str) -> None:
    with pytest.raises(UnclearCell, match=reason):
        text_of(cell)


@pytest.mark.parametrize(
    ("cell", "text"),
    [
        (13800138000.0, "13800138000"),
        (True, "是"),
        (None, ""),
        (" 甲 ", "甲"),
        (1.5, "1.5"),
        ("#12", "#12"),
        ("E+12 路", "E+12 路"),
    ],
)
def test_the_text_of_a_cell_is_what_the_clerk_sees(cell: Any, text: str) -> None:
    assert text_of(cell) == text


@pytest.mark.parametrize(
    ("cell", "expected"),
    [
        ("001", "1"), (1.0, "1"), ("Ａ００１", "A1"), ("a-007", "A-7"), ("建012", "建12"),
        (" 10 ", "10"), ("0", "0"),
    ],
)  # fmt: skip
def test_one_serial_number_has_one_form(cell: Any, expected: str) -> None:
    assert serial(cell) == expected


@pytest.mark.parametrize("cell", ["-1", "－1", "1-2", "建-", "", "１２３４５６７８９"])
def test_a_serial_number_is_none_of_these(cell: str) -> None:
    with pytest.raises(UnclearCell, match="流水号应为数字"):
        serial(cell)


@pytest.mark.parametrize(
    "heading",
    [
        "收到日期", " 收 到 日 期 ", "收到\n日期", "*收到日期", "收到日期（必填）", "收到日期：",
        "【必填】收到日期", "★收到日期(选填，如2025-01-01)",
    ],
)  # fmt: skip
def test_one_heading_has_one_form(heading: str) -> None:
    assert heading_form(heading) == "收到日期"
