"""Counts of statistics: whole agencies from their counters, the rest case by case."""

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from services.portal.domain.breakdown import ALL, NOWHERE, OTHER_KINDS
from services.portal.domain.derived import JOINT, OF_ASKS, SCOPE
from services.portal.known import Known
from services.portal.numbers import number
from services.portal.queries import (
    MAY_LACK,
    REGISTER,
    WITHOUT,
    Filter,
    counted_from,
    counters_of,
)
from shared.kernel.visibility import AnyOf
from shared.mongo.read_models.reader import ReadCollection
from shared.service.api.request_context import ServiceEdge

Counts = dict[tuple[str, str], dict[str, int]]
"""(group, value) → {measure: n}."""


@dataclass(frozen=True)
class Count:
    """A counter of statistics."""

    kind: str
    channel: str
    group: str
    value: str
    measure: str
    n: int


def summed(rows: Iterable[Count], without: Collection[str] = ()) -> Counts:
    """Returns the totals, summed over channels and kinds. Cases of the kinds `without` are no
    unit's: they stand under OTHER_KINDS."""
    totals: Counts = {}
    for row in rows:
        for place, n in places_of(row, is_kept=row.kind in without):
            counts = totals.setdefault(place, {})
            counts[row.measure] = counts.get(row.measure, 0) + n
    return totals


def places_of(row: Count, *, is_kept: bool) -> Iterator[tuple[tuple[str, str], int]]:
    """Yields the places that a counter adds to. Cases for which no unit answers have no counter:
    they are the whole less those of all units."""
    if row.group == "all":
        yield ALL, row.n
        yield ("kind", row.kind), row.n
        yield ("unit", OTHER_KINDS if is_kept else NOWHERE), row.n
    elif row.group != "unit":
        yield (row.group, row.value), row.n
    elif not is_kept:
        yield ("unit", row.value), row.n
        yield ("unit", NOWHERE), -row.n


async def counted_in(
    cases: ReadCollection,
    conditions: Sequence[Filter],
    group: str,
    without: Collection[str] = (),
) -> Counts:
    """Counts the whole and the values of `group` case by case, as `summed` does from counters."""
    field = "leads" if group == "unit" else group
    place = {"value": f"${field}", "kind": "$kind", "measure": "$measures"}
    pipeline: list[dict[str, Any]] = [
        {"$match": {"$and": list(conditions)}},
        {"$unwind": "$measures"},
        {"$group": {"_id": place, "n": {"$sum": 1}}},
    ]
    totals: Counts = {}
    async for row in cases.aggregate(pipeline):
        at, n = row["_id"], row["n"]
        is_kept = group == "unit" and at["kind"] in without
        value = OTHER_KINDS if is_kept else joint(at.get("value"))
        for key in (ALL, (group, value)):
            counts = totals.setdefault(key, {})
            counts[at["measure"]] = counts.get(at["measure"], 0) + n
    return {key: counts for key, counts in totals.items() if key == ALL or is_value(key)}


def is_value(place: tuple[str, str]) -> bool:
    """Returns whether a group has the value. Without a purpose, a case is in no such group."""
    group, value = place
    return (value != NOWHERE or group in (*MAY_LACK, "unit")) and group != "all"


def joint(value: str | list[str] | None) -> str:
    """Returns the value as counters name it; NOWHERE where there is none, or no unit answers."""
    return (JOINT.join(value) if isinstance(value, list) else value) or NOWHERE


@dataclass(frozen=True)
class Selection:
    """Cases of an agency and period, of one kind or of all; counts by unit are without the kinds
    `kept`."""

    agency: str
    period: str
    kind: str | None
    group: str
    kept: frozenset[str]

    @property
    def filters(self) -> list[Filter]:
        named = {"agency": self.agency, "period": self.period, "kind": self.kind}
        return [{name: value for name, value in named.items() if value}]

    async def counted(self, cases: ReadCollection) -> list[Count]:
        """Returns the counters, summed over partitions."""
        scope = f"{self.agency}|{self.period}|" + (f"{self.kind}|" if self.kind else "")
        found = await counted_from(counters_of(cases), scope)
        return [
            Count(kind, channel, group, value, measure, n)
            for (kind, channel, group, value, measure), n in found
        ]

    def seen_in(self, rows: Iterable[Count], known: AnyOf) -> list[Count]:
        """Returns the counters of the scopes that are known."""
        scopes = ((row, (self.agency, row.kind, row.channel)) for row in rows)
        return [row for row, at in scopes if known.admits(dict(zip(SCOPE, at, strict=True)))]

    async def among(self, cases: ReadCollection, condition: Filter) -> Counts:
        return await counted_in(cases, [condition, *self.filters], self.group, self.kept)


async def figures(edge: ServiceEdge, selection: Selection) -> tuple[Counts, Counts]:
    """Returns the counts of the selection, and how many of each the caller may open.

    A case that is kept from the caller alone, since it is against the caller, is in neither: the
    difference would tell of it (ADR 57).
    """
    live, shown = await edge.live(REGISTER), edge.visible("read-case").present
    known, rows = Known(shown), await selection.counted(live)
    whole = less(summed(rows, selection.kept), await selection.among(live, shown.recused()))
    counted = summed(selection.seen_in(rows, known.cases), selection.kept)
    opened = less(counted, await selection.among(live, known.kept_back()))
    return whole, more(opened, await selection.among(live, known.elsewhere()))


SELECTED = frozenset({"agency", "period", "kind", "channel", "measures"})
STATED = frozenset({"subject", "region", "purpose"})
"""Filters of the worklist that are groups of statistics, too."""


def selection_of(named: Mapping[str, str]) -> Selection | None:
    """Returns the statistics that know how many cases such a filter has; None where none do: they
    count items of what is asked, and the list the papers."""
    if named.get("measures") in OF_ASKS:
        return None
    groups = named.keys() - SELECTED
    if len(groups) > 1 or not groups <= STATED or not {"agency", "period"} <= named.keys():
        return None
    group = next(iter(groups), "all")
    return Selection(named["agency"], named["period"], named.get("kind"), group, frozenset())


async def number_in(
    cases: ReadCollection,
    shown: AnyOf,
    selection: Selection,
    named: Mapping[str, str],
    conditions: Sequence[Filter],
) -> int:
    """Returns the number of visible cases that pass the filter `named`, which `selection` knows."""
    known, group = Known(shown), selection.group
    rows = selection.seen_in(await selection.counted(cases), known.cases)
    place = (group, stated(named.get(group, "all")), named.get("measures", "registered"))
    channel = stated(named.get("channel"))
    counted = (row for row in rows if (row.group, row.value, row.measure) == place)
    whole = sum(row.n for row in counted if channel in (None, row.channel))
    elsewhere = await number(cases, [known.elsewhere(), *conditions])
    return whole + elsewhere - await number(cases, [known.kept_back(), *conditions])


def stated(value: str | None) -> str | None:
    """Returns the value of a filter as counters name it."""
    return NOWHERE if value == WITHOUT else value


def more(counts: Counts, others: Counts) -> Counts:
    """Returns the counts with those of `others`."""
    return {
        place: dict(Counter(counts.get(place, {})) + Counter(others.get(place, {})))
        for place in {**counts, **others}
    }


def less(counts: Counts, but: Counts) -> Counts:
    """Returns the counts without those of `but`; a place of which none are left is no row."""
    left = {place: dict(Counter(n) - Counter(but.get(place, {}))) for place, n in counts.items()}
    return {place: n for place, n in left.items() if n}
