"""Grams: a text that contains a word has all grams of the word."""

from hypothesis import given
from hypothesis import strategies as st

from shared.kernel.grams import LONGEST_NUMBER, MOST_ASKED, grams_in, grams_of

SIGNS = st.text("雨水管网改造第号年0123456789ab-〔〕\n", min_size=1, max_size=30)


@given(text=SIGNS, begin=st.integers(0, 29), length=st.integers(1, 30))
def test_a_text_has_the_grams_of_each_word_within_it(text: str, begin: int, length: int) -> None:
    word = text[begin : begin + length]
    assert set(grams_in([word])) <= set(grams_of(text))


def test_a_number_is_one_gram_and_a_word_is_its_pairs() -> None:
    assert grams_in(["2025年第17号"]) == ["2025", "年第", "<17", "号"]
    assert grams_in(["第1", "12345"]) == ["第", "1", "12345"]
    assert grams_in(["雨水管网", "水管"]) == ["雨水", "水管", "管网"]
    assert grams_in(["雨"]) == ["雨"]
    assert {"17", "1", "7", "<17", "年第", "号"} <= set(grams_of("2025年第17号"))
    assert not {"<1", "<7"} & set(grams_of("2025年第17号"))
    assert "年第17号" not in grams_of("2025年第17号")


def test_few_grams_are_asked_for_from_all_places_of_a_long_search() -> None:
    long = "".join(chr(0x4E00 + at) for at in range(60))
    asked = grams_in([long])
    assert 1 < len(asked) <= MOST_ASKED
    assert asked[0] == long[:2]
    assert asked[-1] in long[40:]
    assert max(map(len, grams_of("1" * 40))) == len("<") + LONGEST_NUMBER
