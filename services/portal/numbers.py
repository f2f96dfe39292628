"""Numbers of cases that are shown: those that no counter knows, as far as they are counted (ADR
60)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from shared.mongo.read_models.reader import ReadCollection

Condition = Mapping[str, Any]
"""A filter of the read model."""

MOST_COUNTED = 2_000
"""Cases that are counted one by one for a number that is shown: more of them are `more than`."""


async def number(
    cases: ReadCollection, conditions: Sequence[Condition], most: int | None = None
) -> int:
    """Returns how many cases pass; with `most` no more than one beyond it are looked for."""
    bound: dict[str, Any] = {} if most is None else {"limit": most + 1}
    return await cases.count_documents({"$and": list(conditions)}, **bound)


@dataclass(frozen=True)
class Number:
    """A number that is shown; `is_least`: there are more, which nobody has counted."""

    n: int
    is_least: bool = False

    @classmethod
    def of(cls, counted: int) -> "Number":
        return cls(min(counted, MOST_COUNTED), counted > MOST_COUNTED)


async def shown_number(cases: ReadCollection, conditions: Sequence[Condition]) -> Number:
    """Returns the number of cases as far as it is counted."""
    return Number.of(await number(cases, conditions, MOST_COUNTED))
