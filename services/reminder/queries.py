"""Reads of the running clocks: what is due, and what comes next."""

from collections.abc import AsyncIterator, Mapping
from datetime import datetime, timedelta
from typing import Any

from shared.kernel.moment import stamp
from shared.mongo.read_models.reader import ReadCollection


async def due(
    clocks: ReadCollection, until: datetime, hold: timedelta
) -> AsyncIterator[dict[str, Any]]:
    """Cases with something to say until then, oldest first: lights, then rungs whose hold has
    passed. A case may come twice. Each is one indexed range, however many clocks there are."""
    for field, held in (("light_at", timedelta()), ("rung_at", hold)):
        found = clocks.find({field: {"$lte": stamp(until - held)}}).sort(field, 1)
        async for document in found:
            yield row(document, datetime.fromisoformat(document[field]) + held)


def row(document: Mapping[str, Any], moment: datetime) -> dict[str, Any]:
    """What the timer goes by: the stream, the version folded, since when it may be asked, and where
    addressees may sit."""
    stream = document["reminder"]["stream"]
    return {
        "_id": document["_id"],
        "stream": stream,
        "version": document["seen"][stream][0],
        "moment": moment,
        "places": {"unit": document["units"], "agency": [document["reminder"]["agency"]]},
    }


async def next_moment(clocks: ReadCollection) -> datetime | None:
    first = await clocks.find_one({"next_at": {"$gt": ""}}, sort=[("next_at", 1)])
    return datetime.fromisoformat(first["next_at"]) if first else None


async def counts(clocks: ReadCollection, now: datetime) -> tuple[int, int]:
    """(cases overdue for the timer, cases with a moment to come)."""
    overdue = await clocks.count_documents({"next_at": {"$gt": "", "$lte": stamp(now)}})
    return overdue, await pending(clocks)


async def pending(clocks: ReadCollection) -> int:
    return await clocks.count_documents({"next_at": {"$gt": ""}})
