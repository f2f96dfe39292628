"""The timer on a real log and a real bus: on time, once, in order, and never on stale knowledge."""

import asyncio
from collections.abc import AsyncIterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any, ClassVar

import pytest

from shared.contracts.effects import Effects, pauses, resumes
from shared.contracts.handling import ProgressReported
from shared.contracts.reminder import CaseEscalated, LightChanged
from shared.kernel.errors import Unavailable
from shared.mongo.clock_store import real_time
from shared.mongo.parking import Parking
from shared.service.timers import scheduler as timers
from shared.testing.stories import Story
from tests.integration.reminding import DAY, MARK, MINUTE, MONDAY, Reminding, case, posts, reminding

pytestmark = pytest.mark.on_change("machinery", "reminder")

SECOND = timedelta(seconds=1)


@pytest.fixture
async def here(
    mongo_url: str, kafka_bootstrap: str, space: str, tmp_path: Path
) -> AsyncIterator[Reminding]:
    async with reminding(mongo_url, kafka_bootstrap, space, tmp_path) as made:
        await made.caught_up()
        yield made


async def test_nothing_is_said_before_the_first_moment(here: Reminding) -> None:
    await here.opened()
    here.clock.moment = here.due().at - 8 * DAY
    assert await here.timer().tick() == 0
    assert await here.rungs() == []


async def test_lights_turn_at_their_moment_and_rungs_when_their_hold_has_passed(
    here: Reminding,
) -> None:
    await here.opened()
    timer = here.timer()
    here.clock.moment = here.due().at - 7 * DAY + 5 * MINUTE
    assert await timer.tick() == 1
    [*_, last] = await here.facts()
    assert isinstance(last, LightChanged)
    await here.project()
    assert await timer.tick() == 0
    here.clock.moment += 11 * MINUTE
    assert await timer.tick() == 1
    assert await here.rungs() == ["d-7"]


async def test_after_ten_days_of_outage_every_rung_fires_once_in_its_order(
    here: Reminding,
) -> None:
    await here.opened()
    here.clock.moment = here.due().at + 10 * DAY
    await asyncio.gather(*(here.timer().tick() for _ in range(3)))
    assert await here.rungs() == ["d-7", "d0", "wd+5"]
    late = [fact.lateness_seconds for fact in await here.reached()]
    assert late == sorted(late, reverse=True)
    assert late[0] > 16 * DAY.total_seconds()
    await here.project()
    assert await here.timer().tick() == 0


async def test_a_worker_that_looks_at_an_old_index_says_nothing_twice(here: Reminding) -> None:
    await here.opened()
    here.clock.moment = here.due().at + DAY
    assert await here.timer().tick() == 1
    assert await here.timer().tick() == 0
    assert await here.rungs() == ["d-7", "d0"]


async def test_nothing_fires_while_something_on_the_bus_is_not_applied(here: Reminding) -> None:
    await here.opened()
    here.clock.moment = here.due().at + DAY
    await here.tap.put(*Story(f"handling-{case(1)}").tells(1).documents)
    timer = here.timer()
    assert await timer.tick() == 0
    assert "reminder-reactions" in str(timer.freshness.missing)
    await here.replied(1, here.due().at - DAY)
    await here.caught_up()
    assert await timer.tick() == 0
    assert await here.rungs() == []


async def test_who_is_never_idle_still_fires_as_of_a_moment_that_is_known(here: Reminding) -> None:
    """New facts come with every look; the mark of the first look is reached all the same."""
    await here.opened()
    first = here.clock.moment = here.due().at + DAY
    story = Story(f"handling-{case(2)}")
    await here.tap.put(*story.tells(1).documents)
    timer = here.timer()
    assert await timer.tick() == 0
    await here.caught_up()
    here.clock.moment += MINUTE
    await here.tap.put(*story.tells(1).documents[-1:])
    assert await timer.tick() == 1
    assert {fact.at for fact in await here.reached()} == {first}


async def test_nothing_fires_while_a_relay_is_behind_by_more_than_the_hold(
    here: Reminding,
) -> None:
    await here.opened()
    here.clock.moment = here.due().at + DAY
    await here.unpublished(recorded=20 * MINUTE)
    await here.unpublished(recorded=1 * MINUTE, stream=f"handling-{case(8)}")
    timer = here.timer()
    assert await timer.tick() == 0
    assert timer.freshness.missing == ("the relay of handling",)
    await here.published()
    assert await here.timer().tick() == 1


async def test_a_relay_that_is_behind_by_less_holds_up_nothing(here: Reminding) -> None:
    await here.opened()
    here.clock.moment = here.due().at + DAY
    await here.unpublished(recorded=5 * MINUTE)
    assert await here.timer().tick() == 1


@pytest.mark.parametrize("ahead", [timedelta(hours=1), timedelta(hours=-1), 7 * DAY])
async def test_a_machine_with_a_wrong_clock_fires_nothing(
    here: Reminding, ahead: timedelta
) -> None:
    """Until it agrees with the store's again; then everything once."""
    await here.opened()
    here.clock.moment = here.due().at + DAY
    wrong = here.timer(lambda: real_time() + ahead)
    assert await wrong.tick() == 0
    assert "this machine's clock" in str(wrong.freshness.missing)
    assert await here.rungs() == []
    assert await here.timer().tick() == 1
    assert await wrong.tick() == 0
    assert await here.rungs() == ["d-7", "d0"]


async def test_a_slow_answer_of_the_store_is_no_wrong_clock(here: Reminding) -> None:
    """The clocks may agree as long as half of the answer's time explains the difference."""
    moments = iter((real_time() - 6 * SECOND, real_time() + 2 * SECOND))
    await here.opened()
    here.clock.moment = here.due().at + DAY
    assert await here.timer(lambda: next(moments)).tick() == 1


async def test_an_append_that_fails_once_is_made_up_for(
    here: Reminding, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The store is away for a moment, just as the rungs of a case are recorded."""
    monkeypatch.setattr(timers, "DISPATCHED_SECONDS", 0.0)
    await here.opened()
    here.clock.moment = here.due().at + DAY
    fails_once(here, monkeypatch, Unavailable("the store is away"))
    timer = here.timer()
    assert await timer.tick() == 0
    assert await here.rungs() == []
    assert await timer.tick() == 1
    assert await here.rungs() == ["d-7", "d0"]


async def test_a_case_that_cannot_be_decided_holds_up_no_other(
    here: Reminding, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(1, 4):
        await here.opened(number, at=MONDAY)
    here.clock.moment = here.due().at + DAY
    fails_once(here, monkeypatch, KeyError("not foreseen"))
    assert await here.timer().tick() == 2
    rungs = [await here.rungs(number) for number in range(1, 4)]
    assert sorted(map(len, rungs)) == [0, 2, 2]


def fails_once(here: Reminding, monkeypatch: pytest.MonkeyPatch, error: Exception) -> None:
    """The next command of the timer; all later ones are handled."""
    handler, errors = here.runtime.handler, [error]
    handle = handler.handle

    async def failing(*words: Any, **more: Any) -> Any:
        if errors:
            raise errors.pop()
        return await handle(*words, **more)

    monkeypatch.setattr(handler, "handle", failing)


async def test_a_parked_case_waits_and_its_neighbours_do_not(
    here: Reminding, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(timers, "MOST_AT_ONCE", 2)
    for number in range(1, 6):
        await here.opened(number, at=MONDAY)
    parking = Parking(here.database, real_time)
    consumer = here.resources.reactions_consumer("reminder")
    for number in range(1, 4):
        await parking.open(consumer, case(number), [], "parked", "exception")
    here.clock.moment = here.due().at + DAY
    assert await here.timer().tick() == 2
    assert [await here.rungs(number) for number in range(1, 4)] == [[], [], []]
    assert await here.rungs(4) == await here.rungs(5) == ["d-7", "d0"]
    head = await parking.case(consumer, case(1))
    assert head is not None
    await parking.close(head)
    await here.project()
    assert await here.timer().tick() == 1
    assert await here.rungs(1) == ["d-7", "d0"]


async def test_what_was_met_in_time_never_rings(here: Reminding) -> None:
    await here.opened()
    await here.replied(1, here.due().at - 8 * DAY)
    here.clock.moment = here.due().at + 10 * DAY
    assert await here.timer().tick() == 0


class Interrupted(ProgressReported):
    """A fact as an owner may declare one: the time of the reply stands still."""

    obligations: ClassVar[Effects] = (pauses("reply", why="evidence"),)


class Continued(ProgressReported):
    obligations: ClassVar[Effects] = (resumes("reply", why="evidence"),)


async def test_a_paused_clock_rings_when_its_days_are_used_up(here: Reminding) -> None:
    await here.opened()
    pause, pause_end = here.due().at - 20 * DAY, here.due().at + 15 * DAY
    note = {"by": "p-1", "node": "review", "text": "等待鉴定"}
    work = {**MARK, "task": "a" * 12, "unit": "u-hou", **note}
    await here.hear(Interrupted.model_validate({**work, "at": pause}), version=2)
    await here.project()
    here.clock.moment = here.due().at + DAY
    assert await here.timer().tick() == 0
    await here.hear(Continued.model_validate({**work, "at": pause_end}), version=3)
    await here.project()
    here.clock.moment = here.due().at + 29 * DAY
    assert await here.timer().tick() == 1
    assert await here.rungs() == ["d-7"]


async def test_the_person_told_holds_the_post_on_that_day_in_the_business_zone(
    here: Reminding,
) -> None:
    """The due moment is 24:00 of the day; a minute later the successor is in office."""
    day = date(2025, 6, 4)
    await here.staffed(
        *posts(("head", "p-old", date(2020, 1, 1)), ("head", "p-new", day)),
    )
    await here.opened()
    here.clock.moment = here.due().at + 16 * MINUTE
    await here.timer().tick()
    [escalated] = [fact for fact in await here.facts() if isinstance(fact, CaseEscalated)]
    assert escalated.person == "p-new"


async def test_in_simulated_time_nothing_is_held(here: Reminding) -> None:
    here.clock.simulated = True
    await here.opened()
    here.clock.moment = here.due().at
    assert await here.timer().tick() == 1
    assert await here.rungs() == ["d-7", "d0"]


async def test_operators_see_what_comes_next_and_what_is_overdue(here: Reminding) -> None:
    await here.staffed(*posts(("operator", "p-duty", date(2020, 1, 1))))
    await here.opened()
    await here.opened(2, at=MONDAY)
    await here.replied(2, at=MONDAY + DAY)
    shown = (await here.get("/due", as_="p-duty")).json()
    assert shown.pop("calendar_missing") is None
    assert shown == {"next_at": "2025-05-27T16:00:00.000Z", "overdue": 0, "waiting": 1}
    here.clock.moment = here.due().at
    assert (await here.get("/due", as_="p-duty")).json()["overdue"] == 1
    assert (await here.get("/due", as_="p-nobody")).status_code == 403
