"""The ground for commands that work on the store and the bus of the services themselves."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from shared.kafka.space import Space
from shared.mongo.connect import connect
from shared.ops.installation.connectivity import need_bus, need_store
from shared.ops.installation.local_settings import settings_here
from shared.service.resources.connections import Ground
from shared.service.resources.platform import access_of


@asynccontextmanager
async def opened_ground(*, bus: bool = True) -> AsyncIterator[Ground]:
    """OutOfReach before anything is begun; `bus=False` where the store alone will do."""
    settings = settings_here()
    need_store(settings)
    if bus:
        need_bus(settings)
    client = connect(settings.mongo_url)
    try:
        yield Ground(access_of(settings), client, Space(settings.space))
    finally:
        await client.close()
