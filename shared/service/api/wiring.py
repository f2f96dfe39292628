"""Puts the edge of a service together from its value and what surrounds it."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any, Protocol

from shared.kernel.access import AccessTable
from shared.kernel.ports import EventStore
from shared.service.commands.authorization import Gate
from shared.service.commands.causal_wait import Knowledge
from shared.service.commands.directory_lookup import STREAMS, FromLog, FromReadModel, Lookup
from shared.service.commands.handler import CommandHandler
from shared.service.commands.personal_data import Privacy
from shared.service.config.policies import PolicyBook
from shared.service.definition import ServiceDefinition
from shared.service.identity.actors_projection import NAME
from shared.vault.vault import Vault


class Models(Protocol):
    async def collection(self, projection: str) -> Any:
        """The collection that is read now."""
        ...


@dataclass(frozen=True)
class Backstage:
    """What all requests share."""

    definition: ServiceDefinition
    handler: CommandHandler
    gate: Gate
    privacy: Privacy
    knowledge: Knowledge
    now: Callable[[], datetime]
    reads: Any
    models: Models


@dataclass(frozen=True)
class Surroundings:
    """The ports of one service: real ones in a process, others in tests. `label` says whether
    business time is `real` or `simulated` now."""

    store: EventStore
    vault: Vault
    access: AccessTable
    policies: PolicyBook
    knowledge: Knowledge
    now: Callable[[], datetime]
    label: Callable[[], str]
    models: Models
    reads: Any = None


def backstage_of(definition: ServiceDefinition, around: Surroundings) -> Backstage:
    name = definition.name
    gate = Gate(name, around.access, around.policies)
    privacy = Privacy(name, around.vault)
    handler = CommandHandler(
        name,
        definition.streams,
        store=around.store,
        gate=gate,
        privacy=privacy,
        knowledge=around.knowledge,
        lookup=lookup_of(definition, around),
        clock=around.label,
    )
    return Backstage(
        definition=definition,
        handler=handler,
        gate=gate,
        privacy=privacy,
        knowledge=around.knowledge,
        now=around.now,
        reads=around.reads,
        models=around.models,
    )


def lookup_of(definition: ServiceDefinition, around: Surroundings) -> Lookup:
    """Every service asks its `actors`, and the one that they come from its own log."""
    if any(kind.prefix in STREAMS.values() for kind in definition.streams):
        return Lookup(FromLog(around.store))
    return Lookup(FromReadModel(partial(around.models.collection, NAME)))
