"""Seals: the fields of a model that hold texts, found by the marks of their types."""

import types
from collections.abc import Mapping
from functools import cache
from typing import Annotated, Any, Union, get_args, get_origin

from pydantic import BaseModel

from shared.kernel.messages import Seal, Sealed

ALWAYS = Seal(always=True)


@cache
def seals_of(model: type[BaseModel]) -> Mapping[str, Seal | None]:
    """Returns the mark of every field; None for fields that are never sealed."""
    return {
        name: _mark(
            Annotated[field.annotation, *field.metadata] if field.metadata else field.annotation
        )
        for name, field in model.model_fields.items()
    }


def _mark(annotation: Any) -> Seal | None:
    """Returns the strictest mark anywhere in a type; a `Sealed` without a mark is personal."""
    if get_origin(annotation) is Annotated:
        inner, *metadata = get_args(annotation)
        return next((m for m in metadata if isinstance(m, Seal)), None) or _mark(inner)
    if annotation is Sealed:
        return ALWAYS
    if get_origin(annotation) not in (Union, types.UnionType, tuple, list):
        return None
    marks = [mark for part in get_args(annotation) if (mark := _mark(part))]
    return next((mark for mark in marks if mark.always), marks[0] if marks else None)
