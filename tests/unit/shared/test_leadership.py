"""Leadership: the lease is held while the work is done, and given back however it ends."""

import asyncio
from collections.abc import Callable
from typing import cast

import pytest
from pymongo.errors import AutoReconnect, OperationFailure

from shared.cancelling import end
from shared.mongo.leases import Leases
from shared.service.resources.leadership import Leadership
from shared.testing.eventually import eventually


class Lease:
    """A lease of some hundredths of a second, whose store says what `answers` says."""

    seconds = 0.03

    def __init__(self, answers: Callable[[], bool] = lambda: True) -> None:
        self.answers, self.taken, self.given_back = answers, 0, 0

    async def take(self, _: str) -> bool:
        self.taken += 1
        return self.answers()

    async def give_back(self, *_: str) -> None:
        self.given_back += 1


class Work:
    """Work without end, until `fails` says otherwise."""

    def __init__(self, *fails: Exception) -> None:
        self.fails, self.begun, self.at_work = list(fails), 0, 0

    async def __call__(self) -> None:
        self.begun += 1
        self.at_work += 1
        try:
            if self.fails:
                raise self.fails.pop(0)
            await asyncio.Event().wait()
        finally:
            self.at_work -= 1


def leading(lease: Lease, work: Work, shown: list[int]) -> asyncio.Task[None]:
    leadership = Leadership(cast(Leases, lease), "relay/intake", shown.append)
    return asyncio.create_task(leadership.run(work))


async def test_the_lease_is_given_back_when_the_process_ends() -> None:
    lease, work, shown = Lease(), Work(), list[int]()
    task = leading(lease, work, shown)
    await eventually(lambda: work.at_work)
    await end([task])
    assert (work.at_work, lease.given_back, shown) == (0, 1, [0, 1, 0])


async def test_who_has_lost_the_lease_ends_its_work_and_waits_for_it_again() -> None:
    held = True
    lease, work, shown = Lease(lambda: held), Work(), list[int]()
    task = leading(lease, work, shown)
    await eventually(lambda: work.at_work)
    held = False
    await eventually(lambda: not work.at_work and shown[-1] == 0)
    held = True
    await eventually(lambda: work.begun == 2)
    await end([task])


async def test_the_work_goes_on_while_the_store_does_not_answer() -> None:
    lease, work = Lease(), Work()
    task = leading(lease, work, [])
    await eventually(lambda: work.at_work)

    def away() -> bool:
        raise AutoReconnect("no primary")

    lease.answers, before = away, lease.taken
    await eventually(lambda: lease.taken > before + 3)
    assert (work.begun, work.at_work, lease.given_back) == (1, 1, 0)
    await end([task])


async def test_work_begins_again_after_an_error_that_passes_and_raises_another() -> None:
    lease, shown = Lease(), list[int]()
    work = Work(AutoReconnect("away"), OperationFailure("not allowed", 13))
    with pytest.raises(OperationFailure):
        await asyncio.wait_for(leading(lease, work, shown), 20)
    assert (work.begun, lease.given_back, shown[-1]) == (2, 2, 0)
