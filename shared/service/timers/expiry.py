"""Expiry of pending acts: those that no second person confirmed in time end by a fact."""

import asyncio
import logging
from datetime import datetime

from shared.kernel.errors import Unavailable
from shared.service.commands.context import job_context
from shared.service.commands.pending_acts import ExpireAct, PendingAct, stream_of
from shared.service.commands.runtime import ServiceRuntime
from shared.service.commands.second_person import open_acts
from shared.service.timers.round import PASSING

log = logging.getLogger(__name__)

LOOK_SECONDS = 15.0


async def expire_pending_acts(runtime: ServiceRuntime) -> None:
    """Job of a service with `second-person` rows: endless; waits out errors of the store."""
    while True:
        try:
            await expire_due(runtime)
        except (*PASSING, Unavailable) as error:
            log.warning("expiry waits: %r", error)
        await asyncio.sleep(LOOK_SECONDS)


async def expire_due(runtime: ServiceRuntime) -> int:
    """Ends every act whose time has passed, and returns the number of facts. An act is not
    confirmed after its time, also before this ends it."""
    now = runtime.clock.now()
    acts = await open_acts(runtime.store, runtime.handler.loaded, now)
    over = [act for act, _ in acts if act.fact.expires_at <= now]
    return sum([await _expired(runtime, act, now) for act in over])


async def _expired(runtime: ServiceRuntime, act: PendingAct, now: datetime) -> int:
    """Ends one act; one that cannot be ended for now keeps none of the others."""
    name = act.fact.act
    command = ExpireAct(at=now, by=f"system:{runtime.name}", act=name)
    context = job_context(runtime.name, command, name)
    try:
        outcome = await runtime.handler.handle(stream_of(name), command, context)
    except (*PASSING, Unavailable):
        raise
    except Exception:
        log.exception("%s is not ended, and tried again later", name)
        return 0
    return len(outcome.facts)
