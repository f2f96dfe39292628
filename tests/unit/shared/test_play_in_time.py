"""The sample year is played from its first day on, or not at all."""

from datetime import date, timedelta

import pytest

from shared.demo.stage import TooLate, in_time
from shared.demo.year import at_nine

FIRST = date(2025, 1, 8)


@pytest.mark.parametrize("days", [-3, 0])
def test_before_the_first_day_and_on_it_the_play_may_begin(days: int) -> None:
    in_time(at_nine(FIRST) + timedelta(days=days), FIRST)


def test_where_time_is_further_nothing_is_registered() -> None:
    with pytest.raises(TooLate, match=r"2025-06-15.+make reset"):
        in_time(at_nine(date(2025, 6, 15)), FIRST)
