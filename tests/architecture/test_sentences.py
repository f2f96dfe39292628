"""No sentence for people holds a code or an id: labels.yaml and the directory have the names."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path
from typing import TypeGuard

import pytest

from shared.service.config.labels import PLACE, standard_labels

SOURCES = [
    *Path("services").glob("**/*.py"),
    *(path for path in Path("shared").glob("**/*.py") if "testing" not in path.parts),
]
DECIDING = [path for path in SOURCES if {"domain", "kernel"} & {*path.parts}]
CODE = re.compile(r"(?<![A-Za-z])(?:[a-z]{2,}(?:[-_][a-z0-9]+)+|[upcx]-[a-z0-9]+)")
"""Words as codes (`co-opinion`, `due_on`) and ids (`u-edu`) are built."""
ID_FIELDS = frozenset({"id", "unit", "person", "agency", "task", "case", "sub", "by", "organ"})
"""Attributes that hold an id; its name belongs into the sentence."""
KNOWN_BY_ID = {
    "shared/kernel/eligible.py": "an id that the directory does not know has no name",
    "services/directory": "administrators write ids, and the directory answers with them",
}
DESCRIBING = frozenset({"Field", "Query", "Path", "Header"})
HAN = re.compile(r"[\u4e00-\u9fff]")


def sentences(tree: ast.AST) -> Iterator[ast.expr]:
    """Chinese sentences, wherever they are written: refusals take them from names, too."""
    inside = {id(part) for node in ast.walk(tree) if isinstance(node, ast.JoinedStr)
              for part in node.values}  # fmt: skip
    for node in ast.walk(tree):
        if (isinstance(node, ast.JoinedStr) and HAN.search(text_of(node))) or (
            is_sentence(node) and id(node) not in inside
        ):
            yield node


def is_sentence(node: ast.AST) -> TypeGuard[ast.Constant]:
    words = node.value if isinstance(node, ast.Constant) else None
    return isinstance(words, str) and bool(HAN.search(words))


def text_of(node: ast.expr) -> str:
    if isinstance(node, ast.Constant):
        return str(node.value)
    assert isinstance(node, ast.JoinedStr)
    return "".join(str(part.value) for part in node.values if isinstance(part, ast.Constant))


def documented(tree: ast.AST) -> set[int]:
    """Docstrings and descriptions of the API are read by programmers."""
    found = set[int]()
    for node in ast.walk(tree):
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
            found.add(id(node.value))
        if isinstance(node, ast.Call) and getattr(node.func, "id", "") in DESCRIBING:
            found |= {id(inner) for inner in ast.walk(node)}
    return found


def refused_in(path: Path) -> Iterator[tuple[int, str]]:
    """The sentences of a domain module, and of every refusal elsewhere."""
    tree = ast.parse(path.read_text("utf-8"))
    skipped = documented(tree)
    for node in sentences(tree):
        if id(node) not in skipped:
            yield node.lineno, text_of(node)


@pytest.mark.parametrize("path", DECIDING, ids=str)
def test_no_sentence_of_a_decision_holds_a_code(path: Path) -> None:
    found = [(line, text) for line, text in refused_in(path) if CODE.search(PLACE.sub("", text))]
    assert found == []


@pytest.mark.parametrize("path", DECIDING, ids=str)
def test_no_sentence_of_a_decision_is_filled_with_an_id(path: Path) -> None:
    if any(str(path).startswith(known) for known in KNOWN_BY_ID):
        return
    tree = ast.parse(path.read_text("utf-8"))
    filled = [
        (node.lineno, ast.unparse(part.value))
        for node in sentences(tree)
        if isinstance(node, ast.JoinedStr)
        for part in node.values
        if isinstance(part, ast.FormattedValue) and held_as_id(part.value)
    ]
    assert filled == []


def held_as_id(value: ast.expr) -> bool:
    last = value.attr if isinstance(value, ast.Attribute) else getattr(value, "id", "")
    return last in ID_FIELDS


BY_KIND = re.compile("不?予?立案|受理|会办|协办")
"""Words that differ by kind of case, or by place: a sentence has the place of their label."""
WORDS_OF_FORMS = frozenset({"转为会办"})
"""Answers of a form are the same in every place (ADR 45)."""


@pytest.mark.parametrize("path", DECIDING, ids=str)
def test_no_sentence_of_a_decision_writes_a_word_of_one_kind(path: Path) -> None:
    refusals = [text for _, text in refused_in(path) if text not in WORDS_OF_FORMS]
    assert [text for text in refusals if BY_KIND.search(text)] == []


def test_every_place_of_a_sentence_names_a_code_of_the_labels() -> None:
    texts = [text for path in DECIDING for _, text in refused_in(path)]
    places = {place for text in texts for place in PLACE.findall(text)}
    labels = standard_labels()
    assert ("part", "co") in places
    assert {place for place in places if place[1] not in labels.codes(place[0])} == set()


def test_a_careless_sentence_is_found(tmp_path: Path) -> None:
    careless = tmp_path / "careless.py"
    careless.write_text('def f(unit):\n    return f"{unit}没有提出 co-opinion 意见"\n', "utf-8")
    assert [CODE.findall(text) for _, text in refused_in(careless)] == [["co-opinion"]]
    tree = ast.parse(careless.read_text("utf-8"))
    [sentence] = sentences(tree)
    assert isinstance(sentence, ast.JoinedStr)
    assert any(isinstance(p, ast.FormattedValue) and held_as_id(p.value) for p in sentence.values)
