"""Turns a service's value into a running service: its log, vault, edge and read models."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import date
from functools import partial
from typing import Any

from pymongo.asynchronous.database import AsyncDatabase

from shared.http.idempotency import Requests
from shared.http.request_store import MongoRequests
from shared.kernel.messages import Reaction, Recorded
from shared.kernel.ports import EventStore
from shared.mongo.clock import real_time
from shared.mongo.commits import commits_of
from shared.mongo.connect import Document
from shared.mongo.event_store import MongoEventStore
from shared.mongo.group_writer import GroupWriter
from shared.mongo.inbox import Inbox
from shared.service.api.wiring import Backstage, Models, Surroundings, backstage_of
from shared.service.commands.causal_wait import Knowledge, SeenHere
from shared.service.commands.context import reaction_context
from shared.service.commands.handler import CommandHandler
from shared.service.commands.personal_data import Privacy
from shared.service.config.access_tables import load_access
from shared.service.definition import ServiceDefinition
from shared.service.identity.actor_repository import ActorBook, StoredEntries
from shared.service.identity.actors_projection import NAME
from shared.service.observability.metrics import COMMIT_BATCH
from shared.service.projections.generations import LiveModels
from shared.service.resources.platform import Platform
from shared.service.resources.start_checks import check_access, explained
from shared.vault.mongo_store import MongoVaultStore
from shared.vault.vault import Vault


@dataclass(frozen=True)
class Runtime:
    """One service as it runs in this process: what consumers and jobs stand on."""

    platform: Platform
    definition: ServiceDefinition
    store: EventStore
    handler: CommandHandler
    privacy: Privacy
    actors: ActorBook
    live: Models
    backstage: Backstage
    requests: Requests

    @property
    def name(self) -> str:
        return self.definition.name

    @property
    def database(self) -> AsyncDatabase[Document]:
        return self.platform.database(self.name)

    @property
    def reads(self) -> Any:
        return self.platform.reads(self.name)

    async def dispatch(self, reaction: Reaction, cause: Recorded) -> str:
        """Has the command of a reaction decided; says what came of it."""
        context = reaction_context(self.name, cause, reaction)
        outcome = await self.handler.handle(reaction.stream, reaction.command, context)
        await self.privacy.forget_if_erased(cause.event, cause.case_id)
        return outcome.result

    async def holder_of(self, role: str, unit: str, on: date) -> str | None:
        return await self.actors.holder_of(role, unit, on)


@asynccontextmanager
async def open_service(platform: Platform, definition: ServiceDefinition) -> AsyncIterator[Runtime]:
    """Ends when every append under way has its answer."""
    database = platform.database(definition.name)
    store = MongoEventStore(database, _writer(definition.name, database))
    vault_store = MongoVaultStore(database)
    requests = MongoRequests(database, real_time)
    with explained():
        await store.prepare()
    await vault_store.prepare()
    await requests.prepare()
    vault = Vault(vault_store, platform.masters, real_time)
    try:
        yield _assembled(platform, definition, store, vault, requests)
    finally:
        await store.close()


def _assembled(
    platform: Platform,
    definition: ServiceDefinition,
    store: MongoEventStore,
    vault: Vault,
    requests: MongoRequests,
) -> Runtime:
    name, settings = definition.name, platform.settings
    backstage = backstage_of(definition, _surroundings(platform, definition, store, vault))
    live = backstage.models

    async def entries() -> Any:
        return await live.collection(NAME)

    actors = ActorBook(name, StoredEntries(entries), settings.first_administrator)
    return Runtime(
        platform=platform,
        definition=definition,
        store=store,
        handler=backstage.handler,
        privacy=backstage.privacy,
        actors=actors,
        live=live,
        backstage=backstage,
        requests=requests,
    )


def _surroundings(
    platform: Platform, definition: ServiceDefinition, store: MongoEventStore, vault: Vault
) -> Surroundings:
    name = definition.name
    with explained():
        access = load_access(platform.settings.policies, name)
    check_access(definition, access)
    owned = frozenset(kind.prefix for kind in definition.streams)
    models = LiveModels(partial(_reads, platform, definition))
    inbox = Inbox(platform.database(name))
    seen = SeenHere(owned, store, inbox, partial(models.collection, NAME))
    return Surroundings(
        store=store,
        vault=vault,
        access=access,
        policies=platform.policies,
        knowledge=Knowledge(seen.version),
        now=platform.clock.now,
        label=lambda: platform.clock.label,
        models=models,
        reads=platform.reads(name),
    )


def _reads(platform: Platform, definition: ServiceDefinition, projection: str) -> Any:
    """Where a read model lies: with its service, or in a database of its own."""
    found = next((one for one in definition.projections if one.name == projection), None)
    return platform.reads((found.database if found else "") or definition.name)


def _writer(name: str, database: AsyncDatabase[Document]) -> GroupWriter:
    def measure(commits: int, seconds: float) -> None:
        COMMIT_BATCH.labels(name).observe(commits)

    return GroupWriter(commits_of(database), on_batch=measure)
