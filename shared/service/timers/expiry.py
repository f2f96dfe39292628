"""Expiry of pending acts: those that no second person confirmed in time end by a fact."""

import asyncio
import logging

from pymongo.errors import PyMongoError

from shared.kernel.errors import DomainError
from shared.service.commands.context import job_context
from shared.service.commands.pending_acts import ExpireAct, stream_of
from shared.service.commands.runtime import ServiceRuntime
from shared.service.commands.second_person import open_acts

log = logging.getLogger(__name__)

LOOK_SECONDS = 15.0


async def expire_pending_acts(runtime: ServiceRuntime) -> None:
    """Job of a service with `second-person` rows: endless; waits out errors of the store."""
    while True:
        try:
            await expire_due(runtime)
        except (PyMongoError, DomainError) as error:
            log.warning("expiry waits: %r", error)
        await asyncio.sleep(LOOK_SECONDS)


async def expire_due(runtime: ServiceRuntime) -> int:
    """Ends every act whose time has passed, and returns their number. An act is not confirmed
    after its time, also before this ends it."""
    now, expired = runtime.clock.now(), 0
    for act, _ in await open_acts(runtime.store, runtime.handler.loaded, now):
        if act.fact.expires_at <= now:
            name = act.fact.act
            command = ExpireAct(at=now, by=f"system:{runtime.name}", act=name)
            context = job_context(runtime.name, command, name)
            outcome = await runtime.handler.handle(stream_of(name), command, context)
            expired += len(outcome.facts)
    return expired
