"""A small service with its relay, its deliveries and receivers: in this process, or as
`python -m tests.integration.delivering BOOK` in one of its own, which tests may kill."""

import asyncio
import sys
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

from shared.kernel import ids
from shared.kernel.delivery import Delivery, Receipt
from shared.kernel.messages import Command
from shared.service.commands.context import job_context
from shared.service.commands.runtime import ServiceRuntime
from shared.service.deliveries.channel import Channel
from shared.service.deliveries.worker import add_deliveries
from shared.service.eventlog.outbox import Outbox
from shared.service.observability.logging import log_to_stderr
from shared.service.processes.composition import open_service
from shared.service.resources.process_resources import open_resources
from shared.service.settings import ServiceSettings
from shared.service.subscriptions.worker_host import WorkerHost
from shared.testing.small_service import SERVICE, Write

NAME = SERVICE.name
QUICK = tuple(timedelta(milliseconds=ms) for ms in (50, 50, 100, 100, 100, 100))
CRASH_POINTS = {
    "after_send_before_receipt": 2,
    "after_receipt_before_fact": 1,
    "after_fact_before_done": 1,
}
"""How often the receiver is called when the process dies there."""
TODAY = datetime(2025, 3, 3, 1, 0, tzinfo=UTC)


class Receiver:
    """A channel in this process; `error` is raised after the receiver was called."""

    def __init__(self) -> None:
        self.calls: list[str] = []
        self.error: Exception | None = None
        self.refused: dict[str, Exception] = {}

    async def send(self, delivery: Delivery, delivery_id: str) -> Receipt:
        self.calls.append(delivery_id)
        if error := self.refused.get(delivery.stream, self.error):
            raise error
        return Receipt(delivery_id, f"2025-{len(self.calls)}", TODAY)


class Book:
    """A channel whose receiver is a file: one line for each call, which survives the caller."""

    def __init__(self, path: Path) -> None:
        self._path = path

    async def send(self, delivery: Delivery, delivery_id: str) -> Receipt:
        with self._path.open("a") as file:
            file.write(f"{delivery_id}\n")
        return Receipt(delivery_id, "2025-1", TODAY)


@asynccontextmanager
async def opened(settings: ServiceSettings) -> AsyncIterator[ServiceRuntime]:
    """The service without a worker."""
    async with (
        open_resources(settings, "reactions") as resources,
        open_service(resources, SERVICE) as runtime,
    ):
        yield runtime


@asynccontextmanager
async def delivering(
    settings: ServiceSettings,
    channels: Mapping[str, Channel],
    delays: Sequence[timedelta] = QUICK,
) -> AsyncIterator[ServiceRuntime]:
    """What would end the process fails the test."""
    fatal: list[BaseException] = []
    async with AsyncExitStack() as stack:
        resources = await stack.enter_async_context(open_resources(settings, "reactions"))
        runtime = await stack.enter_async_context(open_service(resources, SERVICE))
        host = WorkerHost(resources, on_fatal=fatal.append)
        await host.start()
        stack.push_async_callback(host.stop)
        host.keep(Outbox(NAME, resources).run())
        await add_deliveries(host, SERVICE, runtime.handler.handle, channels, delays)
        await host.listen(resources.deliveries_consumer(NAME))
        yield runtime
    if fatal:
        raise fatal[0]


def case_named(name: str) -> str:
    return ids.case_id(name)


async def write(runtime: ServiceRuntime, name: str, text: str = "已与有关单位沟通") -> str:
    """A note in the case of that name; the stream."""
    stream = f"{NAME}-{case_named(name)}"
    command: Command = Write(at=TODAY, by="p-1", text=text)
    await runtime.handler.handle(stream, command, job_context(NAME, command, name, text))
    return stream


async def facts(runtime: ServiceRuntime, stream: str) -> list[str]:
    return [fact.type for commit in await runtime.store.read(stream) for fact in commit.facts]


async def main(book: Path) -> None:
    async with delivering(ServiceSettings(), {"log": Book(book)}):
        await asyncio.Event().wait()


if __name__ == "__main__":
    log_to_stderr("info", "reactions")
    asyncio.run(main(Path(sys.argv[1])))
