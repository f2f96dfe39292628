"""Tallies: numbers of cases by status and light within the rights of a reader."""

from collections.abc import Sequence
from typing import Any

from services.portal.domain.derived import SCOPE, TALLY
from services.portal.known import Known, places_in, places_of
from services.portal.queries import Filter, counted_from, counters_of
from shared.kernel.visibility import AnyOf, Every
from shared.mongo.read_models.reader import ReadCollection

FIELDS = (*SCOPE, "period", "status", "light")
KNOWN_FIELDS = frozenset({*FIELDS, "units"})
"""Filters of the worklist that counters know."""
Tallied = list[tuple[dict[str, str], int]]
"""Fields, at least status and light, and the number of cases."""


async def tally_of(
    cases: ReadCollection, shown: AnyOf, wanted: Every, conditions: Sequence[Filter]
) -> tuple[Tallied, Tallied]:
    """Counts the cases that a reader may see, from counters where they know them: `wanted` asks
    for KNOWN_FIELDS alone, and says what `conditions` say. The second tally is to be taken off the
    first: cases against the reader."""
    known, rows = await _known(counters_of(cases), shown, wanted)
    if known is None:
        return await tally_one_by_one(cases, [shown.as_filter(), *conditions]), []
    both = AnyOf((wanted,)), known.cases
    counted = [
        (fields, n)
        for fields, n in rows
        if all(each.admits({**fields, known.field: [known.value]}) for each in both)
    ]
    elsewhere = await tally_one_by_one(cases, [known.elsewhere(), *conditions])
    return [*counted, *elsewhere], await tally_one_by_one(cases, [known.kept_back(), *conditions])


async def tally_one_by_one(
    cases: ReadCollection, conditions: Sequence[Filter], most: int | None = None
) -> Tallied:
    """Counts case by case, up to `most`: for selections that no counter knows."""
    pipeline: list[dict[str, Any]] = [
        {"$match": {"$and": conditions}},
        *([{"$limit": most}] if most else []),
        {"$group": {"_id": {"status": "$status", "light": "$light"}, "n": {"$sum": 1}}},
    ]
    return [(row["_id"], row["n"]) async for row in cases.aggregate(pipeline)]


async def _known(
    counters: ReadCollection, shown: AnyOf, wanted: Every
) -> tuple[Known | None, Tallied]:
    """Returns the place where counters know most of the cases, and what they count there."""
    named = places_in(wanted)
    places = [Known(shown, "units", unit) for unit in named] if named else list(places_of(shown))
    tallies = [(place, await _counted(counters, place.value)) for place in places]
    return max(tallies, key=_size, default=(None, []))


def _size(counted: tuple[Known, Tallied]) -> int:
    return sum(n for _, n in counted[1])


async def _counted(counters: ReadCollection, place: str) -> Tallied:
    rows = await counted_from(counters, f"{TALLY}|{place}|")
    return [(dict(zip(FIELDS, values, strict=True)), n) for values, n in rows if n]
