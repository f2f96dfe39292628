"""Reads of the case register: pages by key, tallies, totals."""

import asyncio
import base64
import binascii
import json
import re
from collections.abc import AsyncIterator, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any, Literal

from services.portal.domain.derived import LIGHTS, NEVER, OWNERS
from shared.kernel.actor import Actor
from shared.kernel.calendar import BUSINESS_ZONE
from shared.kernel.errors import NotFound, RuleViolated
from shared.kernel.folding import search_words
from shared.kernel.grams import grams_in
from shared.kernel.moment import stamp
from shared.kernel.organisation import Organisation
from shared.kernel.paper_numbers import number_of
from shared.mongo.read_models.reader import ReadCollection

Filter = Mapping[str, Any]
REGISTER, ACTORS = "case_register", "actors"
"""The read models that the portal reads."""


@dataclass(frozen=True)
class Order:
    """A field and its direction; the id breaks ties, so that a page begins exactly where the last
    one ended."""

    field: str
    direction: int


NOT_FOR_LISTS = (
    "seen", "counted", "search", "grams", "against", "waits", "former_units", "measures", "pairs",
)  # fmt: skip
UNLISTED = dict.fromkeys((*OWNERS, *NOT_FOR_LISTS), 0)
"""Fields that only the case page shows."""
EVERY_FIELD: Mapping[str, int] = {"search": 0, "grams": 0}
Sort = Literal["due", "-due", "newest", "oldest", "number", "-number"]
ORDERS: Mapping[Sort, Order] = {
    "due": Order("due", 1),
    "-due": Order("due", -1),
    "newest": Order("registered_at", -1),
    "oldest": Order("registered_at", 1),
    "number": Order("label_order", 1),
    "-number": Order("label_order", -1),
}


def mark_of(order: Order, document: Mapping[str, Any]) -> str:
    """Returns the mark of a place in the list, which `beyond` reads."""
    place = json.dumps([document[order.field], document["_id"]]).encode()
    return base64.urlsafe_b64encode(place).decode()


def beyond(order: Order, after: str) -> dict[str, Any]:
    """Returns the filter of the lines behind a mark; RuleViolated for a mark that is none."""
    try:
        value, key = json.loads(base64.urlsafe_b64decode(after.encode()))
        place = (str(value), str(key))
        "".join(place).encode()  # the store takes no half of a character
    except (binascii.Error, ValueError, TypeError) as error:
        raise RuleViolated("after", "翻页标记无效，请从第一页重新查询", "after") from error
    sign = "$gt" if order.direction > 0 else "$lt"
    return {
        "$or": [
            {order.field: {sign: place[0]}},
            {order.field: place[0], "_id": {sign: place[1]}},
        ]
    }


WITHOUT = "none"
"""Stands in a filter by one of `MAY_LACK` for the cases that have no value."""
MAY_LACK = ("channel", "region", "subject")


def wanted(named: Mapping[str, str | None], text: str | None) -> list[dict[str, Any]]:
    """Returns filters by exact codes, and by words that title and numbers have, in any spelling
    and order; or by a number of the congress, also a former one, in any usual form."""
    given = {name: value for name, value in named.items() if value}
    filters: list[dict[str, Any]] = [
        {name: None if value == WITHOUT and name in MAY_LACK else value}
        for name, value in given.items()
    ]
    if words := search_words(text or ""):
        every = [{"search": {"$regex": re.escape(word)}} for word in words]
        grams = {"grams": {"$all": grams_in(words)}}
        number = {"external_keys": number_of(text or "").key}
        filters.append({"$or": [{"$and": [grams, *every]}, number]})
    return filters


RUNNING: Filter = {"light": {"$in": list(LIGHTS)}, "due": {"$lt": NEVER}}
"""The cases with a running clock. Each of them has a due moment: an index by it leads to them."""


def due_between(first: date | None, last: date | None) -> list[dict[str, Any]]:
    """Returns the filter by the day until which a case is due, both days included."""
    since = {"$gt": midnight(first)} if first else {}
    until = {"$lte": midnight(last + timedelta(days=1))} if last else {}
    return [{"due": {**since, **until}}] if since or until else []


def midnight(day: date) -> str:
    """Returns the moment at which the day begins: a case due by it was due the day before."""
    return stamp(datetime.combine(day, time(), BUSINESS_ZONE))


Page = tuple[list[dict[str, Any]], str | None]
"""Documents, and the mark behind which the list goes on (None on the last page)."""


async def page(
    cases: ReadCollection,
    conditions: Sequence[Filter],
    order: Order,
    limit: int,
    after: str | None,
    fields: Mapping[str, int] = UNLISTED,
) -> Page:
    """Returns the first cases in the order. Each alternative is read by itself, up to the page's
    end: for all of them at once the store often finds no index that has the order, and sorts."""
    filters = alternatives([*conditions, *([beyond(order, after)] if after else [])])
    sort = [(order.field, order.direction), ("_id", order.direction)]
    found = await asyncio.gather(
        *(cases.find(each, fields).sort(sort).limit(limit + 1).to_list(None) for each in filters)
    )
    every = {document["_id"]: document for documents in found for document in documents}
    documents = as_listed(every.values(), order)
    more = mark_of(order, documents[limit - 1]) if len(documents) > limit else None
    return documents[:limit], more


def alternatives(conditions: Sequence[Filter]) -> list[Filter]:
    """Returns filters of which a case passes one where it passes all conditions: one for each
    alternative of the first condition."""
    first, *rest = conditions
    either = first["$or"] if first.keys() == {"$or"} else [first]
    return [{"$and": [each, *rest]} for each in either]


def counters_of(cases: ReadCollection) -> ReadCollection:
    """Returns the counters that belong to this generation of the register."""
    name, _, generation = cases.name.rpartition("_")
    return cases.database[f"{name}_counters_{generation}"]


async def counted_from(counters: ReadCollection, start: str) -> list[tuple[list[str], int]]:
    """Returns the counters whose dimension begins with `start`, summed over partitions: the parts
    of the dimension behind the first two, and the number."""
    pipeline: list[dict[str, Any]] = [
        {"$match": {"dimension": {"$gte": start, "$lt": f"{start}\uffff"}}},
        {"$group": {"_id": "$dimension", "n": {"$sum": "$n"}}},
    ]
    return [(row["_id"].split("|")[2:], row["n"]) async for row in counters.aggregate(pipeline)]


async def names_of(actors: ReadCollection, ids: Collection[str], day: date) -> dict[str, str]:
    """Returns the names of units on the day, platforms, and people who hold or held a post.
    Proposers stay unnamed: whether a reader may know them is decided by intake and feedback."""
    wanted = {"$in": sorted(ids)}
    entries = await actors.find({"_id": wanted}).to_list(None)
    posts = await actors.find({"holders": wanted}).to_list(None)
    holders = {holder for unit in posts for holder in unit["holders"]}
    known = Organisation.on(day, entries)
    named = ((key, known.short(key)) for key in sorted(known.entries))
    return {
        key: name for key, name in named if name and (key in holders or not known.is_person(key))
    }


async def names_then(
    actors: ReadCollection, acts: Sequence[tuple[date, Collection[str]]]
) -> list[dict[str, str]]:
    """Returns for each act, given by its day and units, the names that the units had on the day."""
    wanted = sorted({unit for _, units in acts for unit in units})
    entries = await actors.find({"_id": {"$in": wanted}}).to_list(None)
    on = {day: Organisation.on(day, entries) for day, _ in acts}
    return [{unit: name for unit in units if (name := on[day].short(unit))} for day, units in acts]


async def own_names(actors: ReadCollection, actor: Actor, day: date) -> dict[str, Any]:
    """Returns `name`, for the person itself, and `names` of its units on the day."""
    units = {post.unit for post in actor.posts}
    entries = await actors.find({"_id": {"$in": sorted({actor.sub, *units})}}).to_list(None)
    known = Organisation.on(day, entries)
    named = {unit: known.short(unit) for unit in sorted(units)}
    names = {unit: name for unit, name in named.items() if name}
    return {"name": known.title(actor.sub), "names": names}


async def below(actors: ReadCollection, unit: str, day: date) -> list[str]:
    """Returns the unit and all units below it on the day."""
    known = await units_on(actors, day)
    return sorted({unit, *(one for one in known.entries if unit in known.path(one))})


async def regions_of(actors: ReadCollection, day: date) -> dict[str, str]:
    """Returns the names of regions: those of their county governments on the day."""
    wanted = {"directory.level": "county", "directory.region": {"$exists": True}}
    counties = await actors.find(wanted).to_list(None)
    known = Organisation.on(day, counties)
    named = ((each["directory"]["region"], known.short(each["_id"])) for each in counties)
    return {region: name for region, name in named if name}


def brought_by(sub: str) -> Filter:
    """Returns the filter of the cases that a person or client brought."""
    return {"$or": [{"proposers": sub}, {"client": sub}]}


def concerning(sub: str, units: Sequence[str]) -> Filter:
    """Returns the filter of the cases that a person brought, or that one of these units handles."""
    return {"$or": [{"units": {"$in": list(units)}}, brought_by(sub)]}


async def document_of(live: ReadCollection, case_id: str) -> dict[str, Any]:
    """Returns the document of a case. Raises NotFound."""
    if (document := await live.find_one({"_id": case_id})) is None:
        raise NotFound(case_id)
    return document


async def ids_in_order(
    cases: ReadCollection, conditions: Sequence[Filter], order: Order
) -> list[str]:
    """Returns the ids of the cases in the order. They are read by id, which never changes: none is
    missed and none comes twice, whatever moves meanwhile."""
    cursor = cases.find({"$and": list(conditions)}, {order.field: 1}).sort("_id", 1)
    return [row["_id"] for row in as_listed(await cursor.to_list(None), order)]


async def rows_of(
    cases: ReadCollection, ids: Sequence[str], conditions: Sequence[Filter]
) -> list[dict[str, Any]]:
    """Returns these cases in the order of their ids, without those that have left the
    conditions."""
    wanted = {"$and": [{"_id": {"$in": list(ids)}}, *conditions]}
    found = {row["_id"]: row async for row in cases.find(wanted, UNLISTED)}
    return [found[key] for key in ids if key in found]


def as_listed(rows: Iterable[dict[str, Any]], order: Order) -> list[dict[str, Any]]:
    """Returns the cases as lists have them: by the field, and by id where it is the same."""

    def place(row: dict[str, Any]) -> tuple[str, str]:
        return str(row[order.field]), row["_id"]

    return sorted(rows, key=place, reverse=order.direction < 0)


WITH_TASKS = dict.fromkeys(
    ("agency", "kind", "channel", "label", "purpose", "against", "assignment.tasks",
     "handling.tasks"),
    1,
)  # fmt: skip


async def with_tasks(
    cases: ReadCollection, conditions: Sequence[Filter]
) -> AsyncIterator[dict[str, Any]]:
    """Yields the cases with their tasks, and whom each is against. The order is that of an index
    by status: without it the store often reads whole kinds."""
    order = [("status", 1), ("due", 1), ("_id", 1)]
    async for case in cases.find({"$and": list(conditions)}, WITH_TASKS).sort(order):
        yield case


COUNTED = dict.fromkeys(
    ("kind", "channel", "subject", "units", "leads", "received_on", "measures", "status",
     "intake.proposers"), 1,
)  # fmt: skip


async def came_in(
    cases: ReadCollection, conditions: Sequence[Filter], most: int
) -> list[dict[str, Any]]:
    """Returns these cases, and one more where there are more, with what an analysis counts."""
    return await cases.find({"$and": [*conditions]}, COUNTED).limit(most + 1).to_list(None)


async def staffed_on(actors: ReadCollection, day: date) -> tuple[Organisation, list[str]]:
    """Returns all units with the people who hold or held posts there, and the ids of these."""
    units = await units_on(actors, day)
    people = sorted({one for entry in units.entries.values() for one in entry.get("holders", ())})
    entries = await actors.find({"_id": {"$in": people}}).to_list(None)
    return Organisation.on(day, [*units.entries.values(), *entries]), people


async def units_on(actors: ReadCollection, day: date) -> Organisation:
    """Returns all units of the directory, and the people who are blocked."""
    wanted = {"$or": [{"directory.places": {"$exists": True}}, {"directory.blocked": True}]}
    return Organisation.on(day, await actors.find(wanted).to_list(None))
