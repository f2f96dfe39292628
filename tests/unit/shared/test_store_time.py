"""How far two clocks are apart, when the answer of the store takes its time."""

from datetime import timedelta

from shared.mongo.store_time import Skew

SECOND = timedelta(seconds=1)


def test_only_what_the_way_of_the_answer_does_not_explain_counts() -> None:
    assert Skew(3 * SECOND, SECOND / 2).exceeds(2 * SECOND)
    assert Skew(-3 * SECOND, SECOND / 2).exceeds(2 * SECOND)
    assert not Skew(3 * SECOND, 2 * SECOND).exceeds(2 * SECOND)
    assert not Skew(3 * SECOND, SECOND).exceeds(2 * SECOND)
