"""Words of texts in forms and views, which inherit payloads.

A payload says `Text`: words, or their reference to the vault. A person types and reads words alone.
"""

from collections.abc import Awaitable, Callable
from typing import Annotated, Any, Self, Union, get_args

from pydantic import BaseModel, ConfigDict, Field
from pydantic.fields import FieldInfo

from shared.kernel.messages import Sealed, Text
from shared.kernel.seals import texts_of
from shared.kernel.shape import Shape


def put_words(model: type[BaseModel], words: Any, required: Any = None) -> None:
    """Puts words in place of each text that the model inherits and does not declare otherwise;
    `required`: those of a field without a default, where they differ."""
    # Its schema is built at the first use (`defer_build` of Shape): until then fields may change.
    fields = model.model_fields
    for name, field in fields.items():
        if Sealed in get_args(field.annotation):
            fields[name] = _with(required or words if field.is_required() else words, field)


Opened = Callable[[Text | None], Awaitable[str | None]]
"""Opens a text, or returns None where there is none or its reader may not read it."""


class Shown(BaseModel):
    """View of a fact: what people typed, each text opened, or None for readers without the right.

    A field that the view declares itself stays as it is.
    """

    model_config = ConfigDict(json_schema_serialization_defaults_required=True)

    @classmethod
    def __pydantic_init_subclass__(cls, **_: Any) -> None:
        put_words(cls, str | None)

    @classmethod
    async def of(cls, fact: Shape, opened: Opened, **others: Any) -> Self:
        """Returns the view of a fact, with each text as it is opened, and `others` beside."""
        fields = {name: value for name, value in fact if name in cls.model_fields}
        texts = texts_of(type(fact)) & fields.keys()
        words = {name: await opened(fields[name]) for name in texts}
        return cls(**fields | words | others)


def _with(words: Any, text: FieldInfo) -> FieldInfo:
    """Returns the field with words, under the title and with the help that it has."""
    others = [part for part in get_args(text.annotation) if part not in get_args(Text)]
    named = Field(title=text.title, json_schema_extra=text.json_schema_extra)
    kind: Any = Annotated[Union[(words, *others)], named]
    return FieldInfo.from_annotated_attribute(kind, text.default)
