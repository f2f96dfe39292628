"""What people read beside every body and answer in the API's pages: rows of the service's
examples.yaml, each checked by a test against its model."""

from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any

import yaml
from fastapi import FastAPI

SERVICES = Path(__file__).parents[3] / "services"
Examples = Mapping[str, Sequence[Any]]
"""By the name of the model."""


@cache
def examples_of(service: str) -> Examples:
    path = SERVICES / service / "examples.yaml"
    found: Examples = yaml.safe_load(path.read_text("utf-8")) if path.exists() else {}
    return found


def illustrate(app: FastAPI, service: str) -> None:
    """Where its OpenAPI document describes a model, there are its examples."""
    plain = app.openapi

    def illustrated() -> dict[str, Any]:
        document, examples = plain(), examples_of(service)
        schemas = document.get("components", {}).get("schemas", {})
        for name in examples.keys() & schemas.keys():
            schemas[name]["examples"] = examples[name]
        return document

    app.openapi = illustrated  # type: ignore[method-assign]
