"""Payloads: what facts, commands and their parts are made of."""

from typing import Any

from pydantic import BaseModel, ConfigDict


def _published_as_open(schema: dict[str, Any]) -> None:
    """Readers of published schemas must accept unknown fields, as `decode` does."""
    schema.pop("additionalProperties", None)


class Shape(BaseModel):
    """A payload: a fact, a part of a fact, or fields that people type.

    Making one with an unknown field raises ValidationError, so that a fact cannot lose a field by
    a slip of the pen. A field holds its own class: of a subclass, such as a form, only the payload
    goes on. Stored facts are read tolerantly by `shared.contracts.upcasters.decode`.
    """

    model_config = ConfigDict(
        frozen=True,
        extra="forbid",
        revalidate_instances="subclass-instances",
        hide_input_in_errors=True,
        # Of all facts and commands a process uses few, and an idle one none.
        defer_build=True,
        json_schema_extra=_published_as_open,
    )

    def fields(self, *payloads: "type[Shape]") -> dict[str, Any]:
        """Returns the fields of the payloads that this class inherits, by name.

        Raises TypeError when the class does not inherit one of them.
        """
        if foreign := [p.__name__ for p in payloads if not isinstance(self, p)]:
            raise TypeError(f"{type(self).__name__} does not inherit {', '.join(foreign)}")
        return {name: getattr(self, name) for p in payloads for name in p.model_fields}
