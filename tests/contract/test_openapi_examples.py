"""Every body and every answer of every API has an example, and each is what its model takes."""

from collections.abc import Iterator
from importlib import import_module
from typing import Any

import pytest
from pydantic import BaseModel, ValidationError

from shared.http import accepted, actions, condition, consequences, forms, problems
from shared.http.accepted import Accepted
from shared.http.problems import Problem
from shared.ops.docgen.openapi import openapi_of
from shared.service.api import pending_acts
from shared.service.api.app import service_app
from shared.service.api.openapi_examples import examples_of, from_fields
from shared.service.processes.registry import SERVICES, definition_of

SPECS = {name: openapi_of(name) for name in SERVICES}
PASSED_ON = "/gateway/{service}/{path}"
"""Its bodies and answers are those of the services."""

Schema = dict[str, Any]


def resolved(schema: Schema, spec: Schema) -> Schema:
    """Behind references, lists and what may be left out."""
    if "$ref" in schema:
        return resolved(spec["components"]["schemas"][schema["$ref"].rsplit("/", 1)[1]], spec)
    if "anyOf" in schema:
        return resolved(next(one for one in schema["anyOf"] if one.get("type") != "null"), spec)
    return resolved(schema["items"], spec) if schema.get("type") == "array" else schema


def contents(operation: Schema) -> Iterator[tuple[str, Schema]]:
    body = operation.get("requestBody", {}).get("content", {})
    if "application/json" in body:
        yield "body", body["application/json"]["schema"]
    for status, answer in operation["responses"].items():
        for kind, content in answer.get("content", {}).items():
            if kind == "application/json" and status.startswith("2"):
                yield status, content["schema"]


def bare(spec: Schema) -> list[str]:
    return [
        f"{method} {path} {what}"
        for path, operations in spec["paths"].items()
        for method, operation in operations.items()
        for what, schema in contents(operation)
        if path != PASSED_ON and not resolved(schema, spec).get("examples")
    ]


@pytest.mark.parametrize("service", SERVICES)
def test_every_body_and_answer_has_an_example(service: str) -> None:
    """A row of `services/<service>/examples.yaml` under the name of the model, unless each required
    field has an example of its own."""
    assert bare(SPECS[service]) == []


def test_a_body_without_an_example_is_found() -> None:
    spec = service_app(definition_of("intake")).openapi()
    del spec["components"]["schemas"]["Refusal"]["examples"]
    assert bare(spec) == ["post /cases/{case_id}/refusal body", "post /cases/{case_id}/return body"]


def test_a_model_without_a_row_shows_the_examples_of_its_required_fields() -> None:
    fields = {"reason": {"examples": ["a", "b"]}, "until": {"examples": ["2025-04-01"]}, "note": {}}
    schema = {"properties": fields, "required": ["reason", "until"]}
    assert from_fields(schema) == [{"reason": "a", "until": "2025-04-01"}]
    assert from_fields({**schema, "required": ["reason", "note"]}) == []
    assert from_fields({"properties": fields}) == []


def rows() -> Iterator[Any]:
    for service in SERVICES:
        for name, schema in SPECS[service]["components"]["schemas"].items():
            for number, example in enumerate(schema.get("examples", ())):
                yield pytest.param(service, name, example, id=f"{service}-{name}-{number}")


def model_of(service: str, name: str) -> type[BaseModel]:
    """A body stands beside its route or with the answers; some models are shared."""
    own = {
        "assignment": ("charges", "planning"),
        "portal": ("drafts", "preferences", "rates", "trail", "views"),
        "intake": (
            "imports",
            "calls",
            "erasure_schemas",
            "screening",
            "rerouting",
            "linking",
            "merging",
            "attachments",
        ),
        "handling": ("extensions", "suspensions"),
        "feedback": ("reviews",),
    }.get(service, ())
    rooms = [import_module(f"services.{service}.{room}") for room in ("schemas", "api", *own)]
    shared = (accepted, actions, condition, consequences, forms, problems, pending_acts)
    return next(vars(room)[name] for room in (*rooms, *shared) if name in vars(room))


@pytest.mark.parametrize(("service", "name", "example"), list(rows()))
def test_an_example_is_what_its_model_takes_to_the_last_field(
    service: str, name: str, example: Any
) -> None:
    model = model_of(service, name)
    assert model.model_validate(example).model_dump(mode="json", exclude_unset=True) == example


@pytest.mark.parametrize("service", SERVICES)
def test_examples_are_of_models_that_the_api_speaks_of(service: str) -> None:
    assert examples_of(service).keys() <= SPECS[service]["components"]["schemas"].keys()


def actions_in(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        yield from ([value["action"]] if "action" in value else [])
        value = list(value.values())
    for each in value if isinstance(value, list) else []:
        yield from actions_in(each)


def test_the_actions_of_the_examples_exist() -> None:
    known = {action for name in SERVICES for action in definition_of(name).action_names}
    shown = {action for name in SERVICES for action in actions_in(dict(examples_of(name)))}
    assert shown
    assert shown <= known


@pytest.mark.parametrize("model", [Accepted, Problem])
def test_what_every_service_answers_has_an_example_too(model: type[BaseModel]) -> None:
    (example,) = model.model_json_schema()["examples"]
    assert model.model_validate(example).model_dump(mode="json", exclude_unset=True) == example


def test_a_wrong_example_is_found() -> None:
    with pytest.raises(ValidationError):
        model_of("handling", "Signature").model_validate({"number": ""})
