"""Counts of statistics: whole agencies from their counters, the rest case by case."""

from collections import Counter
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from services.portal.domain.breakdown import ALL, NOWHERE, OTHER_KINDS
from services.portal.domain.derived import JOINT
from services.portal.queries import MAY_LACK, REGISTER, Filter, counters_of
from shared.mongo.read_models.reader import ReadCollection
from shared.service.api.request_context import ServiceEdge

Counts = dict[tuple[str, str], dict[str, int]]
"""(group, value) → {measure: n}."""


async def counted(
    counters: ReadCollection,
    agency: str,
    period: str,
    kind: str | None,
    without: Collection[str] = (),
) -> Counts:
    """Returns the totals, summed over partitions and, without a kind, over kinds. Cases of the
    kinds `without` are no unit's: they stand under OTHER_KINDS."""
    scope = f"{agency}|{period}|" + (f"{kind}|" if kind else "")
    pipeline: list[dict[str, Any]] = [
        {"$match": {"dimension": {"$gte": scope, "$lt": f"{scope}\uffff"}}},
        {"$group": {"_id": "$dimension", "n": {"$sum": "$n"}}},
    ]
    totals: Counts = {}
    async for row in counters.aggregate(pipeline):
        _, _, of_kind, group, value, measure = row["_id"].split("|")
        for place, n in places_of(group, value, of_kind, row["n"], is_kept=of_kind in without):
            counts = totals.setdefault(place, {})
            counts[measure] = counts.get(measure, 0) + n
    return totals


def places_of(
    group: str, value: str, kind: str, n: int, *, is_kept: bool
) -> Iterator[tuple[tuple[str, str], int]]:
    """Yields the places that a counter adds to. Cases for which no unit answers have no counter:
    they are the whole less those of all units."""
    if group == "all":
        yield ALL, n
        yield ("kind", kind), n
        yield ("unit", OTHER_KINDS if is_kept else NOWHERE), n
    elif group != "unit":
        yield (group, value), n
    elif not is_kept:
        yield ("unit", value), n
        yield ("unit", NOWHERE), -n


async def counted_in(
    cases: ReadCollection,
    conditions: Sequence[Filter],
    group: str,
    without: Collection[str] = (),
) -> Counts:
    """Counts the whole and the values of `group` case by case, as `counted` does from counters."""
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

    async def whole(self, cases: ReadCollection) -> Counts:
        counters = counters_of(cases)
        return await counted(counters, self.agency, self.period, self.kind, self.kept)

    async def among(self, cases: ReadCollection, condition: Filter) -> Counts:
        return await counted_in(cases, [condition, *self.filters], self.group, self.kept)


async def figures(edge: ServiceEdge, selection: Selection) -> tuple[Counts, Counts]:
    """Returns the counts of the selection, and how many of each the caller may open.

    A case that is kept from the caller alone, since it is against the caller, is in neither: the
    difference would tell of it (ADR 57).
    """
    live, shown = await edge.live(REGISTER), edge.visible("read-case").present
    kept = await selection.among(live, shown.recused())
    whole = less(await selection.whole(live), kept)
    if selection.agency in shown.agencies:
        return whole, whole
    return whole, await selection.among(live, shown.as_filter())


def less(counts: Counts, but: Counts) -> Counts:
    """Returns the counts without those of `but`; a place of which none are left is no row."""
    left = {place: dict(Counter(n) - Counter(but.get(place, {}))) for place, n in counts.items()}
    return {place: n for place, n in left.items() if n}
