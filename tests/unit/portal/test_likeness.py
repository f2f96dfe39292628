"""Titles are compared by what they are about, not by the words that all titles have."""

import pytest

from services.portal.domain.likeness import MOST_PAIRS, pairs_of, shared_words

DRAINS = "关于在高铁站周边完善城市排水防涝设施的建议"


@pytest.mark.parametrize(
    ("title", "pairs"),
    [
        ("关于电梯的建议", ["电梯"]),
        ("关于进一步加强的提案", []),
        ("", []),
        (None, []),
        ("公交公交", ["公交", "交公"]),
    ],
)
def test_empty_words_are_left_out(title: str | None, pairs: list[str]) -> None:
    assert pairs_of(title) == pairs


def test_width_and_case_do_not_matter() -> None:
    assert pairs_of("关于５Ｇ基站的建议") == pairs_of("关于5g 基站的提案")


def test_the_longest_words_that_both_have_are_the_reason() -> None:
    other = pairs_of("关于加快高铁站片区排水防涝的提案")
    assert shared_words(DRAINS, other) == ["高铁站", "排水防涝"]
    assert shared_words(DRAINS, []) == []


def test_a_long_title_has_a_bounded_number_of_pairs() -> None:
    assert len(pairs_of("".join(chr(0x4E00 + n) for n in range(200)))) == MOST_PAIRS
