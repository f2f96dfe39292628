"""Seals: the fields of a model that hold texts, found by their types."""

import types
from functools import cache
from typing import Annotated, Any, Union, get_args, get_origin

from pydantic import BaseModel

from shared.kernel.messages import Sealed

PARTS = (Annotated, Union, types.UnionType, tuple, list)


@cache
def texts_of(model: type[BaseModel]) -> frozenset[str]:
    """Returns the names of the fields that may hold a text, or several."""
    fields = model.model_fields.items()
    return frozenset(name for name, field in fields if _holds_text(field.annotation))


def _holds_text(annotation: Any) -> bool:
    if annotation is Sealed:
        return True
    return get_origin(annotation) in PARTS and any(map(_holds_text, get_args(annotation)))
