"""Days and moments that people send have bounds: arithmetic would end at year 1 or 9999."""

from collections.abc import Iterator
from datetime import date, datetime
from typing import Any, get_args

import pytest
from fastapi._compat import ModelField
from fastapi.dependencies.models import Dependant
from pydantic import BaseModel, TypeAdapter, ValidationError
from pydantic.fields import FieldInfo

from shared.kernel.days import BoundedMoment
from shared.service.processes.registry import SERVICES
from tests.component.access.test_every_route import ROUTES

WRITTEN = {date: ("0001-01-01", "9999-12-31"), datetime: ("0001-01-01T00:00:00+14:00",)}
"""Days and moments that calendars have and arithmetic does not bear."""


def kinds_in(annotation: Any) -> set[type]:
    """Returns whether a day, a moment or neither stands in an annotation."""
    if annotation in WRITTEN:
        return {annotation}
    return set().union(*(kinds_in(inner) for inner in get_args(annotation)))


def models_in(annotation: Any) -> Iterator[type[BaseModel]]:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        yield annotation
        for field in annotation.model_fields.values():
            yield from models_in(field.annotation)
    for inner in get_args(annotation):
        yield from models_in(inner)


def fields_of(dependant: Dependant) -> Iterator[tuple[str, FieldInfo]]:
    """Yields parameters of a route and the fields of its body, also of models inside it."""
    parameters: list[ModelField] = [*dependant.query_params, *dependant.header_params]
    for parameter in (*parameters, *dependant.path_params):
        yield parameter.name, parameter.field_info
    for body in dependant.body_params:
        for model in models_in(body.field_info.annotation):
            for name, field in model.model_fields.items():
                yield f"{model.__name__}.{name}", field
    for inner in dependant.dependencies:
        yield from fields_of(inner)


def taken(field: FieldInfo, text: str) -> bool:
    whole: Any = TypeAdapter(field.rebuild_annotation())
    try:
        whole.validate_python(text)
    except ValidationError:
        return False
    return True


@pytest.mark.parametrize("service", SERVICES)
def test_no_day_beyond_the_bounds_is_taken(service: str) -> None:
    found = {
        f"{method} {route.path} {name}"
        for owner, method, route in ROUTES
        if owner == service
        for name, field in fields_of(route.dependant)
        for kind in kinds_in(field.rebuild_annotation())
        for text in WRITTEN[kind]
        if taken(field, text)
    }
    assert found == set()


def test_a_moment_of_any_zone_within_the_bounds_is_taken() -> None:
    moment: TypeAdapter[datetime] = TypeAdapter(BoundedMoment)
    assert moment.validate_python("2025-03-03T09:00:00+08:00")
    with pytest.raises(ValidationError):
        moment.validate_python("9999-12-31T23:59:59-10:00")
