"""Every day, in every form and with every time of day, is read as itself."""

from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shared.ledger_import.cells import UnclearCell, day

FORMS = (
    "{0.year}-{0.month}-{0.day}", "{0.year}/{0.month}/{0.day}", "{0.year}.{0.month}.{0.day}",
    "{0.year}、{0.month}、{0.day}", "{0:%Y%m%d}",
    "{0.year}年{0.month}月{0.day}日", "{0.year} 年 {0.month} 月 {0.day} 日", "{0:%Y-%m-%d}",
    "{0.year}年{0.month}月{0.day}号", "{0.year}年{0.month}月{0.day}", "'{0:%Y-%m-%d}",
    "{0.year} {0.month} {0.day}",
)  # fmt: skip
TIMES = (
    "", " 10:05", " 1:05", " 11:11:11", " 09:00:00.000", " 10时05分", " 下午3时", " 下午 3:05",
    " 3:05 PM", " 上午", "　23:59",
)  # fmt: skip


@settings(max_examples=150, derandomize=True, deadline=None)
@given(
    of=st.dates(date(1990, 1, 1), date(2099, 12, 31)),
    form=st.sampled_from(FORMS),
    time=st.sampled_from(TIMES),
)
def test_the_time_of_a_day_is_no_part_of_its_number(of: date, form: str, time: str) -> None:
    assert day(form.format(of) + time) == of


@pytest.mark.parametrize(
    "text",
    [
        "二○二五年三月三日", "二O二五年三月三号", "二0二五年三月三日", "二◯二五年〇三月〇三日",
        "2025年三月三日", "二〇二五年3月3日", "2025年3月3日星期一", "2025-03-03 周一 10:00",
        "2025/3/3（一）", "20250303 10:20", "20250303102030", "2025.03.03.", "公元2025年3月3日。",
        "2025-03-03T08:30:00+08:00", "2025-03-02T20:00:00Z", "2025-03-02 16:00:00.5Z", "2025。3。3",
    ],
)  # fmt: skip
def test_a_day_of_papers_and_systems_is_read(text: str) -> None:
    assert day(text) == date(2025, 3, 3)


def test_the_first_month_and_a_leap_day_have_names_of_their_own() -> None:
    assert day("二○二四年元月一日") == date(2024, 1, 1)
    assert day("二○二四年二月二十九日 9:00") == date(2024, 2, 29)


@pytest.mark.parametrize(
    ("text", "of"),
    [
        ("贰零贰伍年叁月叁日", date(2025, 3, 3)),
        ("二○二五年拾贰月廿一日", date(2025, 12, 21)),
        ("2025年十二月卅一日", date(2025, 12, 31)),
        ("2025年3月廿日", date(2025, 3, 20)),
    ],
)
def test_formal_and_short_numerals_are_numerals(text: str, of: date) -> None:
    assert day(text) == of


@pytest.mark.parametrize(
    "text",
    [
        "2025-3-310:05", "2025-1-1 1日", "2025年3月3日至4日", "2025-03-03（补登）", "2025/3/3/4",
        "2025-02-29 10:00", "二○二五年二月二十九日", "2025-03-03T99:00:00Z", "20250303 9", "2025 3",
        "2025年廿一日", "二○二五年二月卅日",
        "0001-01-01T00:00:00+14:00",
    ],
)  # fmt: skip
def test_of_two_possible_days_neither_is_chosen(text: str) -> None:
    with pytest.raises(UnclearCell, match="应为日期"):
        day(text)
