"""Faults of fields in English: each has a sentence, and none of it is Chinese but examples."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path
from string import Formatter

import pytest

from shared.http.faults import fault
from shared.http.wording import FAULTS, FORMS, SAID, UNKNOWN_FAULT
from shared.kernel.characters import RULES, flaw_of
from shared.service.api.edge_route import error_of

CHINESE = re.compile("[一-鿿]")
SOURCES = [*Path("services").rglob("*.py"), *Path("shared").rglob("*.py")]


def places(sentence: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(sentence) if name}


@pytest.mark.parametrize("kind", FAULTS)
def test_a_fault_names_the_same_in_both_languages(kind: str) -> None:
    chinese, english = FAULTS[kind]
    assert CHINESE.search(english) is None
    if kind not in {"value_error", *RULES, "text-marks"}:  # whole sentences, one in each language
        assert places(chinese) == places(english)
        assert CHINESE.search(chinese)


@pytest.mark.parametrize("form", FORMS)
def test_a_form_is_said_in_english_with_its_example(form: str) -> None:
    """Chinese stands in it as an example only, which fits the form."""
    _, english = FORMS[form]
    assert english.isascii() or any(re.search(form, word.strip(",")) for word in english.split(" "))
    assert CHINESE.search(english[:12]) is None


def test_every_sentence_of_a_validator_has_its_english() -> None:
    said = {text.partition("：")[0] for path in SOURCES for text in raised_in(path)}
    assert said == set(SAID)
    assert not [each for each in SAID.values() if CHINESE.search(each.partition("2025")[0])]


def raised_in(path: Path) -> Iterator[str]:
    """Yields the Chinese texts with which a module raises a ValueError."""
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        match node:
            case ast.Raise(exc=ast.Call(func=ast.Name("ValueError"), args=[said, *_])):
                texts = [part.value for part in ast.walk(said) if isinstance(part, ast.Constant)]
                if texts and isinstance(texts[0], str) and CHINESE.match(texts[0]):
                    yield texts[0]


def test_a_validator_is_read_in_the_language_of_the_reader() -> None:
    error = {"type": "value_error", "loc": ("body",), "ctx": {"error": "请填写人员编号或姓名"}}
    assert fault(error).message == "请填写人员编号或姓名"
    assert fault(error, english=True).message == "Give the id of the person, or the name"
    unknown = {**error, "ctx": {"error": "没有译过的"}}
    assert fault(unknown, english=True).message == UNKNOWN_FAULT.english


@pytest.mark.parametrize("text", ["a\x07b", "a\ufdd0", "a\u202eb", "a\u206ab", "a" + "\u0301" * 20])
def test_a_character_that_is_refused_is_named_in_english(text: str) -> None:
    flaw = flaw_of(text)
    assert flaw is not None
    said = fault(error_of(("body", "text"), flaw), english=True).message
    assert said.isascii()
    assert "character" in said.lower()
