"""Probe of the broker: free disk. It runs in the projections worker only, because the admin client
is large."""

import asyncio
import logging

from kafka.errors import KafkaError

from shared.kafka.group_offsets import disk_free
from shared.service.observability import metrics
from shared.service.resources.connections import Connections

log = logging.getLogger(__name__)

INTERVAL_SECONDS = 60.0
"""Each probe opens a connection of its own."""


async def watch_broker(connections: Connections) -> None:
    """Probes endlessly. After a failure the metric keeps its value, and a warning is logged."""
    while True:
        try:
            await probe_broker(connections)
        except (KafkaError, OSError, TimeoutError) as error:
            log.warning("the broker cannot be probed: %r", error)
        await asyncio.sleep(INTERVAL_SECONDS)


async def probe_broker(connections: Connections) -> None:
    free = await asyncio.to_thread(disk_free, connections.access)
    if free is not None:
        metrics.DISK_FREE_RATIO.labels("bus").set(free)
