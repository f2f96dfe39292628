"""Pauses grow, have an end where one is wanted, and conflicts are tried again."""

from itertools import islice

import pytest

from shared.kernel.errors import ConcurrencyConflict
from shared.pauses import pauses, waiting_out
from shared.service.commands.concurrency import MOST_ATTEMPTS, attempts


def test_each_pause_is_twice_the_one_before_up_to_the_longest() -> None:
    assert list(islice(pauses(1, 5), 5)) == [1, 2, 4, 5, 5]


def test_patience_allows_one_attempt_and_then_ends() -> None:
    assert list(pauses(1, 5, within=0)) == [1]


async def test_a_conflict_is_tried_again_so_often_and_then_raised() -> None:
    calls: list[int] = []

    async def conflicts(until: int) -> str:
        calls.append(until)
        if len(calls) < until:
            raise ConcurrencyConflict("handling-1", len(calls))
        return "done"

    assert await attempts()(conflicts, 3) == "done"
    assert len(calls) == 3
    calls.clear()
    with pytest.raises(ConcurrencyConflict) as last:
        await attempts()(conflicts, MOST_ATTEMPTS + 1)
    assert last.value.expected == len(calls) == MOST_ATTEMPTS


async def test_an_error_that_passes_is_waited_out_and_any_other_is_raised(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("shared.pauses.FIRST_SECONDS", 0.0)
    errors: list[Exception] = [TimeoutError(), TimeoutError()]

    async def work() -> str:
        if errors:
            raise errors.pop()
        return "done"

    def passes(error: BaseException) -> bool:
        return isinstance(error, TimeoutError)

    assert await waiting_out(work, passes, "work") == "done"
    errors.append(KeyError("not foreseen"))
    with pytest.raises(KeyError):
        await waiting_out(work, passes, "work")


async def test_any_other_error_is_raised_at_once() -> None:
    calls: list[None] = []

    async def breaks() -> None:
        calls.append(None)
        raise KeyError

    with pytest.raises(KeyError):
        await attempts()(breaks)
    assert len(calls) == 1
