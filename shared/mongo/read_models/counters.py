"""Counters of a read model: one document per dimension and partition.

They move by differences, in the transaction of the documents that they count.
"""

from collections.abc import Mapping

from pymongo import UpdateOne
from pymongo.asynchronous.client_session import AsyncClientSession
from pymongo.asynchronous.collection import AsyncCollection

from shared.mongo.connect import Document

Differences = Mapping[tuple[str, int], int]
"""(dimension, partition) → n to add: each worker changes documents of its own."""


async def add(
    counters: AsyncCollection[Document], differences: Differences, session: AsyncClientSession
) -> None:
    """Adds the differences in the transaction of the session. Raises PyMongoError."""
    updates = [
        UpdateOne(
            {"_id": {"dimension": dimension, "partition": partition}},
            {"$inc": {"n": n}, "$setOnInsert": {"dimension": dimension, "partition": partition}},
            upsert=True,
        )
        for (dimension, partition), n in sorted(differences.items())
        if n
    ]
    if updates:
        await counters.bulk_write(updates, ordered=False, session=session)


async def totals(counters: AsyncCollection[Document]) -> dict[str, int]:
    """Returns the sum of every dimension that is not zero. Raises PyMongoError."""
    pipeline: list[Document] = [
        {"$group": {"_id": "$dimension", "n": {"$sum": "$n"}}},
        {"$match": {"n": {"$ne": 0}}},
    ]
    rows = await (await counters.aggregate(pipeline)).to_list()
    return {row["_id"]: row["n"] for row in rows}
