"""Work on many things at once: bounded, in order, with one error, and never behind one's back."""

import asyncio

import pytest

from shared.parallel import in_parallel
from shared.testing.eventually import eventually


class Work:
    """Counts how many are under way, and which have ended how."""

    def __init__(self, hangs: bool = False) -> None:
        self.hangs = hangs
        self.now = self.most = 0
        self.done: list[int] = []
        self.cancelled: list[int] = []

    async def __call__(self, number: int) -> int:
        self.now += 1
        self.most = max(self.most, self.now)
        try:
            for _ in range(10 - number):
                await asyncio.sleep(0)
            if number == 7:
                raise KeyError(number)
            if self.hangs:
                await asyncio.Event().wait()
            self.done.append(number)
            return number * number
        except asyncio.CancelledError:
            self.cancelled.append(number)
            raise
        finally:
            self.now -= 1


async def test_results_come_in_the_order_of_the_things_and_no_more_run_than_may() -> None:
    work = Work()
    assert await in_parallel(work, range(7), 3) == [0, 1, 4, 9, 16, 25, 36]
    assert work.most == 3
    assert await in_parallel(work, [], 3) == []
    assert await in_parallel(work, [5], 3) == [25]


async def test_the_first_error_comes_out_as_it_is_and_the_others_are_cancelled() -> None:
    work = Work(hangs=True)
    with pytest.raises(KeyError) as raised:
        await in_parallel(work, [0, 1, 7, 2], 4)
    assert raised.value.args == (7,)
    assert sorted(work.cancelled) == [0, 1, 2]
    assert work.now == 0


async def test_two_errors_at_once_are_raised_as_one() -> None:
    async def fails(number: int) -> None:
        raise LookupError(number)

    with pytest.raises(LookupError):
        await in_parallel(fails, [1, 2], 2)


async def test_who_cancels_waits_for_all_that_was_under_way() -> None:
    work = Work(hangs=True)
    task = asyncio.create_task(in_parallel(work, range(4), 2))
    await eventually(lambda: work.now == 2, every=0)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert work.now == 0
    assert work.done == []
    assert sorted(work.cancelled) == [0, 1]
