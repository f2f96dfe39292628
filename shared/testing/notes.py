"""A small service for tests of consumers: it notes what handling reports, and breaks on request."""

from collections import defaultdict
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from typing import ClassVar

from shared.contracts.handling import ProgressReported
from shared.kernel.messages import Command, Reaction, Recorded
from shared.mongo.inbox import Inbox
from shared.service.reactions.dispatch import Dispatch, Dispatcher
from shared.service.reactions.reactor import Reactor
from shared.service.resources.connections import Connections
from shared.service.subscriptions.consumer import Consumer
from shared.service.subscriptions.worker_host import WorkerHost

SERVICE = "assignment"
LISTENS = frozenset({"handling"})


class Note(Command):
    """Writes a report down."""

    name: ClassVar[str] = "note"

    text: str


class Notes:
    """Takes commands as a command handler does. `broken` are texts that its pure code stumbles
    over, `answer` is what the handler raises."""

    def __init__(self) -> None:
        self.taken: defaultdict[str, list[str]] = defaultdict(list)
        self.dispatched = 0
        self.broken: dict[str, Exception] = {}
        self.answer: Exception | None = None

    def react(self, fact: Recorded) -> Sequence[Reaction]:
        if not isinstance(fact.event, ProgressReported) or not isinstance(fact.event.text, str):
            return []
        text = fact.event.text
        while text == "endless":
            pass
        if error := self.broken.get(text):
            raise error
        note = Note(at=fact.event.at, by="system:assignment", text=text)
        return [Reaction(fact.stream.replace("handling", "assignment"), note)]

    async def dispatch(self, reaction: Reaction, cause: Recorded) -> str:
        assert isinstance(reaction.command, Note)
        self.dispatched += 1
        if self.answer:
            raise self.answer
        self.taken[reaction.stream.partition("-")[2]].append(reaction.command.text)
        return "accepted"

    def counts(self) -> Mapping[str, int]:
        return {case: len(texts) for case, texts in self.taken.items()}


@asynccontextmanager
async def noting(
    connections: Connections, notes: Notes, dispatch: Dispatch[Recorded] | None = None
) -> AsyncIterator[WorkerHost]:
    """Runs a worker with this consumer; an error that would end the process fails the test."""
    fatal: list[BaseException] = []
    host = WorkerHost(connections, on_fatal=fatal.append)
    await host.start()
    consumer = await consumer_of(host, notes, dispatch)
    await host.add(SERVICE, consumer, {topic_of(connections)})
    await host.listen(consumer.name)
    try:
        yield host
    finally:
        await host.stop()
    if fatal:
        raise fatal[0]


async def consumer_of(
    host: WorkerHost,
    notes: Notes,
    dispatch: Dispatch[Recorded] | None = None,
    service: str = SERVICE,
) -> Consumer:
    dispatcher = Dispatcher(service, dispatch or notes.dispatch)
    reactor = Reactor(service, notes.react, dispatcher, Inbox(host.connections.database(service)))
    return Consumer(
        host.connections.reactions_consumer(service),
        LISTENS,
        reactor,
        parking=await host.parking(service),
        bus=host.bus,
        gate=host.gate,
    )


def topic_of(connections: Connections) -> str:
    return connections.namespace.topic("case-events")
