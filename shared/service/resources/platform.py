"""What all services of one process share: connections, the clock, policies, keys."""

import logging
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from functools import partial
from typing import Any

from pymongo.asynchronous.database import AsyncDatabase

from shared.http.auth import REFUSALS, DevelopmentKey, Keys, KeySet, Tokens
from shared.kafka.access import BrokerAccess
from shared.kafka.space import Space
from shared.mongo.clock import ClockStore, real_time
from shared.mongo.connect import Document, assert_durable, connect, connect_reader
from shared.service.config.policies import PolicyBook, load_policies
from shared.service.config.production_checks import check_settings
from shared.service.observability.metrics import LOGIN_FAILURES
from shared.service.resources.business_clock import FollowedClock, follower
from shared.service.resources.connections import Ground
from shared.service.resources.start_checks import explained
from shared.service.settings import ServiceSettings
from shared.vault.key_file import read_key_file
from shared.vault.keys import MasterKeys

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Platform:
    """`role` names the process for others (`api`, `reactions`, `projections`)."""

    settings: ServiceSettings
    role: str
    ground: Ground
    reader: Any
    clock: FollowedClock
    policies: PolicyBook
    masters: Callable[[], MasterKeys]

    def database(self, name: str) -> AsyncDatabase[Document]:
        return self.ground.database(name)

    def reads(self, name: str) -> Any:
        """The same database for `queries.py` (motor)."""
        return self.reader[self.settings.database(name)]

    async def store_missing(self) -> str | None:
        """Readiness: a primary answers."""
        await self.ground.mongo.admin.command("ping")
        return None


@asynccontextmanager
async def open_platform(settings: ServiceSettings, role: str) -> AsyncIterator[Platform]:
    """StartRefused where the settings, the data or the store are not fit."""
    check_settings(settings)
    with explained():
        policies = load_policies(settings.policies)
        masters = partial(
            read_key_file, settings.vault_key_file, not settings.in_production, real_time()
        )
        masters()
        client = connect(settings.mongo_url)
        await assert_durable(client)
    ground = Ground(access_of(settings), client, Space(settings.space), settings.ordinal)
    reader = connect_reader(settings.mongo_url)
    clocks = ClockStore(ground.database("control"))
    await clocks.open(settings.clock, settings.clock_base, settings.clock_rate)
    try:
        async with FollowedClock(clocks, follower(role, settings.ordinal)) as clock:
            yield Platform(settings, role, ground, reader, clock, policies, masters)
    finally:
        reader.close()
        await client.close()


def access_of(settings: ServiceSettings) -> BrokerAccess:
    password = settings.kafka_password
    return BrokerAccess(
        settings.kafka_bootstrap_servers,
        settings.kafka_username,
        password.get_secret_value() if password else None,
        ca_file=settings.kafka_ca_file,
    )


def tokens_of(settings: ServiceSettings, service: str) -> Tokens:
    keys: Keys
    if settings.jwks:
        keys = KeySet(settings.jwks)
    else:
        keys = DevelopmentKey(settings.jwt_secret.get_secret_value())

    # A series that begins with its first burst would hide it from `increase`.
    for rule in REFUSALS:
        LOGIN_FAILURES.labels(service, rule)

    def count(rule: str) -> None:
        LOGIN_FAILURES.labels(service, rule).inc()

    return Tokens(keys, settings.jwt_issuer, settings.jwt_audience, count)
