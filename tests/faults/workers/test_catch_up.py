"""A consumer that stood still catches up with all that happened meanwhile, in bounded memory."""

import asyncio
import signal
import time
from collections.abc import Sequence
from pathlib import Path

import pytest

from shared.contracts.intake import CaseNumbered
from shared.kafka.message import Outgoing
from shared.testing.eventually import busy, eventually
from shared.testing.isolation import isolated
from shared.testing.stories import BEGIN, MARK
from tests.faults.workers.town import Member, Town, a_town

pytestmark = pytest.mark.asyncio(loop_scope="session")

CASES, SIDE_BY_SIDE = 200, 40
MEGABYTE = 2**20
MORE = 160 * MEGABYTE
"""It may hold so much more while it catches up: the 4,096 messages that Faust keeps ready for each
consumer, and never all that waits. The 8,000 facts are 96 MB, and both consumers get them all."""
FILLING = "长" * 4_000


class Filled(CaseNumbered):
    """With a field that a reader of today has never heard of."""

    filling: str = FILLING


def resident(member: Member, what: str) -> int:
    said = Path(f"/proc/{member.pid}/status").read_text().splitlines()
    line = next(line for line in said if line.startswith(f"{what}:"))
    return int(line.split()[1]) * 1024


@pytest.mark.long
@pytest.mark.parametrize("facts", [40])
async def test_a_consumer_that_stood_still_catches_up(
    mongo_url: str, kafka_bootstrap: str, space: str, tmp_path: Path, facts: int
) -> None:
    """So many of each case, and each is twelve kilobytes."""
    cases = [f"c-late-{number}" for number in range(CASES)]
    async with (
        isolated(mongo_url, kafka_bootstrap, space) as here,
        a_town(here, mongo_url, tmp_path) as town,
    ):
        worker = await town.join()
        await town.passes("c-warm", "warm")
        calm = resident(worker, "VmHWM")
        waiting = await recorded(town, cases, facts)
        worker.signal(signal.SIGSTOP)
        await town.tap.put_raw(*waiting)
        worker.signal(signal.SIGCONT)
        began = time.monotonic()
        await eventually(lambda: all_done(town, cases, facts), within=300 * busy(), every=0.1)
        report(CASES * facts, time.monotonic() - began, resident(worker, "VmHWM") - calm)
        assert resident(worker, "VmHWM") - calm < MORE
        assert (worker.deaths, await town.objections()) == (0, [])


def report(facts: int, seconds: float, more: int) -> None:
    print(f"\n{facts} facts in {seconds:.1f} s with {more / MEGABYTE:.0f} MB more")  # noqa: T201


async def recorded(town: Town, cases: Sequence[str], facts: int) -> list[Outgoing]:
    """Not yet on the bus: were the worker to stand still all the while, it would end itself."""

    async def of(case: str) -> list[Outgoing]:
        return [m for number in range(facts) for m in await town.recorded(case, filled(number))]

    found: list[Outgoing] = []
    for begin in range(0, len(cases), SIDE_BY_SIDE):
        some = map(of, cases[begin : begin + SIDE_BY_SIDE])
        found += [message for each in await asyncio.gather(*some) for message in each]
    return found


def filled(number: int) -> Filled:
    return Filled(at=BEGIN, **MARK, number=number, label=str(number))


async def all_done(town: Town, cases: list[str], facts: int) -> bool:
    return await town.noted(*cases) == len(cases) * facts
