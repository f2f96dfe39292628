"""The reactions worker: facts of others become commands here; timers run beside them."""

import asyncio
from collections.abc import Sequence
from contextlib import AsyncExitStack

from shared.service.definition import ServiceDefinition
from shared.service.processes.composition import open_service
from shared.service.processes.worker_health import serve_health
from shared.service.reactions.worker import add_reactions
from shared.service.resources.platform import open_platform
from shared.service.resources.start_checks import refuse_backups, refuse_lost_keys
from shared.service.settings import ServiceSettings
from shared.service.subscriptions.worker_host import Host


async def serve_reactions(
    settings: ServiceSettings, definitions: Sequence[ServiceDefinition]
) -> None:
    """Until SIGTERM; a consumer that cannot go on ends the process itself."""
    async with AsyncExitStack() as stack:
        platform = await stack.enter_async_context(open_platform(settings, "reactions"))
        await refuse_backups(platform.ground, definitions)
        await refuse_lost_keys(platform.ground, platform.masters(), definitions)
        runtimes = [
            await stack.enter_async_context(open_service(platform, definition))
            for definition in definitions
        ]
        host = Host(platform.ground)
        await host.start()
        stack.push_async_callback(host.stop)  # before the logs close that consumers append to
        await asyncio.gather(
            *[add_reactions(host, runtime.definition, runtime.dispatch) for runtime in runtimes]
        )
        for runtime in runtimes:
            for job in runtime.definition.jobs:
                host.keep(job(runtime))
        await serve_health(platform, host)
