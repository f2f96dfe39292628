"""Reads of the running clocks: due work and the next moment."""

from collections.abc import AsyncIterator, Collection, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from shared.kernel.moment import stamp
from shared.mongo.read_models.reader import ReadCollection

REDATED_AT_ONCE = 200


async def due(
    clocks: ReadCollection, until: datetime, hold: timedelta
) -> AsyncIterator[dict[str, Any]]:
    """Yields the cases that are due until then, oldest first: by their lights, then by rungs whose
    hold has passed. A case may come twice. Each is one indexed range."""
    for field, held in (("light_at", timedelta()), ("rung_at", hold)):
        documents = clocks.find({field: {"$lte": stamp(until - held)}}).sort(field, 1)
        async for document in documents:
            yield row(document, datetime.fromisoformat(document[field]) + held)


def row(document: Mapping[str, Any], moment: datetime) -> dict[str, Any]:
    """Returns a row of due work: the stream, the version folded, the moment from which the case may
    be advanced, and the places where addressees sit."""
    return {
        **named(document),
        "moment": moment,
        "places": {
            "unit": document["units"],
            "organ": document["organs"],
            "agency": [document["reminder"]["agency"]],
        },
    }


def named(document: Mapping[str, Any]) -> dict[str, Any]:
    """Returns the case, its stream, and the version folded."""
    stream = document["reminder"]["stream"]
    version = document["seen"][stream][0]
    return {"_id": document["_id"], "stream": stream, "version": version}


async def to_redate(clocks: ReadCollection, known: Collection[int]) -> list[dict[str, Any]]:
    """Returns the cases with clocks that rest on a guess of a year whose list is `known` by now, at
    most so many at once."""
    found = clocks.find({"guessed": {"$in": list(known)}}).sort("_id", 1).limit(REDATED_AT_ONCE)
    return [{**named(document), "places": {}} async for document in found]


async def provisional(
    clocks: ReadCollection, visible: Mapping[str, Any], after: str, limit: int
) -> Sequence[Mapping[str, Any]]:
    """Returns the cases with clocks that rest on a year without an official list, by id."""
    conditions = [visible, {"guessed": {"$gt": 0}}, {"_id": {"$gt": after}}]
    found = clocks.find({"$and": conditions}).sort("_id", 1).limit(limit)
    return [document async for document in found]


async def next_moment(clocks: ReadCollection) -> datetime | None:
    first = await clocks.find_one({"next_at": {"$gt": ""}}, sort=[("next_at", 1)])
    return datetime.fromisoformat(first["next_at"]) if first else None


async def counts(clocks: ReadCollection, now: datetime) -> tuple[int, int]:
    """Returns the numbers of cases that the timer should have advanced, and of all with a moment to
    come."""
    overdue = await clocks.count_documents({"next_at": {"$gt": "", "$lte": stamp(now)}})
    return overdue, await pending(clocks)


async def pending(clocks: ReadCollection) -> int:
    return await clocks.count_documents({"next_at": {"$gt": ""}})


async def lights(clocks: ReadCollection) -> dict[tuple[str, str], int]:
    """Returns the number of running clocks by unit and light; without a unit the proposer has to
    act."""
    rows = {"$objectToArray": "$reminder.clocks"}
    group = {"unit": {"$ifNull": ["$row.v.unit", ""]}, "light": "$row.v.light"}
    pipeline: list[dict[str, Any]] = [
        {"$match": {"running": {"$gt": 0}}},
        {"$project": {"row": rows}},
        {"$unwind": "$row"},
        {"$group": {"_id": group, "n": {"$sum": 1}}},
    ]
    found = clocks.aggregate(pipeline)
    return {(row["_id"]["unit"], row["_id"]["light"]): row["n"] async for row in found}
