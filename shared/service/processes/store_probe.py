"""What the store says of itself: how far its clock is from ours, how much disk is left."""

import asyncio
import logging
from datetime import UTC

from pymongo.errors import PyMongoError

from shared.mongo.clock_store import real_time
from shared.service.observability import metrics
from shared.service.resources.connections import Connections

log = logging.getLogger(__name__)

LOOK_SECONDS = 15.0


async def watch_vitals(connections: Connections) -> None:
    """For ever. What the store does not say keeps its last value, and is in the log."""
    while True:
        try:
            await look_at_store(connections)
        except (PyMongoError, OSError, TimeoutError) as error:
            log.warning("the store does not say how it is: %r", error)
        await asyncio.sleep(LOOK_SECONDS)


async def look_at_store(connections: Connections) -> None:
    """The clock by the middle of the question and its answer."""
    asked = real_time()
    hello = await connections.mongo.admin.command("hello")
    middle = asked + (real_time() - asked) / 2
    theirs = hello["localTime"].replace(tzinfo=UTC)
    metrics.CLOCK_SKEW_SECONDS.set((theirs - middle).total_seconds())
    stats = await connections.database("control").command("dbStats")
    if total := stats.get("fsTotalSize"):  # nothing is said of a database with nothing in it
        metrics.DISK_FREE_RATIO.labels("store").set(1 - stats["fsUsedSize"] / total)
