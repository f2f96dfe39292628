"""A worker is stalled when it leaves work undone, not when it could not have done any."""

from types import SimpleNamespace
from typing import Any, cast

import pytest

from shared.kafka import watchdog
from shared.kafka.watchdog import LagWatch, Stalled

PAUSE, PATIENCE = 5.0, 60.0
ENDS = {("case-events", 0): 9}


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> SimpleNamespace:
    clock = SimpleNamespace(now=100.0)
    monkeypatch.setattr(watchdog, "time", SimpleNamespace(monotonic=lambda: clock.now))
    return clock


def consumer(done: int) -> Any:
    """Returns a consumer that has committed `done`, and was alive at the start."""
    return SimpleNamespace(
        subscription=SimpleNamespace(group="g"),
        committed={("case-events", 0): done},
        activity=SimpleNamespace(alive=100.0),
    )


def looks(watch: LagWatch, clock: SimpleNamespace, done: int, pauses: int) -> None:
    for _ in range(pauses):
        clock.now += PAUSE
        watch.looks(PAUSE)
        watch.check(consumer(done), ENDS)


def a_watch() -> LagWatch:
    return LagWatch(cast(Any, None), PATIENCE)


def test_work_that_nobody_does_is_a_stall(clock: SimpleNamespace) -> None:
    with pytest.raises(Stalled, match="no progress"):
        looks(a_watch(), clock, done=3, pauses=14)


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
