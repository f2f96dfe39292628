"""The job that deletes texts whose command was decided and never appended."""

import asyncio
import logging

from pymongo.errors import PyMongoError

from shared.kernel.errors import Unavailable
from shared.service.commands.runtime import ServiceRuntime

log = logging.getLogger(__name__)

PAUSE_SECONDS = 600.0


async def drop_abandoned_texts(runtime: ServiceRuntime) -> None:
    """Endless; waits out errors of the store. Processes may do it at the same time."""
    while True:
        try:
            await runtime.handler.drop_abandoned_texts()
        except (PyMongoError, Unavailable) as error:
            log.warning("abandoned texts of %s wait: %s", runtime.name, type(error).__name__)
        await asyncio.sleep(PAUSE_SECONDS)
