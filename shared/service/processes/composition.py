"""Composition of a service in a process: its definition on log, vault and read models."""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from functools import partial
from typing import Any

from shared.kernel.access import AccessTable
from shared.mongo.clock_store import real_time
from shared.mongo.commit_inserts import CommitInserts
from shared.mongo.commits import commits_of
from shared.mongo.connect import Document
from shared.mongo.event_store import MongoEventStore
from shared.mongo.group_writer import GroupWriter
from shared.mongo.inbox import Inbox
from shared.mongo.read_models.live import LiveModels
from shared.mongo.transient import patiently
from shared.service.commands.causal_wait import CausalWait, ImportedVersions
from shared.service.commands.runtime import ServiceRuntime
from shared.service.config.access_tables import load_access
from shared.service.definition import ServiceDefinition
from shared.service.identity.actors_projection import NAME as ACTORS
from shared.service.identity.remembered_entries import DirectoryWatch
from shared.service.observability.metrics import COMMIT_BATCH
from shared.service.resources.process_resources import ProcessResources
from shared.service.resources.start_checks import check_access, explained
from shared.vault.mongo_store import MongoVaultStore
from shared.vault.vault import Vault, untraced


@asynccontextmanager
async def open_service(
    resources: ProcessResources,
    definition: ServiceDefinition,
    trace: Callable[[str, str, str], Awaitable[None]] = untraced,
    watch: DirectoryWatch | None = None,
) -> AsyncIterator[ServiceRuntime]:
    """Prepares the collections; closes when every append under way is answered. `trace` keeps reads
    of sealed texts in the audit trail; with `watch` the process remembers who acts.

    Raises StartRefused when the store or the access table is not fit.
    """
    texts = MongoVaultStore(resources.database(definition.name))
    with explained():
        store = _store_of(resources, definition)
        await store.prepare()
        access = _access_of(resources, definition)
    await patiently(texts.prepare)()
    vault = Vault(texts, resources.masters, real_time, trace=trace)
    try:
        yield _runtime_of(resources, definition, store, vault, access, watch)
    finally:
        await store.close()


def _runtime_of(
    resources: ProcessResources,
    definition: ServiceDefinition,
    store: MongoEventStore,
    vault: Vault,
    access: AccessTable,
    watch: DirectoryWatch | None,
) -> ServiceRuntime:
    models = LiveModels(partial(_reads, resources, definition), codes=definition.codes)
    return ServiceRuntime(
        definition,
        store=store,
        vault=vault,
        access=access,
        policies=resources.policies,
        clock=resources.clock,
        causal_wait=_causal_wait(resources, definition, store, models),
        models=models,
        reads=resources.reads(definition.name),
        kept=resources.database(definition.name),
        first_administrator=resources.settings.first_administrator,
        scanner_at=resources.settings.scanner_at,
        watch=watch,
    )


def _access_of(resources: ProcessResources, definition: ServiceDefinition) -> AccessTable:
    """Raises StartRefused for a table that is not fit for the service."""
    access = load_access(resources.settings.policies, definition.name)
    check_access(definition, access)
    return access


def writer_of(resources: ProcessResources, service: str) -> GroupWriter:
    def measure(commits: int, seconds: float) -> None:
        COMMIT_BATCH.labels(service).observe(commits)

    return GroupWriter(CommitInserts(commits_of(resources.database(service))), on_batch=measure)


def _store_of(resources: ProcessResources, definition: ServiceDefinition) -> MongoEventStore:
    """Raises SigningKeyRefused; a service without streams needs no key, and records nothing."""
    name = definition.name
    sign = resources.keys.pair_of(name).sign if definition.streams else signs_nothing
    return MongoEventStore(resources.database(name), sign, writer_of(resources, name))


def signs_nothing(document: Document) -> Document:
    raise TypeError(f"{document['_id']}: a service without streams records no facts")


def _causal_wait(
    resources: ProcessResources,
    definition: ServiceDefinition,
    store: MongoEventStore,
    models: LiveModels,
) -> CausalWait:
    owned = frozenset(kind.prefix for kind in definition.streams)
    inbox = Inbox(resources.database(definition.name))
    actors = partial(models.collection, ACTORS)
    return CausalWait(ImportedVersions(owned, store, inbox, actors).version)


def _reads(resources: ProcessResources, definition: ServiceDefinition, projection: str) -> Any:
    """Returns the database of a read model: the service's, or one of the model's own."""
    databases = {model.name: model.database for model in definition.projections}
    return resources.reads(databases.get(projection) or definition.name)
