"""A worker is stalled when it leaves work undone, not when it could not have done any."""

from types import SimpleNamespace
from typing import Any, cast

import pytest

from shared.kafka import watchdog
from shared.kafka.watchdog import GroupView, LagWatch, Stalled

PAUSE, PATIENCE = 5.0, 60.0
ENDS = {("case-events", 0): 9}


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> SimpleNamespace:
    clock = SimpleNamespace(now=100.0)
    monkeypatch.setattr(watchdog, "time", SimpleNamespace(monotonic=lambda: clock.now))
    return clock


def consumer(done: int, attempted: float = 1e9) -> Any:
    """Returns a consumer that has committed `done`, and was alive at the start; its oldest work
    under way was attempted at that moment."""
    return SimpleNamespace(
        subscription=SimpleNamespace(group="g", attempted=lambda: attempted),
        committed={("case-events", 0): done},
        activity=SimpleNamespace(alive=100.0),
    )


def looks(watch: LagWatch, clock: SimpleNamespace, done: int, pauses: int) -> None:
    view = GroupView({("case-events", 0): done})
    look(watch, clock, consumer(done), view, pauses)


def look(watch: LagWatch, clock: SimpleNamespace, one: Any, view: GroupView, pauses: int) -> None:
    for _ in range(pauses):
        clock.now += PAUSE
        watch.looks(PAUSE)
        watch.check(one, ENDS, view)


def a_watch() -> LagWatch:
    return LagWatch(cast(Any, None), cast(Any, None), PATIENCE)


def without_partitions() -> Any:
    one = consumer(0)
    one.committed = {}
    return one


def test_a_group_whose_members_have_no_partition_is_stalled_within_seconds(
    clock: SimpleNamespace,
) -> None:
    watch, idle = a_watch(), GroupView({("case-events", 0): 4}, holds_nothing=True)
    look(watch, clock, without_partitions(), idle, pauses=4)
    assert watch.lag == {"g": 5}, "what the group has committed elsewhere counts"
    with pytest.raises(Stalled, match="no member has a partition"):
        look(watch, clock, without_partitions(), idle, pauses=1)


def test_a_spare_member_and_a_group_that_is_joining_are_not_stalled(
    clock: SimpleNamespace,
) -> None:
    watch, spare = a_watch(), GroupView({("case-events", 0): 4})
    idle = GroupView({}, holds_nothing=True)
    for _ in range(20):
        look(watch, clock, without_partitions(), idle, pauses=3)
        look(watch, clock, without_partitions(), spare, pauses=1)
    assert watch.lag == {"g": 5}


def test_work_that_nobody_does_is_a_stall(clock: SimpleNamespace) -> None:
    with pytest.raises(Stalled, match="no progress"):
        looks(a_watch(), clock, done=3, pauses=14)


def test_an_attempt_without_an_end_is_a_stall_also_where_no_batch_waits_for_it(
    clock: SimpleNamespace,
) -> None:
    watch, view = a_watch(), GroupView({("case-events", 0): 9})
    look(watch, clock, consumer(9, attempted=clock.now), view, pauses=12)
    with pytest.raises(Stalled, match="an attempt"):
        look(watch, clock, consumer(9, attempted=100.0), view, pauses=1)


def test_where_nothing_waits_nothing_stalls(clock: SimpleNamespace) -> None:
    looks(a_watch(), clock, done=9, pauses=100)


def test_a_process_that_stood_still_has_its_full_time_again(clock: SimpleNamespace) -> None:
    """The process was suspended for 15 minutes, and facts came all the while."""
    watch = a_watch()
    looks(watch, clock, done=3, pauses=2)
    clock.now += 900
    looks(watch, clock, done=3, pauses=12)
    with pytest.raises(Stalled, match="no progress"):
        looks(watch, clock, done=3, pauses=2)
