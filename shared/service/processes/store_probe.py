"""Probe of the store: clock skew and free disk."""

import asyncio
import logging

from pymongo.errors import PyMongoError

from shared.mongo.store_time import skew_of
from shared.service.observability import metrics
from shared.service.resources.connections import Connections

log = logging.getLogger(__name__)

INTERVAL_SECONDS = 15.0


async def watch_store(connections: Connections) -> None:
    """Probes endlessly. After a failure the metrics keep their values, and a warning is logged."""
    while True:
        try:
            await probe_store(connections)
        except (PyMongoError, OSError, TimeoutError) as error:
            log.warning("the store cannot be probed: %r", error)
        await asyncio.sleep(INTERVAL_SECONDS)


async def probe_store(connections: Connections) -> None:
    skew = await skew_of(connections.mongo)
    metrics.CLOCK_SKEW_SECONDS.set(skew.by.total_seconds())
    stats = await connections.database("control").command("dbStats")
    if total := stats.get("fsTotalSize"):  # an empty database reports no disk
        metrics.DISK_FREE_RATIO.labels("store").set(1 - stats["fsUsedSize"] / total)
