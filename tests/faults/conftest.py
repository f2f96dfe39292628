"""Connections to a real MongoDB for scenes that need no bus."""

from collections.abc import AsyncIterator, Callable, Iterator, Mapping

import pytest

from shared.kafka.broker_access import BrokerAccess
from shared.kafka.namespace import Namespace
from shared.mongo.connect import connect
from shared.ops.base.settings import OpsSettings
from shared.ops.embedded.part import Part
from shared.service.resources.connections import Connections
from shared.testing.isolation import drop_databases, isolated
from tests.faults.nodes import heal, own, settings_of


@pytest.fixture
async def store_connections(mongo_url: str, space: str) -> AsyncIterator[Connections]:
    async with connect(mongo_url) as client:
        yield Connections(BrokerAccess("127.0.0.1:1"), client, Namespace(space))
        await drop_databases(client, space)


@pytest.fixture(scope="session")
def own_settings(
    tmp_path_factory: pytest.TempPathFactory, parts_settings: OpsSettings
) -> Callable[[str], OpsSettings]:
    """Of parts with that name which nobody else uses."""
    return lambda name: settings_of(tmp_path_factory.mktemp(name), parts_settings.downloads)


@pytest.fixture(scope="session")
def replicas(own_settings: Callable[[str], OpsSettings]) -> Iterator[Part]:
    with own("store", own_settings("three"), nodes=3) as part:
        yield part


@pytest.fixture
def three_stores(replicas: Part) -> Iterator[Part]:
    """A replica set of three; a test may do to it what it likes."""
    yield replicas
    heal(replicas)


@pytest.fixture(scope="session")
def lonely_store(own_settings: Callable[[str], OpsSettings]) -> Iterator[Part]:
    with own("store", own_settings("one")) as part:
        yield part


@pytest.fixture
def one_store(lonely_store: Part) -> Iterator[Part]:
    """A store of one node that may be killed."""
    yield lonely_store
    heal(lonely_store)


@pytest.fixture(scope="session")
def lonely_broker(own_settings: Callable[[str], OpsSettings]) -> Iterator[Part]:
    with own("broker", own_settings("bus")) as part:
        yield part


@pytest.fixture
def one_broker(lonely_broker: Part) -> Iterator[Part]:
    """A broker of one node that may be killed."""
    yield lonely_broker
    heal(lonely_broker)


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
