"""A deck of messages dealt to one service's consumers, as the bus would: again after a death, from
the last place that was acknowledged."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from shared.contracts.catalogue import BY_NAME, owner_of
from shared.kafka.envelope import to_messages
from shared.kafka.message import BusMessage, position_of
from shared.kafka.message_check import MessageCheck
from shared.kernel.log_position import BusPosition
from shared.kernel.messages import Command, Reaction, Recorded
from shared.mongo.clock_store import real_time
from shared.mongo.consumer_progress import ConsumerProgress
from shared.mongo.dropped import DroppedMessages
from shared.mongo.inbox import Inbox
from shared.mongo.parking import Parking
from shared.mongo.read_models.model import ReadModel
from shared.service.commands.context import job_context, reaction_context
from shared.service.definition import ServiceDefinition
from shared.service.projections.projector import Projector
from shared.service.reactions.dispatch import Dispatcher
from shared.service.reactions.reactor import Reactor
from shared.service.resources.connections import Connections
from shared.service.subscriptions.consumer import Consumer
from shared.service.subscriptions.gate import Gate
from shared.testing.faults.collector import Collector
from shared.testing.faults.evidence import Evidence
from shared.testing.service import ServiceUnderTest
from shared.testing.stories import OnBus

DEATHS = 3
"""So often a consumer that dies is started again; then it is stuck."""


class Died(BaseException):
    """The process has ended here."""


@dataclass
class Deck:
    """`batch`: how many messages a consumer is given at once."""

    connections: Connections
    definition: ServiceDefinition
    batch: int = 3
    bus: list[OnBus] = field(default_factory=list)
    logs: dict[str, dict[str, Mapping[str, Any]]] = field(default_factory=dict)
    expected: set[tuple[str, str]] = field(default_factory=set)
    done: dict[str, int] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.service = ServiceUnderTest(self.definition)
        database = self.connections.database(self.definition.name)
        self.inbox = Inbox(database)
        self._published = 0
        self.parking = Parking(database, real_time)
        control = self.connections.database("control")
        self._progress = ConsumerProgress(control)
        self._gate = Gate(
            MessageCheck(self.connections.keys.ring), DroppedMessages(control, real_time)
        )

    def put(self, *documents: Mapping[str, Any], log: bool = True) -> list[OnBus]:
        """Commits on the bus, and in the log of their owner unless they are not to be there."""
        put: list[OnBus] = []
        for document in documents:
            owner = owner_of(document["stream"])
            if log:
                self.logs.setdefault(owner.name, {})[document["_id"]] = document
            topic = self.connections.namespace.topic(owner.topic)
            put += [
                OnBus(m.key, m.value, m.headers, topic, 0, len(self.bus) + n)
                for n, m in enumerate(to_messages(document))
            ]
            self.bus += put[len(put) - len(document["facts"]) :]
        return put

    def put_again(self, messages: Sequence[OnBus]) -> None:
        """The same messages in new places."""
        self.bus += [
            replace(message, offset=len(self.bus) + n) for n, message in enumerate(messages)
        ]

    async def fetch(self, places: Sequence[BusPosition]) -> Sequence[BusMessage]:
        wanted = set(places)
        return [message for message in self.bus if position_of(message) in wanted]

    def reactions(self, reactor: type[Reactor] = Reactor, react: Any = None) -> Consumer:
        name = self.definition.name
        dispatcher = Dispatcher(name, self.dispatch)
        effect = reactor(name, react or self.definition.react, dispatcher, self.inbox)
        consumer = self.connections.reactions_consumer(name)
        return Consumer(
            consumer,
            self.definition.listens,
            effect,
            parking=self.parking,
            bus=self,
            gate=self._gate,
        )

    async def projection(self, projector: type[Projector] = Projector) -> Consumer:
        name, projection = self.definition.name, self.definition.projections[0]
        model = ReadModel(self.connections.database(name), projection.name, 1)
        effect = projector(name, projection, model)
        await effect.prepare()
        consumer = self.connections.projection_consumer(name, projection.name, 1)
        return Consumer(
            consumer,
            frozenset(projection.parts),
            effect,
            parking=self.parking,
            bus=self,
            gate=self._gate,
        )

    async def dispatch(self, reaction: Reaction, cause: Recorded) -> str:
        context = reaction_context(self.definition.name, cause, reaction)
        outcome = await self.service.handler.handle(reaction.stream, reaction.command, context)
        return outcome.result

    async def command(self, stream: str, command: Command, meaning: str) -> None:
        """What somebody asks for besides."""
        context = job_context(self.definition.name, command, stream, meaning)
        await self.service.handler.handle(stream, command, context)

    async def deal(self, consumer: Consumer) -> None:
        """Everything from the last acknowledged place on."""
        self._publish_own()
        self.done.setdefault(consumer.name, 0)
        deaths = 0
        while deaths < DEATHS and self.done[consumer.name] < len(self.bus):
            begin = self.done[consumer.name]
            batch = self.bus[begin : begin + self.batch]
            try:
                await consumer.apply(batch)
            except Died:
                deaths += 1
                self.inbox._waiting.clear()  # with the memory of the process
                continue
            await consumer.flush()
            self._publish_own()
            self._acknowledge(consumer.name, begin + len(batch))

    async def evidence(self) -> Evidence:
        await self._progress.write()
        collector = Collector(self.connections, [self.definition])
        readings = await collector.readings_of(self.definition, self.bus)
        return Evidence(
            logs={**self._foreign(), self.definition.name: self._own()},
            bus=self.bus,
            readings=[reading for reading in readings if reading.consumer in self.done],
            models=[
                model
                for projection in self.definition.projections
                if (model := await collector.model_of(self.definition.name, projection))
                and model.consumer in self.done
            ],
            expected=frozenset(self.expected),
        )

    def _acknowledge(self, consumer: str, end: int) -> None:
        self.done[consumer] = end
        for owner in BY_NAME.values():
            self._progress.note(consumer, self.connections.namespace.topic(owner.topic), 0, end)

    def _publish_own(self) -> None:
        """As a relay does."""
        own = self.service.store.documents
        self.put(*own[self._published :], log=False)
        self._published = len(own)

    def _foreign(self) -> dict[str, list[Mapping[str, Any]]]:
        return {
            owner: sorted(commits.values(), key=lambda c: (c["stream"], c["first"]))
            for owner, commits in self.logs.items()
        }

    def _own(self) -> list[Mapping[str, Any]]:
        return sorted(self.service.store.documents, key=lambda c: (c["stream"], c["first"]))
