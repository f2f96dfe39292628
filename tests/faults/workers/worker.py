"""`python -m tests.faults.workers.worker`: a worker process of a service as small as can be, whose
code stumbles, hangs and kills its process where a fact says so."""

import asyncio
import os
from collections.abc import Callable, Mapping, Sequence
from contextlib import AsyncExitStack
from dataclasses import replace
from typing import NoReturn

from shared.contracts.intake import CaseNumbered
from shared.kernel.messages import Reaction, Recorded
from shared.service.eventlog.outbox import Outbox
from shared.service.observability.logging import log_to_stderr
from shared.service.processes.composition import open_service
from shared.service.processes.worker_health import serve_health
from shared.service.projections.worker import add_projections
from shared.service.reactions.worker import add_reactions
from shared.service.resources.process_resources import open_resources
from shared.service.settings import ServiceSettings
from shared.service.subscriptions.worker_host import WorkerHost
from tests.faults.toy import TOY, Lock, react
from tests.faults.workers import next_release

MENDED = "DUBAN_TEST_MENDED"
"""In the environment: as if the next release knew what to do with all facts."""


def raises() -> NoReturn:
    raise KeyError("not foreseen")


def hangs() -> NoReturn:
    while True:
        pass


BREAKS: Mapping[str, Callable[[], object]] = {"raises": raises, "hangs": hangs, "aborts": os.abort}


def stumbles(fact: Recorded) -> Sequence[Reaction]:
    """By what a fact says; the next release knows better. `locks`: what comes after is refused."""
    label = fact.event.label if isinstance(fact.event, CaseNumbered) else ""
    if label in BREAKS and MENDED not in os.environ:
        BREAKS[label]()
    if label == "locks":
        lock = Lock(at=fact.event.at, by="system:handling")
        return [Reaction(f"handling-{fact.case_id}", lock, "lock")]
    return react(fact)


STUMBLING = replace(TOY, react=stumbles)


async def work(settings: ServiceSettings) -> None:
    async with AsyncExitStack() as stack:
        resources = await stack.enter_async_context(open_resources(settings, "reactions"))
        runtime = await stack.enter_async_context(open_service(resources, STUMBLING))
        host = WorkerHost(resources)
        await host.start()
        stack.push_async_callback(host.stop)
        host.keep(Outbox(STUMBLING.name, resources).run())
        await add_reactions(host, STUMBLING, runtime.dispatch)
        await add_projections(host, STUMBLING.name, STUMBLING.projections)
        await host.listen(resources.reactions_consumer(STUMBLING.name))
        await serve_health(resources, host)


if __name__ == "__main__":
    log_to_stderr("info", "worker")
    if next_release.INSTALLED in os.environ:
        next_release.install()
    asyncio.run(work(ServiceSettings()))
