"""Reads of the running clocks: due work and the next moment."""

from collections.abc import AsyncIterator, Mapping
from datetime import datetime, timedelta
from typing import Any

from shared.kernel.moment import stamp
from shared.mongo.read_models.reader import ReadCollection


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
    stream = document["reminder"]["stream"]
    return {
        "_id": document["_id"],
        "stream": stream,
        "version": document["seen"][stream][0],
        "moment": moment,
        "places": {
            "unit": document["units"],
            "organ": document["organs"],
            "agency": [document["reminder"]["agency"]],
        },
    }


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
