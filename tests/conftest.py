"""Real parts for the tests that ask for them: found or started once, only when first needed."""

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from uuid import uuid4

import pytest

from shared.ops.base.settings import OpsSettings
from shared.ops.embedded.part import Part, Wanted
from shared.ops.embedded.parts import find_broker, find_store


@pytest.fixture(scope="session")
def parts_settings(tmp_path_factory: pytest.TempPathFactory) -> OpsSettings:
    """Own data and any free ports; what was downloaded is shared with `make run`."""
    surroundings = OpsSettings()
    return OpsSettings(
        data=tmp_path_factory.mktemp("parts"),
        cache=surroundings.downloads.resolve(),
        mongo_port=0,
        kafka_port=0,
        kafka_controller_port=0,
        mongo_cache_gb=0.25,
    )


@pytest.fixture(scope="session")
def mongo_url(parts_settings: OpsSettings) -> Iterator[str]:
    with running("store", lambda: find_store(Wanted(parts_settings))) as part:
        yield part.address


@pytest.fixture(scope="session")
def kafka_bootstrap(parts_settings: OpsSettings) -> Iterator[str]:
    with running("broker", lambda: find_broker(Wanted(parts_settings))) as part:
        yield part.address


@pytest.fixture
def space() -> str:
    """A name that no other test has: the start of its databases, groups and topics."""
    return f"t{uuid4().hex[:10]}"


@contextmanager
def running(kind: str, find: Callable[[], Part]) -> Iterator[Part]:
    part = in_container(kind) if os.environ.get("DUBAN_TEST_PARTS") == "docker" else find()
    part.start()
    try:
        yield part
    finally:
        part.stop()


def in_container(kind: str) -> Part:
    # Imported here: without Docker nothing of it is needed.
    from shared.ops.embedded import containers  # noqa: PLC0415

    return {"store": containers.store_in_container, "broker": containers.broker_in_container}[
        kind
    ]()
