"""The shared clock on a real MongoDB: forward only, followed by all, stepped until all is done."""

import asyncio
import subprocess
import sys
from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import UTC, datetime, timedelta
from time import monotonic

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pymongo.asynchronous.client_session import AsyncClientSession

from shared.kernel.clock import ClockMode, ClockSetting
from shared.kernel.errors import RuleViolated
from shared.mongo.clock_store import ClockStore, control_of
from shared.mongo.connect import connect
from shared.service.progress.lag import CatchUpStatus
from shared.service.progress.simulation import NotSettled, Stepper
from shared.service.resources import business_clock
from shared.service.resources.business_clock import FollowedClock, follower

BASE = datetime(2025, 1, 1, tzinfo=UTC)
DAY = timedelta(days=1)


@pytest.fixture
async def store(mongo_url: str, space: str) -> AsyncIterator[ClockStore]:
    client = connect(mongo_url)
    yield ClockStore(client[control_of(space)])
    await client.drop_database(control_of(space))
    await client.close()


async def eventually(reached: Callable[[], Awaitable[bool]], within: float = 5) -> None:
    limit = monotonic() + within
    while not await reached():
        assert monotonic() < limit, "waited in vain"
        await asyncio.sleep(0.005)


async def eventually_now(clock: FollowedClock, moment: datetime) -> None:
    async def shown() -> bool:
        return clock.now() == moment

    await eventually(shown)


async def eventually_lagging(store: ClockStore, version: int, names: list[str]) -> None:
    async def named() -> bool:
        return await store.lagging(version) == names

    await eventually(named)


async def test_time_is_real_where_nobody_simulates_it(store: ClockStore) -> None:
    await store.open("real")
    async with FollowedClock(store, "api") as clock:
        assert abs(clock.now() - datetime.now(UTC)) < timedelta(seconds=1)
        assert (clock.label, clock.simulated, clock.once_simulated) == ("real", False, False)
    with pytest.raises(RuleViolated, match="真实时间"):
        await store.move(BASE + DAY)


async def test_many_processes_that_start_at_once_begin_one_simulation(store: ClockStore) -> None:
    opened = await asyncio.gather(*(store.open("simulated", BASE, 0) for _ in range(16)))
    assert {setting.version for setting in opened} == {1}
    assert await store.now() == BASE


async def test_every_process_follows_a_move_and_says_so(store: ClockStore) -> None:
    await store.open("simulated", BASE, 0)
    async with FollowedClock(store, "api") as one, FollowedClock(store, "worker") as other:
        began = monotonic()
        moved = await store.move(BASE + DAY)
        await eventually_now(one, BASE + DAY)
        await eventually_now(other, BASE + DAY)
        await eventually_lagging(store, moved.version, [])
        assert monotonic() - began < 1, "the change stream is quicker than the beat"
        assert (one.label, one.once_simulated) == ("simulated", True)


async def test_a_living_process_that_does_not_follow_is_named(store: ClockStore) -> None:
    opened = await store.open("simulated", BASE, 0)
    await store.follow("stuck", opened.version)
    async with FollowedClock(store, "api"):
        moved = await store.move(BASE + DAY)
        await eventually_lagging(store, moved.version, ["stuck"])
    await store.leave("stuck")
    assert await store.lagging(moved.version) == []


NAME_OF_A_PROCESS = (
    "from shared.service.resources.business_clock import follower; print(follower('api', 0))"
)


async def test_processes_of_one_role_do_not_answer_for_each_other(store: ClockStore) -> None:
    """As the API processes of two services: same role, same number."""
    asked = [sys.executable, "-c", NAME_OF_A_PROCESS]
    other = (await asyncio.to_thread(subprocess.check_output, asked, text=True)).strip()
    opened = await store.open("simulated", BASE, 0)
    await store.follow(other, opened.version)
    async with FollowedClock(store, follower("api", 0)):
        moved = await store.move(BASE + DAY)
        await eventually_lagging(store, moved.version, [other])
    assert await store.lagging(moved.version) == [other], "who leaves takes nobody along"


async def test_who_was_killed_is_forgotten_at_last(
    store: ClockStore, mongo_url: str, space: str
) -> None:
    await store.open("simulated", BASE, 0)
    async with connect(mongo_url) as client:
        followers = client[control_of(space)]["followers"]
        killed = {"_id": "api-0@gone:1", "version": 1, "seen_at": datetime.now(UTC) - DAY}
        paused = {"_id": "api-0@paused:1", "version": 1, "seen_at": datetime.now(UTC)}
        await followers.insert_many([killed, paused])
        async with FollowedClock(store, "api"):
            known = {found["_id"] async for found in followers.find()}
    assert known == {"api-0@paused:1", "api"}


async def test_following_always_ends_when_it_is_told_to(store: ClockStore) -> None:
    await store.open("simulated", BASE, 0)
    async with asyncio.timeout(30):
        for n in range(40):
            async with FollowedClock(store, "api"):
                await store.move(BASE + n * DAY)
                await asyncio.sleep(0.005 * (n % 5))
    assert await store.lagging(10**6) == [], "who leaves is not waited for"


async def test_a_clock_that_has_not_started_does_not_guess_the_time(store: ClockStore) -> None:
    with pytest.raises(RuntimeError, match="api does not follow"):
        FollowedClock(store, "api").now()


async def test_simulated_time_does_not_run_back_in_a_process_when_it_is_slowed(
    store: ClockStore,
) -> None:
    await store.open("simulated", BASE, 100_000)
    async with FollowedClock(store, "api") as clock:
        seen = [clock.now()]
        await store.move(rate=1)

        async def slowed() -> bool:
            seen.append(clock.now())
            return clock.setting.rate == 1

        await eventually(slowed)
        seen += [clock.now() for _ in range(100)]
        assert seen == sorted(seen)


async def test_of_racing_moves_none_ever_sets_the_clock_back(store: ClockStore) -> None:
    await store.open("simulated", BASE, 0)
    async with FollowedClock(store, "api") as clock:
        seen = [clock.now()]

        async def watch() -> None:
            while True:
                seen.append(clock.now())
                await asyncio.sleep(0.001)

        watcher = asyncio.create_task(watch())
        moves = [store.move(BASE + n * DAY) for n in (5, 3, 9, 1, 7, 2, 8)]
        results = await asyncio.gather(*moves, return_exceptions=True)
        await eventually_now(clock, BASE + 9 * DAY)
        watcher.cancel()
    assert seen == sorted(seen)
    versions = [r.version for r in results if not isinstance(r, BaseException)]
    assert len(set(versions)) == len(versions)
    assert all(isinstance(r, RuleViolated) for r in results if isinstance(r, BaseException))


@settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(moves=st.lists(st.tuples(st.integers(-50, 50), st.sampled_from([0, 1, 60])), max_size=8))
def test_whatever_is_asked_the_stored_clock_goes_forward_only(
    mongo_url: str, space: str, moves: list[tuple[int, int]]
) -> None:
    async def check() -> None:
        async with connect(mongo_url) as client:
            await client.drop_database(control_of(space))
            store = ClockStore(client[control_of(space)])
            await store.open("simulated", BASE, 0)
            latest = BASE
            for hours, pace in moves:
                try:
                    await store.move(latest + timedelta(hours=hours), pace)
                except RuleViolated:
                    assert hours <= 0
                now = await store.now()
                assert now >= latest
                latest = now

    asyncio.run(check())


class Alarms:
    """A system in small: what falls due is done by one process that follows the clock."""

    def __init__(self, clock: FollowedClock, due: list[datetime]) -> None:
        self.clock, self.due = clock, sorted(due)
        self.done: list[tuple[datetime, datetime]] = []

    async def next_due(self) -> datetime | None:
        return self.due[0] if self.due else None

    async def status(self) -> CatchUpStatus:
        return CatchUpStatus((), len(self.done))

    async def work(self) -> None:
        while True:
            await asyncio.sleep(0.01)
            while self.due and self.due[0] <= self.clock.now():
                self.done.append((self.due.pop(0), self.clock.now()))


async def test_each_due_moment_is_stepped_on_and_nothing_fires_late(store: ClockStore) -> None:
    await store.open("simulated", BASE, 0)
    due = [BASE + n * DAY for n in (3, 1, 30, 1, 90)]
    async with FollowedClock(store, "reminder") as clock:
        alarms = Alarms(clock, due)
        worker = asyncio.create_task(alarms.work())
        stepper = Stepper(store, alarms.next_due, alarms.status, patience=5)
        steps = await stepper.advance(BASE + 60 * DAY)
        worker.cancel()
    assert [planned for planned, _ in alarms.done] == sorted(due)[:4]
    assert all(planned == fired for planned, fired in alarms.done)
    assert steps == 4, "1, 3, 30 and the end"
    assert await store.now() == BASE + 60 * DAY


async def test_who_is_missing_is_named_when_a_step_does_not_end(store: ClockStore) -> None:
    await store.open("simulated", BASE, 0)

    async def next_due() -> datetime | None:
        return BASE + DAY

    async def status() -> CatchUpStatus:
        return CatchUpStatus(("portal-cases-g1 on partition 3",))

    stepper = Stepper(store, next_due, status, patience=0.3)
    with pytest.raises(NotSettled) as late:
        await stepper.advance(BASE + 2 * DAY)
    assert late.value.missing == ("portal-cases-g1 on partition 3",)
    assert await store.now() == BASE, "nothing moves before all have caught up"


async def test_due_work_that_nobody_does_is_named_too(store: ClockStore) -> None:
    await store.open("simulated", BASE, 0)

    async def next_due() -> datetime | None:
        return BASE + DAY

    async def status() -> CatchUpStatus:
        return CatchUpStatus(())

    with pytest.raises(NotSettled, match=r"what was due at 2025-01-02T00:00:00\.000Z"):
        await Stepper(store, next_due, status, patience=0.3).advance(BASE + 2 * DAY)


async def test_writing_that_never_ends_is_not_waited_for_for_ever(store: ClockStore) -> None:
    await store.open("simulated", BASE, 0)
    written = 0

    async def next_due() -> datetime | None:
        return None

    async def status() -> CatchUpStatus:
        nonlocal written
        written += 1
        return CatchUpStatus((), written)

    with pytest.raises(NotSettled, match="an end of the writing"):
        await Stepper(store, next_due, status, longest=0.3).advance(BASE + DAY)


class Counted(ClockStore):
    """Counts what is written and read of it."""

    reports = reads = 0

    async def follow(self, follower: str, version: int) -> None:
        self.reports += 1
        await super().follow(follower, version)

    async def read(self, session: AsyncClientSession | None = None) -> ClockSetting:
        self.reads += 1
        return await super().read(session)


@pytest.mark.parametrize("mode", ["real", "simulated"])
async def test_in_real_time_few_beats_are_written_and_every_change_is(
    store: ClockStore, mongo_url: str, space: str, monkeypatch: pytest.MonkeyPatch, mode: ClockMode
) -> None:
    """Beats are counted, not timed: each reads the clock once."""
    monkeypatch.setattr(business_clock, "BEAT_SECONDS", 0.01)
    await store.open(mode, BASE, 0)
    async with connect(mongo_url) as client:
        counted = Counted(client[control_of(space)])
        async with FollowedClock(counted, "api") as clock:
            begun = counted.reads

            async def beats() -> bool:
                return counted.reads - begun > 12

            await eventually(beats, within=30)
            assert (counted.reports <= 7) == (mode == "real")
            opened = await store.open("simulated", clock.now() + DAY, 0)
            await eventually_lagging(store, opened.version, [])
