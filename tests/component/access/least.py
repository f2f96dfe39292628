"""The least body that a route takes, read from its own schema; examples count where they are."""

from collections.abc import Mapping
from typing import Any

Schema = Mapping[str, Any]

PLAIN: Mapping[str, Any] = {"integer": 1, "boolean": False, "null": None, "number": 1}
DAY, MOMENT = "2025-03-03", "2025-03-03T01:00:00Z"


def least(schema: Schema, named: Mapping[str, Schema]) -> Any:
    if reference := schema.get("$ref"):
        return least(named[reference.rpartition("/")[2]], named)
    for told in (schema.get("examples"), schema.get("enum")):
        if told:
            return told[0]
    for told in ("const", "example", "default"):
        if told in schema:
            return schema[told]
    return made(schema, named)


def made(schema: Schema, named: Mapping[str, Schema]) -> Any:
    for several in ("anyOf", "allOf", "oneOf"):
        if several in schema:
            return least(schema[several][0], named)
    match schema.get("type"):
        case "object":
            needed = schema.get("required", ())
            return {name: least(schema["properties"][name], named) for name in needed}
        case "array":
            return [least(schema["items"], named)] * schema.get("minItems", 0)
        case "string":
            return {"date": DAY, "date-time": MOMENT}.get(schema.get("format", ""), "文")
        case kind:
            return PLAIN[str(kind)]
