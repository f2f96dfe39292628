"""Strings that a model takes, read from its JSON schema, with their forms and bounds."""

from collections.abc import Iterator, Mapping
from functools import cache
from typing import Annotated, Any

from pydantic import BaseModel, TypeAdapter

from shared.kernel.messages import Sealed
from shared.ops.docgen.openapi import openapi_of

Schema = Mapping[str, Any]
SEALED = f"#/$defs/{Sealed.__name__}"
REFERENCE = f"#/components/schemas/{Sealed.__name__}"
SHAPED = ("enum", "const", "format")
LOOKED_UP = frozenset({"policy", "organisation", "organisation_rules"})


def fields(model: type[BaseModel]) -> Iterator[tuple[str, Schema, Schema]]:
    """Name, schema and definitions of every field but those that the edge fills in."""
    for name, field in model.model_fields.items():
        if name not in LOOKED_UP:
            kind = Annotated[field.annotation, *field.metadata, name]  # it wants one mark at least
            schema = TypeAdapter(kind).json_schema()
            yield name, schema, schema.get("$defs", {})


@cache
def bodies(service: str) -> tuple[tuple[str, Schema, Schema], ...]:
    """Route, schema and definitions of everything that is sent to a service."""
    return tuple(sent(openapi_of(service), models(service)))


def models(service: str) -> Schema:
    """Schemas of the bodies and answers of a service, by name."""
    schemas: Schema = openapi_of(service).get("components", {}).get("schemas", {})
    return schemas


def sent(api: Schema, parts: Schema) -> Iterator[tuple[str, Schema, Schema]]:
    """Yields forms by whatever method they are sent; files are no forms."""
    for path, methods in api["paths"].items():
        for operation in methods.values():
            content = operation.get("requestBody", {}).get("content", {})
            forms = (each for kind, each in content.items() if kind != "application/octet-stream")
            yield from ((path, each["schema"], parts) for each in forms)


def resolved(schema: Schema, parts: Schema) -> Schema:
    while "$ref" in schema:
        schema = parts[schema["$ref"].rpartition("/")[2]]
    return schema


def is_text(schema: Schema) -> bool:
    """An open string or a reference to the vault."""
    return any(option.get("$ref") == SEALED for option in schema.get("anyOf", ()))


def strings(schema: Schema, parts: Schema, place: str) -> Iterator[tuple[str, Schema]]:
    """Every string that is no `Text`, with the path to it."""
    schema = resolved(schema, parts)
    if is_text(schema):
        return
    if schema.get("type") == "string":
        yield place, schema
    for step, inside in inner(schema):
        yield from strings(inside, parts, f"{place}{step}")


def inner(schema: Schema) -> Iterator[tuple[str, Schema]]:
    """Yields the parts of a schema, with the step that leads there."""
    options = (*schema.get("anyOf", ()), *schema.get("prefixItems", ()))
    yield from (("", option) for option in options)
    lists = (schema.get(name) for name in ("items", "additionalProperties", "propertyNames"))
    yield from (("[]", inside) for inside in lists if isinstance(inside, dict))
    yield from ((f".{name}", inside) for name, inside in schema.get("properties", {}).items())
