"""Deliveries of a service in the reactions worker: a consumer that collects them, and a sender."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import timedelta

from shared.contracts.catalogue import BY_NAME
from shared.kernel import ids
from shared.kernel.delivery import Receipt
from shared.kernel.messages import Command, Reaction
from shared.mongo.clock_store import real_time
from shared.mongo.deliveries import INBOX, Deliveries, DueDelivery
from shared.mongo.inbox import Inbox
from shared.mongo.leases import Leases
from shared.service.commands.context import Context, canonical_command, system
from shared.service.commands.outcome import Outcome
from shared.service.definition import ServiceDefinition
from shared.service.deliveries.channel import Channel
from shared.service.deliveries.collector import DeliveryCollector
from shared.service.deliveries.sender import DELAYS, Record, Sender
from shared.service.observability.first_series import begin_deliveries, begin_reactions
from shared.service.reactions.dispatch import Dispatcher
from shared.service.resources.leadership import Leadership
from shared.service.subscriptions.consumer import Consumer
from shared.service.subscriptions.sandbox import pure
from shared.service.subscriptions.worker_host import WorkerHost

Handle = Callable[[str, Command, Context], Awaitable[Outcome]]
"""The command handler of the service."""


async def add_deliveries(
    host: WorkerHost,
    definition: ServiceDefinition,
    handle: Handle,
    channels: Mapping[str, Channel],
    delays: Sequence[timedelta] = DELAYS,
) -> None:
    """Adds the consumer and the sender of a service that delivers; any other has neither."""
    if not definition.delivers:
        return
    service, connections = definition.name, host.connections
    begin_deliveries(service, channels)
    begin_reactions(service, definition.command_names)
    deliveries = Deliveries(connections.database(service), real_time)
    await deliveries.prepare()
    await host.add(
        service,
        await _consumer_of(host, definition, deliveries),
        {connections.namespace.topic(BY_NAME[service].topic)},
    )
    sender = Sender(
        service,
        connections.delivery_sender(service),
        channels,
        deliveries=deliveries,
        parking=await host.parking(service),
        record=recording(definition, handle),
        real_time=real_time,
        delays=delays,
    )
    leases = Leases(connections.database("control"))
    host.keep(Leadership(leases, f"deliveries/{service}", _nothing_to_tell).run(sender.run))


async def _consumer_of(
    host: WorkerHost, definition: ServiceDefinition, deliveries: Deliveries
) -> Consumer:
    service, database = definition.name, host.connections.database(definition.name)
    collector = DeliveryCollector(
        service, definition.deliver, deliveries, Inbox(database, INBOX), await deliveries.begin()
    )
    return Consumer(
        host.connections.deliveries_consumer(service),
        frozenset({service}),
        collector,
        parking=await host.parking(service),
        bus=host.bus,
        gate=host.gate,
    )


def recording(definition: ServiceDefinition, handle: Handle) -> Record:
    """Returns the function that makes a fact of a receipt. A refusal is an outcome, too: the
    effect has happened, and the log says by metrics and no fact that nobody wanted to know."""
    assert definition.delivered
    delivered = definition.delivered

    async def dispatch(reaction: Reaction, due: DueDelivery) -> str:
        context = receipt_context(definition.name, due, reaction.command)
        return (await handle(reaction.stream, reaction.command, context)).result

    dispatcher = Dispatcher(definition.name, dispatch)

    async def record(due: DueDelivery, receipt: Receipt) -> None:
        with pure():
            reaction = delivered(due.delivery, receipt)
        await dispatcher.dispatch(reaction, due)

    return record


def receipt_context(service: str, due: DueDelivery, command: Command) -> Context:
    """The command of a receipt is named by the delivery, so that it is recorded once. It has no
    basis: a later delivery of the same stream may be received first."""
    return Context(
        command_id=str(ids.derived("receipt", due.id)),
        sent=canonical_command(command),
        actor=system(service),
        correlation_id=due.correlation_id,
        causation_id=due.fact_id,
    )


def _nothing_to_tell(leading: int) -> None:
    """The sender's own gauges say who works."""
