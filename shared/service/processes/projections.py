"""The projections worker: keeps the read models of the chosen services up to date."""

import asyncio
from collections.abc import Sequence
from contextlib import AsyncExitStack

from shared.service.definition import ServiceDefinition
from shared.service.processes.broker_probe import watch_broker
from shared.service.processes.role_group import projections_group
from shared.service.processes.worker_health import serve_health
from shared.service.projections.renewal import renew
from shared.service.projections.worker import ReadSide, add_projections
from shared.service.resources.process_resources import open_resources
from shared.service.settings import ServiceSettings
from shared.service.subscriptions.worker_host import WorkerHost


async def serve_projections(
    settings: ServiceSettings, definitions: Sequence[ServiceDefinition]
) -> None:
    """Runs until SIGTERM; a consumer that cannot continue ends the process."""
    async with AsyncExitStack() as stack:
        resources = await stack.enter_async_context(open_resources(settings, "projections"))
        host = WorkerHost(resources)
        await host.start()
        stack.push_async_callback(host.stop)
        await asyncio.gather(
            *[
                add_projections(host, definition.name, [projection])
                for definition in definitions
                for projection in definition.projections
            ]
        )
        await host.listen(projections_group(resources, definitions))
        for definition in definitions:
            for projection in definition.projections:
                host.keep(renew(resources, ReadSide(definition.name, projection)))
        await serve_health(resources, host, watch_broker(resources))
