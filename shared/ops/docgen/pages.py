"""All generated documents by path; `make docs` writes them, a test compares them."""

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from shared.ops.docgen.asyncapi import asyncapi
from shared.ops.docgen.deadlines import deadlines_page
from shared.ops.docgen.env_example import env_example
from shared.ops.docgen.events import events_page
from shared.ops.docgen.openapi import openapi_of
from shared.service.processes.registry import SERVICES, definition_of

POLICIES = Path("deploy/policies")


def as_json(document: Mapping[str, Any]) -> str:
    """Returns the document as text that is the same at every run: keys are sorted, but those of
    `properties` keep the order in which a form shows them."""
    return json.dumps(in_order(document), ensure_ascii=False, indent=1) + "\n"


def in_order(value: Any, *, kept: bool = False) -> Any:
    """Returns the value with its keys sorted, its own unless they are `kept`."""
    if isinstance(value, list):
        return [in_order(each) for each in value]
    if not isinstance(value, dict):
        return value
    keys = list(value) if kept else sorted(value)
    return {key: in_order(value[key], kept=key == "properties") for key in keys}


def pages() -> Iterator[tuple[Path, str]]:
    """Yields (path below the repository, content)."""
    definitions = {name: definition_of(name) for name in SERVICES}
    listeners = {name: definition.listens for name, definition in definitions.items()}
    yield Path(".env.example"), env_example()
    yield Path("docs/events.md"), events_page(listeners)
    yield Path("docs/deadlines.md"), deadlines_page(POLICIES)
    yield Path("docs/asyncapi.json"), as_json(asyncapi())
    for name in SERVICES:
        yield Path(f"docs/openapi/{name}.json"), as_json(openapi_of(name))
