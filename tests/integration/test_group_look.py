"""Consumer groups as a worker sees them on a real broker: offsets of all members, and a group
without any partition."""

from contextlib import asynccontextmanager
from typing import Any

from aiokafka import AIOKafkaConsumer

from shared.kafka.group_look import GroupLook
from shared.service.resources.connections import Connections
from shared.testing.eventually import eventually
from shared.testing.isolation import Tap
from shared.testing.notes import SERVICE, Notes, noting, topic_of
from shared.testing.stories import Story


@asynccontextmanager
async def looking(here: Connections) -> Any:
    look = GroupLook(here.access)
    try:
        yield look
    finally:
        await look.close()


async def test_offsets_are_those_of_the_whole_group(here: Connections, tap: Tap) -> None:
    await tap.put(*Story("handling-c1").tells(3).documents)
    group = here.reactions_consumer(SERVICE)

    async def read_all() -> bool:
        return sum((await look.offsets(group)).values()) == 3

    async with looking(here) as look:
        async with noting(here, Notes()):
            await eventually(read_all)
            assert not await look.holds_nothing(group)
        assert sum((await look.offsets(group)).values()) == 3
        assert all(topic == topic_of(here) for topic, _ in await look.offsets(group))


async def test_a_group_whose_member_got_no_partition_holds_nothing(here: Connections) -> None:
    """As a worker that joined before its broker knew the topic."""
    group = f"{here.namespace.name}-idle"
    consumer = AIOKafkaConsumer(group_id=group, **here.access.for_aiokafka())
    consumer.subscribe(pattern=f"^{here.namespace.name}-later$")
    async with looking(here) as look:
        await consumer.start()
        await eventually(lambda: look.holds_nothing(group))
        await consumer.stop()
        assert not await look.holds_nothing(group), "a group without members is not stalled"
