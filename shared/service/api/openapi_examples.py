"""Examples of bodies and answers in the pages of an API; a test checks each against its model.

They are rows of the service's `examples.yaml`. A model without a row shows the examples of its
required fields.
"""

from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any

import yaml
from fastapi import FastAPI

SERVICES = Path(__file__).parents[3] / "services"
Examples = Mapping[str, Sequence[Any]]
"""By name of the model."""


@cache
def examples_of(service: str) -> Examples:
    path = SERVICES / service / "examples.yaml"
    rows: Examples = yaml.safe_load(path.read_text("utf-8")) if path.exists() else {}
    return rows


def add_examples(app: FastAPI, service: str) -> None:
    """Adds the examples to the models in the OpenAPI document of the application."""
    plain = app.openapi

    def with_examples() -> dict[str, Any]:
        document = plain()
        for name, schema in document.get("components", {}).get("schemas", {}).items():
            rows = examples_of(service).get(name) or schema.get("examples") or from_fields(schema)
            if rows:
                schema["examples"] = rows
        return document

    app.openapi = with_examples  # type: ignore[method-assign]


def from_fields(schema: Mapping[str, Any]) -> Sequence[Any]:
    """Returns one example of the required fields, where each of them has an example."""
    fields = {name: schema["properties"][name] for name in schema.get("required", ())}
    if not fields or not all("examples" in field for field in fields.values()):
        return []
    return [{name: field["examples"][0] for name, field in fields.items()}]
