"""Every date of a payload has a floor and a ceiling, wherever it is typed."""

from collections.abc import Iterator
from datetime import date
from typing import Annotated, Any, get_args, get_origin

import pytest
from annotated_types import Ge, Le
from pydantic import BaseModel, TypeAdapter, ValidationError

from shared.contracts.catalogue import FACT_OF
from shared.kernel.days import FIRST_DAY, LAST_DAY, Day
from shared.kernel.decider import members
from shared.service.processes.registry import SERVICES, definition_of

COMMANDS = [
    command
    for service in SERVICES
    for kind in definition_of(service).streams
    for command in members(kind.decider.commands)
]


def unbounded(annotation: Any) -> Iterator[Any]:
    """Yields the dates of a type that have no bounds."""
    if annotation is date:
        yield annotation
    if get_origin(annotation) is Annotated:
        inner, *marks = get_args(annotation)
        if {Ge, Le} <= {type(mark) for each in marks for mark in getattr(each, "metadata", [each])}:
            return
        yield from unbounded(inner)
        return
    for part in get_args(annotation):
        yield from unbounded(part)


@pytest.mark.parametrize("model", [*FACT_OF.values(), *COMMANDS], ids=lambda each: each.__name__)
def test_no_date_goes_on_for_ever(model: type[BaseModel]) -> None:
    for name, field in model.model_fields.items():
        marked = Annotated[field.annotation, *field.metadata, name]
        assert not [*unbounded(marked)], f"{model.__name__}.{name} is a date without bounds"


@pytest.mark.parametrize("day", ["0001-01-01", "1949-09-30", "2100-01-01", "9999-12-31"])
def test_days_of_other_ages_are_refused(day: str) -> None:
    with pytest.raises(ValidationError):
        TypeAdapter(Day).validate_python(day)


def test_the_bounds_themselves_are_days() -> None:
    days = (FIRST_DAY, LAST_DAY)
    assert tuple(map(TypeAdapter(Day).validate_python, days)) == days
    assert [*unbounded(date | None)] == [date]
    assert not [*unbounded(Day | None)]
