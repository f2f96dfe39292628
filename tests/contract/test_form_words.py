"""Every field of every body says to a person what belongs there (ADR 45)."""

import re
from collections.abc import Iterator, Mapping
from typing import Any, get_args

import pytest

from shared.kernel.form_words import Pick
from shared.ops.docgen.openapi import openapi_of
from shared.ops.docgen.pages import in_order
from shared.service.config.labels import standard_labels
from shared.service.processes.registry import SERVICES, definition_of

Schema = dict[str, Any]
SPECS = {name: openapi_of(name) for name in SERVICES}
HAN = re.compile("[\u4e00-\u9fff]")
CODES = re.compile("[a-z]{4,}")
"""A word of a program, in a sentence for people."""


def bodies(spec: Schema) -> Iterator[tuple[str, str, Schema]]:
    """Yields (action, name of the model, its schema) of commands, also of models inside others."""
    for operations in spec["paths"].values():
        for operation in (each for each in operations.values() if "x-action" in each):
            for name in names_in(operation.get("requestBody"), spec):
                yield operation.get("x-action", ""), name, spec["components"]["schemas"][name]


def names_in(value: Any, spec: Schema) -> Iterator[str]:
    if isinstance(value, list):
        value = dict(enumerate(value))
    for key, inside in value.items() if isinstance(value, dict) else ():
        if key == "$ref":
            name = inside.rpartition("/")[2]
            yield name
            yield from names_in(spec["components"]["schemas"][name].get("properties"), spec)
        else:
            yield from names_in(inside, spec)


FIELDS = [
    pytest.param(field, id=f"{service}-{model}-{name}")
    for service in SERVICES
    for model, schema in {name: schema for _, name, schema in bodies(SPECS[service])}.items()
    for name, field in schema.get("properties", {}).items()
]


def parts(field: Schema) -> Iterator[Schema]:
    """Yields a field, what it may be, and what it is a list of."""
    yield field
    for inside in (*field.get("anyOf", ()), *([field["items"]] if "items" in field else [])):
        yield from parts(inside)


def word(field: Schema, key: str) -> Any:
    return next((part[key] for part in parts(field) if key in part), None)


def values(field: Schema) -> set[str]:
    return {value for part in parts(field) for value in part.get("enum", ())}


def flaws(field: Schema) -> list[str]:
    """Returns what a form could not do with the field."""
    found = []
    if not HAN.search(field.get("title", "")):
        found.append("no Chinese title")
    if CODES.search(field.get("x-help", "").replace("u-edu", "")):
        found.append("help with the words of a program")
    if values(field) - set(standard_labels().codes(word(field, "x-code") or "")):
        found.append("codes without a group that names each")
    if word(field, "type") == "boolean" and not asks(field):
        found.append("a question without two answers, or answered beforehand")
    if refuses_words(field) and not (word(field, "x-code") or word(field, "x-pick")):
        found += [] if word(field, "examples") else ["a form to be guessed"]
    return found


def asks(field: Schema) -> bool:
    return len(field.get("x-words", ())) == 2 and "default" not in field


def refuses_words(field: Schema) -> bool:
    """Whether its pattern says more than that the text has one line."""
    patterns = [part["pattern"] for part in parts(field) if "pattern" in part]
    return any(not re.search(pattern, "关于校车的建议") for pattern in patterns)


@pytest.mark.parametrize("field", FIELDS)
def test_a_field_says_what_belongs_there(field: Schema) -> None:
    assert flaws(field) == []


@pytest.mark.parametrize(
    "field",
    [
        {"title": "Target Date", "type": "string"},
        {"title": "方式", "x-help": "lead 主办", "type": "string"},
        {"title": "方式", "enum": ["lead", "no-such-part"], "x-code": "part"},
        {"title": "意见", "type": "boolean", "x-words": ["同意", "不同意"], "default": True},
        {"title": "意见", "anyOf": [{"type": "boolean"}, {"type": "null"}]},
        {"title": "单位", "pattern": "^u-[a-z]+$", "type": "string"},
    ],
)
def test_a_field_that_leaves_a_person_alone_is_found(field: Schema) -> None:
    assert len(flaws(field)) == 1


@pytest.mark.parametrize("service", SERVICES)
def test_the_words_of_a_field_are_known(service: str) -> None:
    picks, groups = set(get_args(Pick)), set(standard_labels().groups)
    for _, _, schema in bodies(SPECS[service]):
        for field in schema.get("properties", {}).values():
            assert {word(field, "x-pick")} - {None} <= picks
            assert {word(field, "x-code")} - {None} <= groups


@pytest.mark.parametrize("service", SERVICES)
def test_a_body_names_the_action_that_it_is_for(service: str) -> None:
    definition = definition_of(service)
    seconds = {"confirm-act", "decline-act"} if definition.seconds else set()
    named = {action for action, _, _ in bodies(SPECS[service]) if action}
    commands = {each.name for each in definition.actions if not isinstance(each, str)}
    assert named == commands | seconds


def test_a_form_keeps_the_words_of_its_payload_and_shows_fields_in_its_order() -> None:
    schemas: Mapping[str, Schema] = SPECS["intake"]["components"]["schemas"]
    fields = in_order(schemas["NewCase"])["properties"]
    assert list(fields)[:4] == ["agency", "kind", "channel", "period"]
    assert list(fields).index("title") < list(fields).index("subject")
    assert (fields["title"]["title"], fields["subject"]["x-code"]) == ("案由", "subject")
    assert word(fields["wanted_unit"], "x-pick") == "unit"
