"""Announced heads: a relay that wakes late does not hide how far the log has come."""

from datetime import UTC, datetime

import pytest

from shared.kafka.log_heads import Announced, newer
from shared.kernel.log_position import LogHead

NOW = datetime(2025, 3, 3, 1, tzinfo=UTC)


def announced(seq: int | None) -> Announced:
    return Announced(LogHead(f"unit-a@{seq}", "ab", (seq, 1)) if seq is not None else None, NOW)


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [(1, 2, 2), (2, 1, 2), (None, 1, 1), (1, None, 1), (None, None, None)],
)
def test_the_later_head_counts_whatever_the_order(
    one: int | None, other: int | None, expected: int | None
) -> None:
    assert newer(announced(one), announced(other)) == announced(expected)


def test_of_two_announcements_of_one_head_the_last_counts() -> None:
    again = Announced(announced(1).head, NOW.replace(hour=2))
    assert newer(announced(1), again) is again
    assert newer(None, again) is newer(again, None) is again
