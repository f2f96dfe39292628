"""The reactions worker: the reactions of several services, each a consumer of its own."""

from functools import partial

from shared.contracts.catalogue import BY_NAME
from shared.kernel.messages import Recorded
from shared.mongo.inbox import Inbox
from shared.service.definition import ServiceDefinition
from shared.service.observability.first_series import begin_reactions
from shared.service.reactions.dispatch import Dispatch, Dispatcher
from shared.service.reactions.reactor import Reactor, reactions_of
from shared.service.subscriptions.consumer import Consumer
from shared.service.subscriptions.worker_host import WorkerHost


async def add_reactions(
    host: WorkerHost, definition: ServiceDefinition, dispatch: Dispatch[Recorded]
) -> None:
    """Adds the consumer of a service's reactions, if the service listens to others."""
    if not definition.listens:
        return
    service, connections = definition.name, host.connections
    begin_reactions(service, definition.command_names)
    reactor = Reactor(
        service,
        partial(reactions_of, definition),
        Dispatcher(service, dispatch),
        Inbox(connections.database(service)),
    )
    consumer = Consumer(
        connections.reactions_consumer(service),
        definition.listens,
        reactor,
        parking=await host.parking(service),
        bus=host.bus,
        gate=host.gate,
    )
    topics = {connections.namespace.topic(BY_NAME[owner].topic) for owner in definition.listens}
    await host.add(service, consumer, topics)
