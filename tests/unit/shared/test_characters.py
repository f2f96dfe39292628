"""Characters that text from outside may have."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.kernel.characters import flaw_of, flaws_in, is_invisible, without_invisible

REFUSED = {
    "text-control": [*map(chr, (*range(9), 11, 12, *range(14, 32), *range(127, 160)))],
    "text-surrogate": ["\ud800", "\udbff", "\udc00", "\udfff"],
    "text-noncharacter": [
        *map(chr, range(0xFDD0, 0xFDF0)),
        *(chr(plane << 16 | end) for plane in range(17) for end in (0xFFFE, 0xFFFF)),
    ],
    "text-direction": list(
        "\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"
    ),
    "text-annotation": list("\u206a\u206f\ufff9\ufffb\U000e0001\U000e0041\U000e007f"),
}
ALLOWED = (
    "关于加强老旧小区加装电梯的建议\n一、现状\r\n\t二、建议",
    "买买提·艾力",
    "𠮷野家 㑇 \ue000",  # rare characters, also of the private use area
    "👨‍👩‍👧 ❤️ é ệ",
    "",
)


@pytest.mark.parametrize("rule", REFUSED)
def test_every_such_character_is_refused_by_its_place(rule: str) -> None:
    for character in REFUSED[rule]:
        flaw = flaw_of(f"标题{character}后")
        assert flaw, ascii(character)
        assert (flaw.rule, flaw.place) == (rule, 3), ascii(character)
        assert f"第 3 个字符（U+{ord(character):04X}）" in flaw.message


@pytest.mark.parametrize("text", ALLOWED)
def test_texts_that_clerks_write_pass(text: str) -> None:
    assert flaw_of(text) is None


def test_a_tower_of_accents_is_refused() -> None:
    assert flaw_of("a" + "\u0301" * 16) is None
    flaw = flaw_of("a" + "\u0301" * 17)
    assert flaw
    assert (flaw.rule, flaw.place) == ("text-marks", 2)


@given(st.characters())
def test_no_other_category_is_refused(character: str) -> None:
    if flaw_of(character):
        assert unicodedata.category(character) in {"Cc", "Cf", "Cn", "Cs"}


@pytest.mark.parametrize(
    "text",
    ["", " \u3000\n", "\u200b\u200d\ufeff", "\u3164", "\u2800\u2060", "\u0301", "\ufe0f\U000e0100"],
)
def test_texts_without_a_visible_character_are_empty(text: str) -> None:
    assert is_invisible(text)
    assert without_invisible({"a": [text, "题"]}) == {"a": ["", "题"]}


def test_a_flaw_is_found_at_any_depth_and_in_keys() -> None:
    body = {"title": "好", "proposers": [{"name": "张\u202e三"}], "a\x1b": 1}
    assert [(path, flaw.rule) for path, flaw in flaws_in(body)] == [
        ((), "text-control"),
        (("proposers", "0", "name"), "text-direction"),
    ]
