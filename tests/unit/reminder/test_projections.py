"""The index of running clocks: when something next becomes due."""

from datetime import timedelta

import pytest

from services.reminder.domain.commands import AcknowledgeEscalation
from services.reminder.domain.decider import DECIDER
from services.reminder.domain.projections import derive, fold
from shared.contracts.reminder import ReminderEvent
from shared.kernel.messages import Recorded
from shared.kernel.moment import stamp
from tests.unit.reminder.clocks import CLOCK, DAY, MONDAY, advance, change, due, follow, opening
from tests.unit.reminder.test_decider import met, stop


def facts_of(*commands: object) -> list[ReminderEvent]:
    facts: list[ReminderEvent] = []
    for command in commands:
        facts += DECIDER.decide(command, DECIDER.fold(facts))  # type: ignore[arg-type]
    return facts


def document(*commands: object) -> dict[str, object]:
    part: dict[str, object] = {}
    for version, event in enumerate(facts_of(*commands), 1):
        recorded = Recorded(
            id=str(version), stream="clocks-0", version=version, event=event, source="reminder",
            agency="u-keeper", actor="system:reminder", recorded_at=MONDAY, correlation_id="k",
        )  # fmt: skip
        part = dict(fold(part, recorded))
    return {"reminder": part, **derive({"reminder": part})}


def test_the_next_moment_is_the_earliest_of_rungs_and_lights() -> None:
    assert document(follow(opening()))["next_at"] == stamp(due().at - 7 * DAY)


def test_after_the_reminder_the_due_moment_comes_next() -> None:
    row = document(follow(opening()), advance(due().at - 7 * DAY))
    assert row["next_at"] == stamp(due().at)


@pytest.mark.parametrize("end", [met(), stop()])
def test_what_was_stopped_has_no_next_moment(end: object) -> None:
    row = document(follow(opening()), end)
    assert (row["next_at"], row["running"], row["units"]) == (None, 0, [])


def test_an_unanswered_escalation_brings_the_next_rung_forward_here_as_well() -> None:
    row = document(follow(opening()), advance(due().at))
    state = DECIDER.fold(facts_of(follow(opening()), advance(due().at)))
    rung = state.clocks[CLOCK].next_rung()
    assert rung is not None
    assert row["rung_at"] == stamp(rung[1]) < stamp(rung[0].at)


START, DUE, SECOND = follow(opening()), due().at, timedelta(seconds=1)
REACHED = advance(DUE)
ANSWER = AcknowledgeEscalation(at=DUE, by="p-head", clock=CLOCK, rung="d0")
PAUSE = follow(changes=(change("reply", verb="pause", why="clarifying"),), at=MONDAY + DAY)
RESUME = follow(changes=(change("reply", verb="resume", why="clear"),), at=DUE + DAY)
LATER = due(start=MONDAY + 30 * DAY)
EXTEND = follow(changes=(change("reply", verb="extend", why="granted", due=LATER),), at=DUE)


@pytest.mark.parametrize(
    "commands",
    [
        (START,),
        (START, advance(DUE - SECOND)),
        (START, REACHED),
        (START, REACHED, ANSWER),
        (START, PAUSE),
        (START, PAUSE, RESUME),
        (START, REACHED, EXTEND),
        (START, REACHED, follow(changes=PAUSE.changes, at=DUE), RESUME),
    ],
)
def test_a_row_has_what_the_clock_itself_knows(commands: tuple[object, ...]) -> None:
    clock = DECIDER.fold(facts_of(*commands)).clocks[CLOCK]
    last = clock.fired[-1] if clock.fired else None
    answer_by = last.acknowledge_by if last else None
    written = document(*commands)
    assert written["reminder"] == {
        "stream": "clocks-0",
        "agency": "u-city",
        "clocks": {
            CLOCK: {
                "unit": "u-hou",
                "light": clock.light,
                "yellow_at": stamp(clock.schedule.yellow_at),
                "due_at": stamp(clock.schedule.due.at),
                "rungs": [stamp(rung.at) for rung in clock.schedule.plan[len(clock.fired) :]],
                "rung": last.rung if last else None,
                "answer_by": stamp(answer_by) if answer_by else None,
                "paused": clock.pause is not None,
            }
        },
    }
    rung = clock.next_rung() if clock.ticks else None
    assert written["rung_at"] == (stamp(rung[1]) if rung else None)
    light = clock.next_light() if clock.ticks else None
    assert written["light_at"] == (stamp(light[1]) if light else None)
