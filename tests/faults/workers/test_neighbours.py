"""One fact that breaks its consumer stops its own case: neighbours pass within a second, and when
the cause is mended everything is done in its order."""

import asyncio
import signal

import pytest

from shared.kafka.envelope import to_messages
from shared.kafka.message import position_of
from shared.kafka.topics import MAX_MESSAGE_BYTES, partition_of
from shared.ops.cli.parked_cases import replayed, stepped_over
from shared.testing.eventually import busy, eventually
from shared.testing.isolation import PARTITIONS
from shared.testing.signatures import sign_anew
from tests.faults.workers.town import HEALS_WITHIN, SERVICE, Member, Town, told

pytestmark = [pytest.mark.asyncio(loop_scope="session"), pytest.mark.on_change("killed processes")]

WITHIN, PATIENCE = 1.0, 20.0
"""Seconds between the bus and the log: of the middle one of some neighbours; and of each, so much
more as the machine is busy with other tests."""


async def neighbours_pass(town: Town, case: str) -> list[float]:
    """How long each of some other cases took."""
    return [await town.passes(f"{case}-beside-{number}", "passes") for number in range(3)]


@pytest.mark.parametrize("how", ["raises", "hangs"])
async def test_a_fact_that_breaks_the_code_parks_its_case(town: Town, how: str) -> None:
    case = f"c-{how}"
    await town.passes("c-warm", "warm")
    await town.tell(case, "first")
    await town.tell(case, how)
    waits = [await town.passes("c-warm", "while-it-breaks")]
    waits += await neighbours_pass(town, case)
    await eventually(lambda: is_parked(town, case), within=HEALS_WITHIN)
    await town.tell(case, "after-it")
    report(how, waits)
    assert in_time(waits)
    town.expected.add((town.connections.reactions_consumer(SERVICE), case))
    assert await town.objections() == []
    assert await town.notes(case) == ["first"]


async def is_parked(town: Town, case: str) -> bool:
    return case in await town.heads()


def in_time(waits: list[float]) -> bool:
    return sorted(waits)[len(waits) // 2] < WITHIN and max(waits) < PATIENCE * busy()


def report(what: str, waits: list[float]) -> None:
    print(f"\n{what}: neighbours after {', '.join(f'{w:.3f}' for w in waits)} s")  # noqa: T201


async def test_the_next_release_replays_in_order_while_new_facts_arrive(town: Town) -> None:
    """What the release before could not do, the one after it does, and all that came after it."""
    case, consumer = "c-mended", town.connections.reactions_consumer(SERVICE)
    await town.tell(case, "0", "raises", "1", "2")
    await eventually(lambda: is_parked(town, case), within=HEALS_WITHIN)
    await town.leave("worker-0")
    await town.join(DUBAN_TEST_MENDED="yes")
    asked = asyncio.create_task(
        replayed(town.connections, SERVICE, consumer, case, within=HEALS_WITHIN)
    )
    await town.tell(case, *map(str, range(3, 40)))
    assert await asked is None
    await eventually(lambda: all_noted(town, case, 41), within=HEALS_WITHIN)
    assert await town.notes(case) == ["0", "raises", *map(str, range(1, 40))]
    await town.leave("worker-0")
    await town.join()
    assert await town.objections() == []


async def all_noted(town: Town, case: str, number: int) -> bool:
    return await town.noted(case) == number


async def test_what_is_refused_is_an_answer(town: Town) -> None:
    await town.tell("c-locked", "first", "locks", "refused", "refused-too")
    waits = await neighbours_pass(town, "c-locked")
    report("is refused", waits)
    assert in_time(waits)
    assert await town.objections() == []
    assert await town.notes("c-locked") == ["first", ""]
    assert "c-locked" not in await town.heads()


async def test_a_gap_that_closes_later_holds_one_case(town: Town) -> None:
    case = "c-gap"
    await town.tell(case, "1")
    town.meddled.add(case)
    missing = await town.recorded(case, told("2"))
    await town.tell(case, "3", "4")
    waits = await neighbours_pass(town, case)
    await eventually(lambda: is_parked(town, case), within=HEALS_WITHIN)
    assert (await town.heads())[case].state == "held"
    assert await town.notes(case) == ["1"]
    await town.tap.put_raw(*missing)
    await eventually(lambda: all_noted(town, case, 4), within=HEALS_WITHIN)
    report("a gap", waits)
    assert in_time(waits)
    assert await town.notes(case) == ["1", "2", "3", "4"]
    assert await town.objections() == []


async def test_the_largest_message_the_bus_takes(town: Town) -> None:
    """No fact has a field of that size: it is parked as it is read, before any code sees it."""
    case, room = "c-large", MAX_MESSAGE_BYTES - 5_000
    await town.recorded(case, told("small"))
    (large,) = to_messages(sign_anew(town.stories[case].documents[-1], label="x" * room))
    await town.tap.put_raw(large)
    waits = await neighbours_pass(town, case)
    await eventually(lambda: is_parked(town, case), within=HEALS_WITHIN)
    report(f"{len(large.value)} bytes", waits)
    assert (await town.heads())[case].reason == "invalid-fact"
    assert room < len(large.value) < MAX_MESSAGE_BYTES
    assert in_time(waits)
    town.expected.add(("*", case))
    assert await town.objections() == []


async def test_a_fact_that_kills_every_worker_is_stepped_over(town: Town) -> None:
    """It kills again and again whoever gets it, until an operator names its place. The other worker
    goes on meanwhile; afterwards all do."""
    case, consumer = "c-aborts", town.connections.reactions_consumer(SERVICE)
    second = await town.join(ordinal=1)
    await town.tell(case, "aborts")
    dead = await killed(town.members["worker-0"], second)
    waiting = {asyncio.create_task(town.passes(other, "passes")) for other in apart_from(case)}
    done, _ = await asyncio.wait(waiting, return_when=asyncio.FIRST_COMPLETED)
    waits = [task.result() for task in done]

    place = next(position_of(m) for m in await town.tap.messages() if m.key == case.encode())
    assert await stepped_over(town.connections, SERVICE, consumer, place) == case
    await asyncio.gather(*waiting)
    await eventually(dead.is_ready, within=HEALS_WITHIN)
    waits += await neighbours_pass(town, case)
    report("aborts: of the other worker, then of all", waits)
    assert in_time(waits)
    await town.leave("worker-1")
    town.expected.add((consumer, case))
    assert await town.objections() == []


async def killed(*workers: Member) -> Member:
    """Which one it has killed twice; the others live."""
    before = {worker.child.name: worker.deaths for worker in workers}

    def died(worker: Member) -> bool:
        return worker.deaths > before[worker.child.name] + 1

    await eventually(lambda: any(map(died, workers)), within=HEALS_WITHIN)
    (dead,) = filter(died, workers)
    assert dead.last_exit == -signal.SIGABRT
    return dead


def apart_from(case: str) -> list[str]:
    """One case in each of the other partitions."""
    names = [f"c-apart-{number}" for number in range(40)]
    found = {partition_of(name, PARTITIONS): name for name in names}
    found.pop(partition_of(case, PARTITIONS))
    return list(found.values())
