"""Connections of commands that work directly on the store and the bus of the services."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from shared.mongo.connect import connect
from shared.ops.installation.connectivity import need_bus, need_store
from shared.ops.installation.local_settings import settings_here
from shared.service.resources.connections import Connections, connections_of


@asynccontextmanager
async def opened_connections(*, bus: bool = True) -> AsyncIterator[Connections]:
    """Opens the connections. Raises OutOfReach before any work; `bus=False` needs the store
    alone."""
    settings = settings_here()
    need_store(settings)
    if bus:
        need_bus(settings)
    connections = connections_of(settings, connect(settings.mongo_url))
    try:
        yield connections
    finally:
        await connections.close()
