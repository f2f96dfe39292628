"""The reactions worker: turns facts into commands and runs the jobs of services (timers)."""

import asyncio
from collections.abc import Sequence
from contextlib import AsyncExitStack

from shared.service.commands.abandoned_texts import drop_abandoned_texts
from shared.service.definition import ServiceDefinition
from shared.service.deliveries.channel import LogChannel
from shared.service.deliveries.worker import add_deliveries
from shared.service.processes.composition import open_service
from shared.service.processes.role_group import reactions_group
from shared.service.processes.worker_health import serve_health
from shared.service.reactions.worker import add_reactions
from shared.service.resources.process_resources import open_resources
from shared.service.resources.start_checks import refuse_backups, refuse_lost_keys
from shared.service.settings import ServiceSettings
from shared.service.subscriptions.worker_host import WorkerHost
from shared.service.timers.expiry import expire_pending_acts


async def serve_reactions(
    settings: ServiceSettings, definitions: Sequence[ServiceDefinition]
) -> None:
    """Runs until SIGTERM; a consumer that cannot continue ends the process. Raises StartRefused."""
    async with AsyncExitStack() as stack:
        resources = await stack.enter_async_context(open_resources(settings, "reactions"))
        await refuse_backups(resources, definitions)
        await refuse_lost_keys(resources, resources.masters(), definitions)
        runtimes = [
            await stack.enter_async_context(open_service(resources, definition))
            for definition in definitions
        ]
        host = WorkerHost(resources)
        await host.start()
        stack.push_async_callback(host.stop)  # before the logs close
        await asyncio.gather(
            *[add_reactions(host, runtime.definition, runtime.dispatch) for runtime in runtimes]
        )
        channels = {"log": LogChannel(resources.clock.now)}
        for runtime in runtimes:
            await add_deliveries(host, runtime.definition, runtime.handler.handle, channels)
        await host.listen(reactions_group(resources, definitions))
        for runtime in runtimes:
            host.keep(drop_abandoned_texts(runtime))
            if runtime.definition.seconds:
                host.keep(expire_pending_acts(runtime))
            for job in runtime.definition.jobs:
                host.keep(job(runtime, resources))
        await serve_health(resources, host)
