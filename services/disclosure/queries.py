"""Reads of the public site, from its two read models."""

import re
from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from services.disclosure.domain.projections import PUBLIC_SITE, PUBLIC_UNITS
from shared.kernel.calendar import business_day
from shared.kernel.folding import search_words
from shared.kernel.grams import grams_in
from shared.mongo.clock_store import real_time

Row = Mapping[str, Any]
PAGE = 20
"""Cases per page."""

MOST_PAGES = 500
MOST_COUNTED = PAGE * MOST_PAGES
MOST_FOUND = 1_000
"""Matches of words that are counted: each of them is read."""
LONGEST_QUERY = 50
"""Characters."""

SEARCH_LIMIT_MS = 2_000
"""The store stops a longer search, so that other readers are served."""

NEWEST_FIRST = [("replied_on", -1), ("_id", 1)]
LAST_PUBLISHED_FIRST = [("published", -1), ("_id", 1)]
LISTED = dict.fromkeys(
    ("title", "label", "kind", "period", "units", "meanings", "names", "replied_on", "published"), 1
)

UNSHOWN = dict.fromkeys(("seen", "search", "grams", "counted"), 0)


class Models(Protocol):
    """The read models."""

    async def current(self, projection: str) -> Any:
        """Returns the collection of the live generation. Raises BeingRebuilt for one that older
        code has begun."""
        ...


@dataclass(frozen=True)
class Search:
    """Search words and filters; an empty one does not count."""

    q: str = ""
    year: str = ""
    kind: str = ""
    unit: str = ""
    result: str = ""

    def condition(self) -> dict[str, Any]:
        """Returns the condition of the query: every word occurs in title, number, text or names.
        Words are compared folded, and matched literally, never as a pattern. The store looks for
        the rarest of the grams that a match must have, and reads the matches of that one."""
        exact = {
            "period": self.year,
            "kind": self.kind,
            "units": self.unit,
            "meanings": self.result,
        }
        condition: dict[str, Any] = {"public": True}
        condition |= {name: value for name, value in exact.items() if value}
        if self.words:
            every = [{"search": {"$regex": re.escape(word)}} for word in self.words]
            condition["$and"] = [{"grams": {"$all": grams_in(self.words)}}, *every]
        return condition

    @property
    def words(self) -> Sequence[str]:
        return search_words(self.q)

    @property
    def most(self) -> int:
        """Returns how many matches are counted."""
        return MOST_FOUND if self.words else MOST_COUNTED


async def cases(models: Models) -> Any:
    return await models.current(PUBLIC_SITE.name)


async def newest(models: Models, most: int) -> list[Row]:
    cursor = (await cases(models)).find({"public": True}, LISTED).sort(NEWEST_FIRST)
    rows: list[Row] = await cursor.limit(most).to_list(most)
    return rows


async def last_published(models: Models, most: int) -> list[Row]:
    cursor = (await cases(models)).find({"public": True}, LISTED).sort(LAST_PUBLISHED_FIRST)
    rows: list[Row] = await cursor.limit(most).to_list(most)
    return rows


async def search(models: Models, wanted: Search, page: int) -> tuple[list[Row], int, int]:
    """Returns one page of the matches, their number (`wanted.most` at most) and the page's own: a
    page beyond the last is the last."""
    collection, condition = await cases(models), wanted.condition()
    total = await collection.count_documents(
        condition, limit=wanted.most, maxTimeMS=SEARCH_LIMIT_MS
    )
    page = min(page, pages_of(total))
    cursor = collection.find(condition, LISTED).sort(NEWEST_FIRST).skip((page - 1) * PAGE)
    rows = await cursor.limit(PAGE).max_time_ms(SEARCH_LIMIT_MS).to_list(PAGE)
    return rows, total, page


def pages_of(total: int) -> int:
    return min(MOST_PAGES, max(1, -(-total // PAGE)))


async def case_named(models: Models, name: str) -> Row | None:
    """Returns the case with this id or printed number."""
    case: Row | None = await (await cases(models)).find_one(
        {"$or": [{"_id": name}, {"labels": name}]}, UNSHOWN
    )
    return case


async def choices(models: Models) -> Mapping[str, Sequence[str]]:
    """Returns the values of the search form's filters: those that some public case has."""
    collection, public = await cases(models), {"public": True}
    fields = {"year": "period", "kind": "kind", "unit": "units", "result": "meanings"}
    return {
        name: sorted(await collection.distinct(field, public), reverse=name == "year")
        for name, field in fields.items()
    }


async def number_public(models: Models, most: int) -> int:
    count: int = await (await cases(models)).count_documents({"public": True}, limit=most)
    return count


async def addresses(models: Models, before: int, most: int) -> list[Row]:
    """Returns public cases by id, without those `before`: id, and moment of their newest
    publication. A case that is published meanwhile moves others by one place at most."""
    cursor = (await cases(models)).find({"public": True}, {"published": 1}).sort("_id", 1)
    rows: list[Row] = await cursor.skip(before).limit(most).to_list(most)
    return rows


async def all_public(collection: Any, most: int) -> AsyncIterator[Row]:
    """Yields public cases with their replies, newest first."""
    cursor = collection.find({"public": True}, UNSHOWN)
    async for row in cursor.sort(NEWEST_FIRST).limit(most):
        yield row


async def counted(models: Models) -> dict[str, int]:
    """Returns numbers by dimension, summed over the partitions in which workers count."""
    documents = await cases(models)
    name, _, generation = documents.name.rpartition("_g")
    counters = documents.database[f"{name}_counters_g{generation}"]
    sums = counters.aggregate([{"$group": {"_id": "$dimension", "n": {"$sum": "$n"}}}])
    return {row["_id"]: row["n"] async for row in sums if row["n"]}


@dataclass(frozen=True)
class Units:
    """Names of units by day. `namings`: in the order of their first days; `regions`: names of
    regions, those of their county governments `today`."""

    namings: Mapping[str, Sequence[Row]]
    regions: Mapping[str, str]
    today: str

    def title(self, unit: str, day: str = "") -> str:
        """Returns the name on the day (`2025-03-01`), else today's; the id of an unknown unit."""
        naming = named_on(self.namings.get(unit, ()), day or self.today)
        return str(naming["title"]) if naming else unit


def named_on(namings: Sequence[Row], day: str) -> Row | None:
    """Returns the last names that had begun; before all of them, the first."""
    begun = [naming for naming in namings if naming["valid_from"] <= day]
    return begun[-1] if begun else next(iter(namings), None)


async def units(models: Models) -> Units:
    collection = await models.current(PUBLIC_UNITS.name)
    cursor = collection.find({"directory.namings": {"$exists": True}}, {"directory": 1})
    rows = [(row["_id"], row["directory"]) async for row in cursor]
    today = business_day(real_time()).isoformat()
    counties = [unit for _, unit in rows if unit.get("level") == "county" and unit.get("region")]
    named = [(unit["region"], named_on(unit["namings"], today)) for unit in counties]
    return Units(
        namings={key: unit["namings"] for key, unit in rows},
        regions={region: naming["short"] for region, naming in named if naming},
        today=today,
    )
