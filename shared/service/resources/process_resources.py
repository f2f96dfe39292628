"""The resources of a process, shared by its services: connections, clock, policies and keys."""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from functools import partial

from shared.mongo.clock_store import ClockStore, real_time
from shared.mongo.connect import answering, assert_durable, connect
from shared.mongo.read_models.reader import ReadClient, ReadDatabase, connect_reader
from shared.service.config.policies import PolicyBook, load_policies
from shared.service.config.production_checks import check_settings
from shared.service.resources.business_clock import FollowedClock, follower
from shared.service.resources.connections import Connections, connections_of
from shared.service.resources.start_checks import explained
from shared.service.settings import ServiceSettings
from shared.vault.key_file import read_key_file
from shared.vault.keys import MasterKeys


@dataclass(frozen=True, kw_only=True)
class ProcessResources(Connections):
    """The connections of a process, with everything else that its services share.

    `reader` is a second client of the store, for read models only.
    """

    settings: ServiceSettings
    reader: ReadClient
    clock: FollowedClock
    policies: PolicyBook
    masters: Callable[[], MasterKeys]

    def reads(self, name: str) -> ReadDatabase:
        """Returns the database of a service as `queries.py` read it."""
        return self.reader[self.namespace.database(name)]

    async def store_missing(self) -> str | None:
        """Readiness: returns None when a primary answers; raises PyMongoError otherwise."""
        await self.mongo.admin.command("ping")
        return None


@asynccontextmanager
async def open_resources(settings: ServiceSettings, role: str) -> AsyncIterator[ProcessResources]:
    """Raises StartRefused when settings, policies, keys or store are not fit for service.

    `role` names the process (`api`, `reactions`, `projections`) among followers of the clock.
    """
    check_settings(settings)
    with explained():
        policies = load_policies(settings.policies)
        masters = _masters_of(settings)
        masters()
        mongo = connect(settings.mongo_url)
        await answering(mongo)
        connections = connections_of(settings, mongo)
        await assert_durable(mongo)
    reader = connect_reader(settings.mongo_url)
    clocks = ClockStore(connections.database("control"))
    await clocks.open(settings.clock, settings.clock_base, settings.clock_rate)
    try:
        async with FollowedClock(clocks, follower(role, settings.ordinal)) as clock:
            yield ProcessResources(
                **vars(connections),
                settings=settings,
                reader=reader,
                clock=clock,
                policies=policies,
                masters=masters,
            )
    finally:
        reader.close()
        await connections.close()


def _masters_of(settings: ServiceSettings) -> Callable[[], MasterKeys]:
    create = not settings.in_production
    return partial(read_key_file, settings.vault_key_file, create, real_time())
