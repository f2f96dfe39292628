"""Whatever somebody with an account of the bus writes there: consumers, heads and refill go on."""

import asyncio
import os
import sys
from collections.abc import AsyncIterator

import pytest

from shared.kafka.envelope import to_messages
from shared.kafka.log_heads import head_message, read_heads
from shared.kafka.message import Outgoing, position_of
from shared.kafka.message_check import MessageCheck, content_of
from shared.kernel.log_position import LogHead
from shared.mongo.clock_store import real_time
from shared.mongo.dropped import DroppedMessages
from shared.mongo.event_store import MongoEventStore
from shared.mongo.parking import Parking
from shared.service.eventlog.restore import refill
from shared.service.projections.worker import add_projections
from shared.service.resources.connections import Connections
from shared.service.subscriptions.gate import DROPPED, Gate
from shared.service.subscriptions.worker_host import WorkerHost
from shared.testing.eventually import eventually
from shared.testing.isolation import Tap
from shared.testing.signatures import PAIRS, sign
from tests.integration import strange_producer
from tests.integration.test_forged import OWNER, PUBLIC, published


@pytest.fixture
async def died(here: Connections) -> AsyncIterator[list[BaseException]]:
    """Yields the errors that would have ended the process of a worker of the public cases."""
    found: list[BaseException] = []
    host = WorkerHost(here, on_fatal=found.append)
    await host.start()
    await add_projections(host, OWNER, PUBLIC)
    await host.listen(f"{here.namespace.name}-projections")
    yield found
    await host.stop()


async def strangely(here: Connections, topic: str, how: str) -> None:
    """Writes by a process of its own: the library is another one there."""
    process = await asyncio.create_subprocess_exec(
        sys.executable, strange_producer.__file__, here.access.bootstrap,
        here.namespace.topic(topic), how, env={**os.environ, "AIOKAFKA_NO_EXTENSIONS": "1"},
    )  # fmt: skip
    assert await process.wait() == 0


async def shown(here: Connections, number: int) -> bool:
    """Returns whether the case is among those that the public site reads."""
    model = here.database("site")["public_cases_g1"]
    return await model.count_documents({"_id": f"{number:032x}"}) == 1


async def test_no_message_stops_the_consumers_of_its_partition(
    here: Connections, tap: Tap, died: list[BaseException]
) -> None:
    (message,) = to_messages(published(1))
    await tap.put_raw(
        Outgoing(message.key, message.value, [("ce_source", None)]),  # type: ignore[list-item]
        Outgoing(message.key, message.value, [("ce_source", b"intake"), *message.headers]),
        Outgoing(message.key, message.value, [*message.headers, ("ce_source", b"intake")]),
    )
    await strangely(here, "case-events", "name")
    await strangely(here, "case-events", "packed")
    for number in range(2, 6):
        await tap.put(published(number))
    for number in range(2, 6):
        await eventually(lambda number=number: shown(here, number))
    parked = await Parking(here.database(OWNER), real_time).cases()
    assert {case.reason for case in parked} == {"bad-envelope"}
    assert (len(parked), died) == (5, [])


async def test_what_was_dropped_and_comes_again_is_not_set_aside_again(
    here: Connections, tap: Tap
) -> None:
    """In the process that refused it, too: an operator drops a message once."""
    dropped = DroppedMessages(here.database("control"), real_time)
    gate = Gate(MessageCheck(here.keys.ring), DroppedMessages(here.database("control"), real_time))
    (message,) = to_messages(published(1))
    await tap.put_raw(*[Outgoing(message.key, message.value, [("ce_source", b"intake")])] * 2)
    first, again = await tap.messages()
    refusal = await gate.refusal_of(first)
    assert refusal is not None
    assert refusal.reason == "bad-envelope"
    await dropped.add(content_of(first).hex(), position_of(first), refusal.reason)
    assert await gate.refusal_of(again) == DROPPED


async def test_a_log_is_filled_in_spite_of_them(here: Connections, tap: Tap) -> None:
    store = MongoEventStore(here.database(OWNER), sign)
    await store.prepare()
    (message,) = to_messages(published(1))
    await tap.put_raw(Outgoing(message.key, message.value, [("ce_source", None)]))  # type: ignore[list-item]
    await strangely(here, "case-events", "name")
    await strangely(here, "case-events", "packed")
    await tap.put(published(2))
    assert (await refill(OWNER, here)).added == 1
    await store.close()


async def test_no_announcement_keeps_a_service_from_starting(here: Connections, tap: Tap) -> None:
    own = head_message(
        OWNER, LogHead("disclosure-c1@1", "ab" * 32, (5, 1)), real_time(), PAIRS[OWNER]
    )
    deep, half = b"[" * 100_000, b'{"service":"\\ud800","key_id":"k","signature":"s"}'
    await tap.put_raw(own, topic="log-heads")
    await tap.put_raw(
        *(Outgoing(b"x", value, []) for value in (deep, half, b"9" * 5_000, b"\xff", b"[]")),
        topic="log-heads",
    )
    await strangely(here, "log-heads", "name")
    announced = await read_heads(here.access, here.namespace, [OWNER], here.keys.ring)
    assert announced[OWNER].head is not None
