"""Expiry of sessions that no request asks for any more."""

import asyncio
import logging

from pymongo.errors import PyMongoError

from services.portal.console.guard import Guard

EVERY_SECONDS = 60.0

log = logging.getLogger(__name__)


async def expire_for_ever(guard: Guard) -> None:
    """Endless; goes on when the store is away for a while."""
    while True:
        try:
            await expire(guard)
        except PyMongoError as error:
            log.warning("sessions wait for their store: %s", type(error).__name__)
        await asyncio.sleep(EVERY_SECONDS)


async def expire(guard: Guard) -> None:
    """Removes the sessions that are over, and notes each in the audit trail once."""
    for session in await guard.sessions.expire():
        guard.notes.expired(session)
