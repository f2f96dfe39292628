"""The condition of a service on a real store and a real bus: what operators are shown of it."""

from collections.abc import AsyncIterator
from dataclasses import replace

import pytest

from shared.kafka.broker_access import BrokerAccess
from shared.mongo.clock_store import ClockStore, real_time
from shared.mongo.parking import Parking
from shared.mongo.read_models.generations import Generations
from shared.ops.cli.parked_cases import listed
from shared.service.processes.registry import definition_of
from shared.service.progress.condition import MOST_SHOWN, Conditions
from shared.service.resources.connections import Connections
from shared.testing.eventually import eventually
from shared.testing.isolation import Tap
from shared.testing.notes import SERVICE as NOTING
from shared.testing.notes import Notes, noting
from shared.testing.stories import Story
from shared.version import VERSION

HANDLING = definition_of("handling")


@pytest.fixture
async def conditions(here: Connections) -> AsyncIterator[Conditions]:
    made = Conditions(here, [HANDLING])
    yield made
    await made.close()


async def test_unread_messages_are_counted_until_they_are_applied(
    here: Connections, tap: Tap
) -> None:
    consumer = here.reactions_consumer(NOTING)
    await tap.put(*Story("handling-c1").tells(3).documents)

    async def lag() -> int | None:
        looking = Conditions(here, [definition_of(NOTING)])
        state = await looking.of(NOTING)
        await looking.close()
        return next(each.lag for each in state.consumers if each.consumer == consumer)

    assert await lag() == 3

    async def read() -> bool:
        return await lag() == 0

    async with noting(here, Notes()):
        await eventually(read)


async def test_cases_set_aside_are_shown_without_their_detail_and_within_bounds(
    here: Connections, conditions: Conditions
) -> None:
    parking = Parking(here.database("handling"), real_time)
    for number in range(MOST_SHOWN + 2):
        key = f"{number:032x}"
        await parking.open("handling-reactions", key, [], "parked", "exception", "张三 at line 7")
    state = await conditions.of("handling")
    assert (len(state.aside), state.aside_number) == (MOST_SHOWN, MOST_SHOWN + 2)
    assert "张三" not in state.model_dump_json()
    assert [each.id for each in state.aside] == [
        each.id for each in (await listed(here, ["handling"]))[:MOST_SHOWN]
    ]


async def test_a_rebuild_under_way_and_a_model_of_older_code_are_seen(
    here: Connections, conditions: Conditions
) -> None:
    [model] = HANDLING.projections[:1]
    generations = Generations(here.database_of("handling", model))
    await generations.pointer(model.name, model.version - 1)
    await generations.begin(model.name, model.version)
    shown = (await conditions.of("handling")).models[0]
    assert (shown.live, shown.building) == (1, 2)
    assert (shown.begun_by, shown.code) == (model.version - 1, model.version)


async def test_processes_say_their_release_and_their_last_sign_of_life(
    here: Connections, conditions: Conditions
) -> None:
    await ClockStore(here.database("control")).follow("reactions-0@app-2:41", 0)
    [process] = (await conditions.of("handling")).processes
    assert (process.role, process.host, process.release) == ("reactions-0", "app-2", VERSION)
    assert process.alive


async def test_a_bus_that_does_not_answer_leaves_the_rest_to_see(here: Connections) -> None:
    lost = Conditions(replace(here, access=BrokerAccess("127.0.0.1:1")), [HANDLING])
    state = await lost.of("handling")
    assert state.consumers
    assert {each.lag for each in state.consumers} == {None}
    assert state.unpublished is not None
