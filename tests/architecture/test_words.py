"""No plain string of a fact, command or body can carry a letter unnoticed: it has its own form, or
it is a text that the edge seals."""

from collections.abc import Iterator, Mapping
from itertools import chain
from typing import get_args

import pytest
from pydantic import BaseModel

from shared.contracts.catalogue import FACT_OF
from shared.contracts.disclosure import CaseDisclosed
from shared.kernel.characters import ONE_LINE
from shared.kernel.messages import Command, Event, Sealed
from shared.kernel.seals import texts_of
from shared.service.commands.pending_acts import DeclineAct
from shared.service.processes.registry import SERVICES, definition_of
from tests.architecture.schemas import (
    REFERENCE,
    SHAPED,
    Schema,
    bodies,
    fields,
    inner,
    models,
    resolved,
    strings,
)

PUBLIC = {
    (CaseDisclosed.type, "public.title"): "what the public reads",
    (CaseDisclosed.type, "public.text"): "what the public reads",
    ("accept-case", "opened[]"): "opened for the one fact; not stored with the command",
    ("sign-reply", "opened[]"): "opened for the one fact; not stored with the command",
    ("publish-disclosure", "opened[]"): "opened for the one fact; not stored with the command",
}
CONTACT = frozenset({"address"})
"""With name and phone one personal text, before there is a command."""


def commands() -> Mapping[str, type[Command]]:
    """Of all services, also those that only reactions send."""
    for service in SERVICES:
        definition_of(service)
    found, left = {}, [Command]
    while left:
        kinds = left.pop().__subclasses__()
        left += kinds
        found |= {kind.name: kind for kind in kinds if kind.__module__.startswith("services.")
                  and hasattr(kind, "name")}  # fmt: skip
    return found


COMMANDS = commands()


def bare(model: type[BaseModel]) -> set[str]:
    """Places where anything could stand."""
    found = chain.from_iterable(
        strings(schema, parts, name) for name, schema, parts in fields(model)
    )
    return {place for place, schema in found if not has_form(schema)}


def has_form(schema: Schema) -> bool:
    return any(name in schema for name in SHAPED) or {"pattern", "maxLength"} <= schema.keys()


@pytest.mark.parametrize("wire", sorted(FACT_OF))
def test_a_fact_has_no_string_without_a_form(wire: str) -> None:
    fact: type[Event] = FACT_OF[wire]
    assert {place for place in bare(fact) if (wire, place) not in PUBLIC} == set()


@pytest.mark.parametrize("name", sorted(COMMANDS))
def test_a_command_has_no_string_without_a_form(name: str) -> None:
    assert {place for place in bare(COMMANDS[name]) if (name, place) not in PUBLIC} == set()


def test_commands_were_found() -> None:
    assert len(COMMANDS) > 45
    actions = [action for name in SERVICES for action in definition_of(name).actions]
    people_send = {action.name for action in actions if not isinstance(action, str)}
    assert people_send <= COMMANDS.keys()


def marked(model: type[BaseModel]) -> Iterator[str]:
    """Fields that the edge seals, also those of a command's parts."""
    yield from texts_of(model)


def shapes_in(annotation: object) -> Iterator[type[BaseModel]]:
    """Shapes that a field's type holds, at any depth of its type."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        yield annotation
    for argument in get_args(annotation):
        yield from shapes_in(argument)


def sealed_by(service: str) -> set[str]:
    domain = f"services.{service}.domain."
    commands = [c for c in COMMANDS.values() if c.__module__.startswith(domain)]
    typed = [field.annotation for c in commands for field in c.model_fields.values()]
    parts = chain.from_iterable(map(shapes_in, typed))
    return set(chain.from_iterable(map(marked, [*commands, *parts])))


SEALED_BESIDE_FACTS = {
    "/imports/{import_id}": {"name"},
    "/cases/{case_id}/uploads/{upload_id}": {"name"},
    "/preferences": {"name"},
    "/drafts/{draft}": {"text"},
}
"""Words of forms that become no command: sealed where they are kept, under a key of the upload, and
of the person."""


@pytest.mark.parametrize("service", SERVICES)
def test_what_people_type_has_a_form_or_is_sealed(service: str) -> None:
    """By its name: a body's free text is a text of the command, or of the contact data."""
    free = sealed_by(service) | CONTACT | set(marked(DeclineAct))
    for path, schema, parts in bodies(service):
        typed = dict(strings(schema, parts, ""))
        assert {place for place, said in typed.items() if not form_or_bound(said)} == set(), path
        named = (p for p, said in typed.items() if not typed_form(said))
        names = {place.rpartition(".")[2].removesuffix("[]") for place in named}
        assert names <= free | SEALED_BESIDE_FACTS.get(path, set()), path


@pytest.mark.parametrize("service", SERVICES)
def test_no_body_takes_a_reference_to_the_vault(service: str) -> None:
    """A form that inherits a payload has words for its texts, but not for those in a list."""
    for path, schema, parts in bodies(service):
        assert Sealed.__name__ not in set(references(schema, parts)), path


@pytest.mark.parametrize("service", SERVICES)
def test_no_answer_shows_a_reference_to_the_vault(service: str) -> None:
    """A view that inherits a payload is `Shown`, or repeats each of its texts as a `str`."""
    assert {view for view, schema in models(service).items() if REFERENCE in str(schema)} == set()


def references(schema: Schema, parts: Schema) -> Iterator[str]:
    """Names of the models that a body is made of."""
    if "$ref" in schema:
        yield schema["$ref"].rpartition("/")[2]
    for _, inside in inner(resolved(schema, parts)):
        yield from references(inside, parts)


def typed_form(schema: Schema) -> bool:
    """One line of anything is no form."""
    pattern = schema.get("pattern", ONE_LINE)
    return any(name in schema for name in SHAPED) or pattern != ONE_LINE


def form_or_bound(schema: Schema) -> bool:
    return typed_form(schema) or "maxLength" in schema


class Loose(BaseModel):
    """A model as a careless hand would write it."""

    remark: str
    lines: tuple[str, ...] = ()
    long: dict[str, str] = {}


def test_a_careless_string_is_found_at_any_depth() -> None:
    class Outer(BaseModel):
        inner: Loose
        more: tuple[Loose, ...] = ()

    assert bare(Loose) == {"remark", "lines[]", "long[]"}
    assert bare(Outer) == {
        f"{place}.{name}"
        for place in ("inner", "more[]")
        for name in ("remark", "lines[]", "long[]")
    }
