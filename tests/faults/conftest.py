"""Connections to a real MongoDB for scenes that need no bus."""

from collections.abc import AsyncIterator, Mapping

import pytest

from shared.kafka.broker_access import BrokerAccess
from shared.kafka.namespace import Namespace
from shared.mongo.connect import connect
from shared.service.resources.connections import Connections
from shared.testing.isolation import drop_databases, isolated
from shared.testing.signatures import KEYS


@pytest.fixture
async def store_connections(mongo_url: str, space: str) -> AsyncIterator[Connections]:
    async with connect(mongo_url) as client:
        yield Connections(BrokerAccess("127.0.0.1:1"), client, Namespace(space), keys=KEYS)
        await drop_databases(client, space)


@pytest.fixture
async def real_connections(
    mongo_url: str, kafka_bootstrap: str, space: str
) -> AsyncIterator[Connections]:
    async with isolated(mongo_url, kafka_bootstrap, space) as made:
        yield made


_passed: dict[str, bool] = {}


def pytest_runtest_logreport(report: pytest.TestReport) -> None:
    if report.when == "call":
        _passed[report.nodeid] = report.passed


@pytest.fixture
def passed() -> Mapping[str, bool]:
    """How the tests of this run have ended so far."""
    return _passed
