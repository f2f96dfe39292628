"""Payloads are handed on whole, and only to classes that inherit them."""

import pytest
from pydantic import ValidationError

from shared.kernel.shape import Shape


class Note(Shape):
    node: str
    words: str = ""


class ReportNote(Note):
    by: str


class NoteReported(Note):
    entry: str


def test_a_payload_is_handed_on_whole() -> None:
    command = ReportNote(by="p-1", node="visit", words="已到场")
    assert command.fields(Note) == {"node": "visit", "words": "已到场"}
    fact = NoteReported(entry="e-1", **command.fields(Note))
    assert fact.fields(Note) == command.fields(Note)


def test_several_payloads_are_handed_on_together() -> None:
    fact = NoteReported(entry="e-1", node="visit")
    assert fact.fields(Note, NoteReported) == dict(fact)


def test_only_inherited_payloads_have_fields() -> None:
    with pytest.raises(TypeError, match="Note does not inherit ReportNote"):
        Note(node="visit").fields(ReportNote)


def test_a_shape_is_not_made_with_an_unknown_field() -> None:
    with pytest.raises(ValidationError):
        Note.model_validate({"node": "visit", "wrods": ""})
