"""What the bus says of itself: how much disk is left. Only one worker asks, because the client that
can ask is large."""

import asyncio
import logging

from kafka.errors import KafkaError

from shared.kafka.group_offsets import disk_free
from shared.service.observability import metrics
from shared.service.resources.connections import Connections

log = logging.getLogger(__name__)

LOOK_SECONDS = 60.0
"""A look takes a connection of its own."""


async def watch_bus(connections: Connections) -> None:
    """For ever. What the bus does not say keeps its last value, and is in the log."""
    while True:
        try:
            await look_at_bus(connections)
        except (KafkaError, OSError, TimeoutError) as error:
            log.warning("the bus does not say how it is: %r", error)
        await asyncio.sleep(LOOK_SECONDS)


async def look_at_bus(connections: Connections) -> None:
    free = await asyncio.to_thread(disk_free, connections.access)
    if free is not None:
        metrics.DISK_FREE_RATIO.labels("bus").set(free)
