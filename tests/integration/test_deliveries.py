"""Effects outside on a real bus and store: each has one receipt fact, whatever dies in between."""

import asyncio
import os
import signal
import sys
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path

import pytest
from prometheus_client import REGISTRY

from shared.kafka.message import BusMessage, Outgoing
from shared.mongo.clock_store import real_time
from shared.mongo.parking import Parking
from shared.ops.cli.commands.status import undelivered
from shared.ops.cli.parked_cases import listed, replayed
from shared.service.commands.runtime import ServiceRuntime
from shared.service.deliveries.channel import Undeliverable
from shared.service.progress.lag import Lags
from shared.service.resources.connections import Connections
from shared.service.settings import ServiceSettings
from shared.testing.eventually import eventually
from shared.testing.isolation import Tap
from shared.testing.signatures import put_keys
from shared.testing.small_service import SERVICE
from tests.integration.delivering import (
    CRASH_POINTS,
    NAME,
    Receiver,
    case_named,
    delivering,
    facts,
    opened,
    write,
)

REPORTED, RECEIVED = "progress.reported.v1", "reply.delivered.v1"


@pytest.fixture
def settings(
    mongo_url: str, kafka_bootstrap: str, here: Connections, tmp_path: Path
) -> ServiceSettings:
    return ServiceSettings(
        _env_file=None,
        mongo_url=mongo_url,
        kafka_bootstrap_servers=kafka_bootstrap,
        space=here.namespace.name,
        vault_key_file=tmp_path / "vault.key",
        signing_keys=put_keys(tmp_path / "signing"),
    )


def has(runtime: ServiceRuntime, stream: str, *types: str) -> Callable[[], Awaitable[bool]]:
    async def condition() -> bool:
        return await facts(runtime, stream) == list(types)

    return condition


def attempts(outcome: str) -> float:
    labels = {"service": NAME, "channel": "log", "outcome": outcome}
    return REGISTRY.get_sample_value("duban_deliveries_total", labels) or 0


async def parked(here: Connections) -> dict[str, tuple[str, str]]:
    """Delivery → reason and detail."""
    asides = await listed(here, [NAME])
    return {one.case.key: (one.case.reason, one.case.detail) for one in asides}


async def test_each_delivery_is_sent_once_and_its_receipt_becomes_a_fact(
    settings: ServiceSettings, here: Connections, tap: Tap
) -> None:
    """Also when all facts come twice."""
    receiver, sent = Receiver(), attempts("sent")
    async with delivering(settings, {"log": receiver}) as runtime:
        streams = [await write(runtime, f"case-{number}") for number in range(5)]
        for stream in streams:
            await eventually(has(runtime, stream, REPORTED, RECEIVED))
        await tap.put_raw(*[_again(message) for message in await tap.messages()])
        lags = Lags(here, [SERVICE])
        await eventually(lambda: _caught_up(lags, here))
        await lags.close()
        assert await undelivered(here, SERVICE) == []
        assert [len(await facts(runtime, stream)) for stream in streams] == [2] * 5
    assert len(receiver.calls) == len(set(receiver.calls)) == 5
    assert attempts("sent") == sent + 5


def _again(message: BusMessage) -> Outgoing:
    return Outgoing(message.key or b"", message.value or b"", list(message.headers))


async def _caught_up(lags: Lags, here: Connections) -> bool:
    consumer = here.deliveries_consumer(NAME)
    assert consumer in {name for name, _ in await lags.readings(SERVICE)}
    return consumer not in (await lags.look()).missing


async def test_a_receiver_that_is_down_gets_the_same_id_when_it_is_back(
    settings: ServiceSettings, here: Connections
) -> None:
    receiver, retried = Receiver(), attempts("retried")
    receiver.error = ConnectionError("down")
    async with delivering(settings, {"log": receiver}, [timedelta(seconds=0.05)] * 999) as runtime:
        stream = await write(runtime, "case")
        await eventually(lambda: len(receiver.calls) >= 3)
        assert await undelivered(here, SERVICE) == ["1 deliveries"]
        receiver.error = None
        await eventually(has(runtime, stream, REPORTED, RECEIVED))
    assert len(set(receiver.calls)) == 1
    assert attempts("retried") >= retried + 2
    assert await parked(here) == {}


async def test_a_delivery_that_is_refused_is_parked_and_can_be_replayed(
    settings: ServiceSettings, here: Connections
) -> None:
    receiver = Receiver()
    sender = here.delivery_sender(NAME)
    async with delivering(settings, {"log": receiver}) as runtime:
        poison = f"{NAME}-{case_named('poison')}"
        receiver.refused[poison] = Undeliverable("unknown-unit")
        await write(runtime, "poison")
        neighbour = await write(runtime, "neighbour")
        await eventually(has(runtime, neighbour, REPORTED, RECEIVED))
        await eventually(lambda: parked(here))
        [(delivery_id, why)] = (await parked(here)).items()
        assert why == ("undeliverable", "unknown-unit")
        aside = await Parking(here.database(NAME), real_time).states(here.deliveries_consumer(NAME))
        assert aside == {}  # its case goes on
        assert "unknown-unit" in (await replayed(here, NAME, sender, delivery_id) or "")
        receiver.refused.clear()
        assert await replayed(here, NAME, sender, delivery_id) is None
        assert await facts(runtime, poison) == [REPORTED, RECEIVED]
    assert await parked(here) == {}
    assert receiver.calls.count(delivery_id) == 3


async def test_of_two_workers_one_sends_and_the_other_takes_over(settings: ServiceSettings) -> None:
    one, other = Receiver(), Receiver()
    second = settings.model_copy(update={"ordinal": 1})
    async with delivering(second, {"log": other}) as stays:
        streams = []
        async with delivering(settings, {"log": one}) as leaves:
            for number in range(6):
                streams.append(await write(leaves, f"first-{number}"))
            for stream in streams:
                await eventually(has(leaves, stream, REPORTED, RECEIVED))
            assert not (one.calls and other.calls)
        later = await write(stays, "later")
        await eventually(has(stays, later, REPORTED, RECEIVED))
    calls = [*one.calls, *other.calls]
    assert len(calls) == len(set(calls)) == 7


async def test_facts_from_before_the_service_could_deliver_are_not_sent(
    settings: ServiceSettings,
) -> None:
    receiver = Receiver()
    async with opened(settings) as runtime:
        old = await write(runtime, "old")
    async with delivering(settings, {"log": receiver}) as runtime:
        new = await write(runtime, "new")
        await eventually(has(runtime, new, REPORTED, RECEIVED))
        assert await facts(runtime, old) == [REPORTED]
    assert len(receiver.calls) == 1


@pytest.mark.parametrize(("point", "calls"), CRASH_POINTS.items())
async def test_a_worker_killed_at_its_worst_moment_leaves_one_receipt_and_one_id(
    settings: ServiceSettings, here: Connections, tmp_path: Path, point: str, calls: int
) -> None:
    """Only between the call and the receipt the receiver is asked twice, under the same id."""
    book = tmp_path / "book"
    async with opened(settings) as runtime:
        async with worker(settings, book, DUBAN_CRASH_AT=point) as dying:
            stream = await written_when_ready(here, runtime)
            assert await asyncio.wait_for(dying.wait(), 60) == -signal.SIGKILL
        async with worker(settings, book):
            await eventually(has(runtime, stream, REPORTED, RECEIVED))
            await eventually(lambda: all_done(here))
        assert await facts(runtime, stream) == [REPORTED, RECEIVED]
    ids = book.read_text().split()
    assert (len(ids), len(set(ids))) == (calls, 1)


async def written_when_ready(here: Connections, runtime: ServiceRuntime) -> str:
    """After the worker has begun to deliver: what is older is not sent."""

    async def begun() -> bool:
        found = await here.database(NAME)["deliveries"].find_one({"_id": "begin"})
        return found is not None

    await eventually(begun)
    return await write(runtime, "case")


async def all_done(here: Connections) -> bool:
    deliveries = here.database(NAME)["deliveries"]
    return [d["state"] async for d in deliveries.find({"state": {"$exists": True}})] == ["done"]


@asynccontextmanager
async def worker(
    settings: ServiceSettings, book: Path, **environment: str
) -> AsyncIterator[asyncio.subprocess.Process]:
    own = {
        "MONGO_URL": settings.mongo_url,
        "KAFKA_BOOTSTRAP_SERVERS": settings.kafka_bootstrap_servers,
        "DUBAN_SPACE": settings.space,
        "DUBAN_VAULT_KEY_FILE": str(settings.vault_key_file),
    }
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "tests.integration.delivering",
        str(book),
        env={**os.environ, **own, **environment},
    )
    try:
        yield process
    finally:
        if process.returncode is None:
            process.kill()
        await process.wait()
