"""Old wire versions become current ones, on read. Chained, pure and total; none is needed yet."""

from collections.abc import Callable, Mapping
from typing import Any

from shared.contracts.catalogue import FACT_OF
from shared.kernel.messages import Event

Data = Mapping[str, Any]
Upcaster = Callable[[Data], tuple[str, Data]]

UPCASTERS: Mapping[str, Upcaster] = {}
"""Wire type → function giving the next wire type and its data."""


class UnknownFact(Exception):
    """A wire type that this reader does not know: a newer version, or no fact of ours."""


def decode(
    wire: str,
    at: str,
    data: Data,
    upcasters: Mapping[str, Upcaster] = UPCASTERS,
    known: Mapping[str, type[Event]] = FACT_OF,
) -> Event:
    """Returns the current class of a stored fact, without the fields that this reader does not
    know: a newer writer stops nobody. Raises UnknownFact, or pydantic's ValidationError."""
    while wire in upcasters:
        wire, data = upcasters[wire](data)
    if wire not in known:
        raise UnknownFact(wire)
    return known[wire].model_validate({**data, "at": at}, extra="ignore")


def encode(event: Event) -> dict[str, Any]:
    """The stored data of a fact: JSON types, absent instead of null, without `at`."""
    return event.model_dump(mode="json", exclude={"at"}, exclude_none=True)
