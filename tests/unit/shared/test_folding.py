"""Folding: the one form for comparison."""

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from shared.kernel.folding import folded, same_name, search_words

ALIKE = (
    ("临教建字〔2025〕12号", "临教建字［２０２５］１２号", "临教建字﹝2025﹞ 12 号",
     "临教建字（2025）12号", "临教建字(2025)12号", "临教建字【2025】12号",
     "临教建字[2025]12号", "临教建字\u200b〔2025〕12号"),
    ("买买提·艾力", "买买提•艾力", "买买提・艾力", "买买提･艾力", "买买提‧艾力", "买买提 · 艾力",
     "买买提.艾力", "买买提．艾力"),
    ("张三", "张 三", "张\u3000三", "张\u200b三", "\ufeff张三", "张\u00a0三\u00ad"),
    ("D0001", "ｄ0001", "d０００１"),
    ("12345-2025", "12345－2025", "12345—2025", "12345–2025", "12345−2025"),
    ("金", "\uf90a"),  # a compatibility ideograph
    ("café", "cafe\u0301"),
)  # fmt: skip


@pytest.mark.parametrize("texts", ALIKE)
def test_texts_that_look_alike_are_the_same(texts: tuple[str, ...]) -> None:
    assert {folded(text) for text in texts} == {folded(texts[0])}
    assert same_name(texts[0], texts[-1])


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("张三", "张三三"),
        ("己", "已"),
        ("2025-1", "20251"),
        ("一", "-"),
        ("a·b", "ab"),
        ("3.5", "3·5"),
        ("第3.5条", "第3·5条"),
    ],
)
def test_other_texts_stay_different(one: str, other: str) -> None:
    assert not same_name(one, other)


@given(st.text())
@example("R¸")
def test_folding_twice_changes_nothing(text: str) -> None:
    assert folded(folded(text)) == folded(text)


def test_a_search_has_words_of_any_width() -> None:
    assert search_words(" 电梯\u3000ＡＢＣ  电梯 \u200b ") == ("电梯", "abc")


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ("（预付卡）", ("预付卡",)),
        ("预付卡，古城。", ("预付卡", "古城")),
        ("《古城》/「核心区」", ("古城", "核心区")),
        ("临教字〔2025〕12号", ("临教字(2025)12号",)),
        ("“电梯”：加装？", ("电梯", "加装")),
        ("。。", ("。。",)),
        ("（）", ("()",)),
        ("买买提.艾力", ("买买提·艾力",)),
    ],
)
def test_signs_of_a_sentence_part_words_and_are_none(typed: str, words: tuple[str, ...]) -> None:
    assert search_words(typed) == words
