"""Forms: bodies of requests by people or partner platforms."""

from collections.abc import Mapping
from typing import Annotated, Any, ClassVar

from pydantic import BaseModel, ConfigDict, Field, GetJsonSchemaHandler
from pydantic.fields import FieldInfo
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import CoreSchema

from shared.http.fields import Note
from shared.http.words import put_words

WORDS = ("x-help", "x-code", "x-pick", "x-words")
"""Metadata of `shared.kernel.form_words`, in the schema of a field."""


class Form(BaseModel):
    """Refuses unknown fields, and strips white space around every text.

    A field that a form narrows keeps the words of the payload that it inherits. A text that it does
    not narrow is a Note, and says something where it has no default. `order`: fields that a person
    fills in first, in this order; the others follow as they are declared.
    """

    model_config = ConfigDict(
        extra="forbid", frozen=True, str_strip_whitespace=True, json_schema_extra=None
    )
    order: ClassVar[tuple[str, ...]] = ()

    @classmethod
    def __pydantic_init_subclass__(cls, **_: Any) -> None:
        put_words(cls, Note, required=Annotated[Note, Field(min_length=1)])

    @classmethod
    def __get_pydantic_json_schema__(
        cls, core_schema: CoreSchema, handler: GetJsonSchemaHandler
    ) -> JsonSchemaValue:
        reference = handler(core_schema)
        schema = handler.resolve_ref_schema(reference)
        fields: dict[str, JsonSchemaValue] = schema.get("properties", {})
        for name, field in fields.items():
            inherit_words(field, declarations(cls, name))
        schema["properties"] = {name: fields[name] for name in (*cls.order, *fields)}
        return reference


def declarations(form: type[BaseModel], name: str) -> list[FieldInfo]:
    """Returns the declarations of a field, that of the form itself first."""
    models = (base for base in form.__mro__ if issubclass(base, BaseModel))
    return [base.model_fields[name] for base in models if name in base.model_fields]


def inherit_words(field: JsonSchemaValue, declared: list[FieldInfo]) -> None:
    """Adds to the schema of a field the title and the words of the nearest declaration that has
    them."""
    if title := next((each.title for each in declared if each.title), None):
        field["title"] = title
    for declaration in declared:
        extra = declaration.json_schema_extra
        words = extra if isinstance(extra, Mapping) else {}
        field |= {key: words[key] for key in WORDS if key in words and key not in field}
    if "x-words" in field:
        field.pop("default", None)  # a form that showed it would answer in place of the person


class NoBody(Form):
    """An empty body."""

    model_config = ConfigDict(json_schema_extra={"examples": [{}]})
