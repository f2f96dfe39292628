"""Reads of the public site: its own two read models, and nothing else."""

import re
from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from services.disclosure.domain.projections import PUBLIC_SITE, PUBLIC_UNITS

Row = Mapping[str, Any]
PAGE = 20
MOST_PAGES = 500
MOST_COUNTED = PAGE * MOST_PAGES
LONGEST_QUERY = 50
PATIENCE_MS = 2_000
"""A search that takes longer is given up: the site must stay there for the others."""

NEWEST_FIRST = [("replied_on", -1), ("_id", 1)]
LISTED = dict.fromkeys(
    ("title", "label", "kind", "period", "units", "meanings", "names", "replied_on", "published"), 1
)


class Models(Protocol):
    """Which generation of a read model is read now."""

    async def collection(self, projection: str) -> Any: ...


@dataclass(frozen=True)
class Wanted:
    """What a reader looks for; what is empty does not matter."""

    q: str = ""
    year: str = ""
    kind: str = ""
    unit: str = ""
    result: str = ""

    def condition(self) -> dict[str, Any]:
        """The words as they stand: nothing that is typed is a pattern."""
        exact = {"period": self.year, "kind": self.kind, "units": self.unit}
        found: dict[str, Any] = {"public": True}
        found |= {name: value for name, value in exact.items() if value}
        if self.result:
            found["meanings"] = self.result
        if self.q:
            found["search"] = {"$regex": re.escape(self.q.lower())}
        return found


async def cases(models: Models) -> Any:
    return await models.collection(PUBLIC_SITE.name)


async def newest(models: Models, most: int) -> list[Row]:
    found = (await cases(models)).find({"public": True}, LISTED).sort(NEWEST_FIRST)
    rows: list[Row] = await found.limit(most).to_list(most)
    return rows


async def search(models: Models, wanted: Wanted, page: int) -> tuple[list[Row], int]:
    """One page, and how many there are (counted up to a bound)."""
    collection, condition = await cases(models), wanted.condition()
    total = await collection.count_documents(condition, limit=MOST_COUNTED, maxTimeMS=PATIENCE_MS)
    found = collection.find(condition, LISTED).sort(NEWEST_FIRST).skip((page - 1) * PAGE)
    rows = await found.limit(PAGE).max_time_ms(PATIENCE_MS).to_list(PAGE)
    return rows, total


async def case_named(models: Models, name: str) -> Row | None:
    """By its id, or by its number as it is printed."""
    found: Row | None = await (await cases(models)).find_one(
        {"$or": [{"_id": name}, {"labels": name}]}, {"seen": 0, "search": 0, "counted": 0}
    )
    return found


async def choices(models: Models) -> Mapping[str, Sequence[str]]:
    """What the search form offers: values that some public case has."""
    collection, public = await cases(models), {"public": True}
    fields = {"year": "period", "kind": "kind", "unit": "units", "result": "meanings"}
    return {
        name: sorted(await collection.distinct(field, public), reverse=name == "year")
        for name, field in fields.items()
    }


async def addresses(models: Models, most: int) -> list[Row]:
    """Ids of the newest public cases, with the day of their newest publication."""
    found = (await cases(models)).find({"public": True}, {"published": 1}).sort(NEWEST_FIRST)
    rows: list[Row] = await found.limit(most).to_list(most)
    return rows


async def all_public(models: Models, most: int) -> AsyncIterator[Row]:
    """With their replies, newest first."""
    found = (await cases(models)).find({"public": True}, {"seen": 0, "search": 0, "counted": 0})
    async for row in found.sort(NEWEST_FIRST).limit(most):
        yield row


async def counted(models: Models) -> dict[str, int]:
    """Dimension → number, summed over the partitions that several workers count in."""
    documents = await cases(models)
    name, _, generation = documents.name.rpartition("_g")
    counters = documents.database[f"{name}_counters_g{generation}"]
    sums = counters.aggregate([{"$group": {"_id": "$dimension", "n": {"$sum": "$n"}}}])
    return {row["_id"]: row["n"] async for row in sums if row["n"]}


@dataclass(frozen=True)
class Units:
    """Names of units and, by the county governments, of regions."""

    titles: Mapping[str, str]
    regions: Mapping[str, str]


async def units(models: Models) -> Units:
    collection = await models.collection(PUBLIC_UNITS.name)
    found = collection.find({"directory.title": {"$exists": True}}, {"directory": 1})
    rows = [(row["_id"], row["directory"]) async for row in found]
    counties = [unit for _, unit in rows if unit.get("level") == "county" and unit.get("region")]
    return Units(
        titles={key: unit["title"] for key, unit in rows},
        regions={unit["region"]: unit["short"] for unit in counties},
    )
