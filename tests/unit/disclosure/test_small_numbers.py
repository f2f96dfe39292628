"""Numbers that would point at people are not shown, nor computed from what is shown."""

import asyncio

from hypothesis import example, given
from hypothesis import strategies as st

from services.disclosure.site.figures import MEASURES, Line, sum_of, without_small
from services.disclosure.site.remembering import Remembered
from services.disclosure.site.small_numbers import LEAST, hidden_cells

counts = st.lists(st.tuples(st.integers(1, 40), st.integers(0, 40)), min_size=1, max_size=8)


@given(counts)
def test_no_small_number_is_shown_and_none_can_be_computed(rows: list[tuple[int, int]]) -> None:
    columns = {"registered": [n for n, _ in rows], "closed": [min(n, c) for n, c in rows]}
    cells = hidden_cells(columns, set(range(len(rows))))
    for name, numbers in columns.items():
        away = [n for n, cell in zip(numbers, cells, strict=True) if name in cell]
        shown = [n for n, cell in zip(numbers, cells, strict=True) if name not in cell]
        assert not [n for n in shown if 0 < n < LEAST]
        assert len(away) != 1 or not [n for n in shown if n]
    assert all("closed" in cell for cell in cells if "registered" in cell)


@given(
    st.lists(
        st.tuples(st.integers(0, 9), st.integers(0, 9), st.integers(0, 9), st.booleans()),
        min_size=1, max_size=5,
    )
)  # fmt: skip
@example([(1, 1, 0, True), (1, 0, 0, True), (9, 9, 0, True)])
@example([(9, 3, 0, True), (8, 0, 0, True)])
@example([(2, 0, 0, False), (1, 0, 0, True)])
def test_no_sum_gives_a_hidden_number_away(rows: list[tuple[int, int, int, bool]]) -> None:
    lines = [Line("", n, min(n, c), min(n, p), 0) for n, c, p, _ in rows]
    shown = without_small(lines, {at for at, row in enumerate(rows) if row[3]})
    total = sum_of(shown)
    for name in MEASURES:
        away = [getattr(line, name) for line in shown if not line.shows(name)]
        away = [number for number in away if number]
        assert not away or not total.shows(name) or (len(away) > 1 and sum(away) >= LEAST)
    assert total.shows("registered") or not total.shows("closed")


def test_lines_that_are_public_anyway_are_hidden_only_beside_a_single_small_one() -> None:
    cells = hidden_cells({"registered": [3, 9, 2]}, {2})
    assert cells == [{"registered"}, frozenset(), {"registered"}]
    assert hidden_cells({"registered": [3, 9, 2]}, set()) == [frozenset()] * 3


def test_the_total_of_a_single_hidden_line_is_hidden_too() -> None:
    [line] = without_small([Line("letter", 1, 1, 0, 1)], {0})
    assert not line.shows("registered")
    assert not sum_of([line]).shows("registered")
    both = without_small([Line("letter", 1, 1, 0, 3), Line("visit", 2, 0, 0, 3)], {0, 1})
    assert not sum_of(both).shows("registered")


async def test_readers_who_come_at_once_share_one_read_for_a_few_seconds() -> None:
    now, reads = [0.0], 0

    async def read() -> int:
        nonlocal reads
        reads += 1
        await asyncio.sleep(0)
        return reads

    remembered = Remembered(seconds=5, clock=lambda: now[0])
    assert await asyncio.gather(*(remembered.of("counted", read) for _ in range(9))) == [1] * 9
    now[0] = 4.9
    assert await remembered.of("counted", read) == 1
    now[0] = 5.0
    assert await remembered.of("counted", read) == 2
