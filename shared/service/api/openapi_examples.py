"""Examples of bodies and answers in the pages of an API; a test checks each against its model.

They are rows of the service's `examples.yaml`. A model without a row shows the examples of its
required fields.
"""

from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any

import yaml
from fastapi import FastAPI

from shared.http.problems import MEDIA_TYPE as PROBLEM_TYPE
from shared.http.problems import PROBLEM
from shared.http.wording import SENTENCES, TITLES
from shared.service.config.located_yaml import LOADER

SERVICES = Path(__file__).parents[3] / "services"
PROBLEM_SCHEMA = {"$ref": "#/components/schemas/Problem"}
RULES = {
    400: "if-match", 401: "no-token", 403: "unknown-subject", 404: "not-found", 408: "timeout",
    409: "signer-is-drafter", 412: "stale", 413: "too-large", 421: "unknown-host",
    422: "validation", 429: "too-many", 431: "headers-too-large", 503: "unavailable",
}  # fmt: skip
"""A rule by which a request is refused with the status."""


def problem_of(status: int, rule: str) -> dict[str, Any]:
    """Returns the fields in which the example of a status differs from that of `Problem`."""
    title = TITLES.get(status, TITLES[400]).chinese
    detail = SENTENCES[rule].chinese.format("") if rule in SENTENCES else title
    return {"type": f"urn:duban:problem:{rule}", "title": title, "detail": detail, "rule": rule}


PROBLEM_OF = {status: problem_of(status, rule) for status, rule in RULES.items() if status != 409}  # noqa: PLR2004 - its example is that of `Problem`
Examples = Mapping[str, Sequence[Any]]
"""By name of the model."""


@cache
def examples_of(service: str) -> Examples:
    path = SERVICES / service / "examples.yaml"
    rows: Examples = yaml.load(path.read_text("utf-8"), LOADER) if path.exists() else {}
    return rows


def add_examples(app: FastAPI, service: str) -> None:
    """Adds the examples to the models in the OpenAPI document of the application."""
    plain = app.openapi

    @cache
    def with_examples() -> dict[str, Any]:
        document = plain()
        for name, schema in document.get("components", {}).get("schemas", {}).items():
            rows = examples_of(service).get(name) or schema.get("examples") or from_fields(schema)
            if rows:
                schema["examples"] = rows
        for response, status in refusals_in(document):
            describe_refusal(response, status)
        return document

    app.openapi = with_examples  # type: ignore[method-assign]


def refusals_in(document: Mapping[str, Any]) -> Iterator[tuple[dict[str, Any], int]]:
    """Yields the descriptions of refusals, with their status."""
    for operations in document["paths"].values():
        for operation in operations.values():
            for status, response in operation["responses"].items():
                if PROBLEM_TYPE in response.get("content", {}):
                    yield response, int(status)


def describe_refusal(response: dict[str, Any], status: int) -> None:
    """Gives a refusal its one media type, with schema and example: what is really answered."""
    schema = response["content"].get("application/json", {}).get("schema", PROBLEM_SCHEMA)
    example = {**PROBLEM, "status": status, **PROBLEM_OF.get(status, {})}
    response["content"] = {PROBLEM_TYPE: {"schema": schema, "example": example}}


def from_fields(schema: Mapping[str, Any]) -> Sequence[Any]:
    """Returns one example of the required fields, where each of them has an example."""
    fields = {name: schema["properties"][name] for name in schema.get("required", ())}
    if not fields or not all("examples" in field for field in fields.values()):
        return []
    return [{name: field["examples"][0] for name, field in fields.items()}]
