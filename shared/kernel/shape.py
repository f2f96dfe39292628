"""Payloads: what facts, commands and their parts are made of."""

from typing import Any

from pydantic import BaseModel, ConfigDict


def _published_as_open(schema: dict[str, Any]) -> None:
    """Readers of published schemas must accept unknown fields, as `decode` does."""
    schema.pop("additionalProperties", None)


class Shape(BaseModel):
    """A payload: a fact, a part of a fact, or fields that people type.

    Making one with an unknown field raises ValidationError, so that a fact cannot lose a field by
    a slip of the pen. Stored facts are read tolerantly by `shared.contracts.upcasters.decode`.
    """

    model_config = ConfigDict(
        frozen=True,
        extra="forbid",
        hide_input_in_errors=True,
        json_schema_extra=_published_as_open,
    )

    def fields(self, payload: "type[Shape]") -> dict[str, Any]:
        """Returns the fields of the payload that this class inherits, by name.

        Raises TypeError when the class does not inherit the payload.
        """
        if not isinstance(self, payload):
            raise TypeError(f"{type(self).__name__} does not inherit {payload.__name__}")
        return {name: getattr(self, name) for name in payload.model_fields}
