"""The index of running clocks: when something next becomes due."""

from datetime import timedelta
from typing import Any

import pytest

from services.reminder.domain.commands import AcknowledgeEscalation
from services.reminder.domain.decider import DECIDER
from services.reminder.domain.projections import RUNNING_CLOCKS
from shared.contracts.recusal import RecusalNoted
from shared.contracts.reminder import ReminderEvent, ReminderVoided
from shared.kernel.messages import Event, Recorded
from shared.kernel.moment import stamp
from tests.unit.reminder.clocks import (
    CLOCK,
    DAY,
    MARK,
    MONDAY,
    advance,
    change,
    due,
    follow,
    opening,
)
from tests.unit.reminder.test_decider import met, stop
from tests.unit.reminder.test_pauses import act


def facts_of(*commands: object) -> list[ReminderEvent]:
    facts: list[ReminderEvent] = []
    for command in commands:
        facts += DECIDER.decide(command, DECIDER.fold(facts))  # type: ignore[arg-type]
    return facts


def document(*commands: object) -> dict[str, object]:
    return document_of(*facts_of(*commands))


def document_of(*facts: Event) -> dict[str, object]:
    part: dict[str, object] = {}
    for version, event in enumerate(facts, 1):
        recorded = Recorded(
            id=str(version), stream="clocks-0", version=version, event=event, source="reminder",
            agency="u-keeper", actor="system:reminder", recorded_at=MONDAY, correlation_id="k",
        )  # fmt: skip
        part = dict(RUNNING_CLOCKS.parts["reminder"](part, recorded))
    return {"reminder": part, **RUNNING_CLOCKS.derive({"reminder": part})}


def row(*commands: object) -> dict[str, Any]:
    found: dict[str, Any] = document(*commands)
    return dict(found["reminder"]["clocks"][CLOCK])


def test_a_case_that_became_another_kind_counts_as_that_one() -> None:
    """Also when a later entry voids a rung of a clock that was started under the old kind."""
    other = MARK.model_copy(update={"kind": "motion"})
    end = MONDAY + 30 * DAY
    fields = {"changes": (change("screening", why="diverted"),), "at": end}
    turned = follow(opening(clock="d" * 12), **fields).model_copy(update={"mark": other})
    late = follow(changes=(change("screening"),), at=MONDAY + DAY)
    history = [follow(opening("screening")), advance(end), turned, late]
    assert document(*history[:2])["kind"] == "suggestion"
    assert isinstance(facts_of(*history)[-1], ReminderVoided)
    for newest in (history[:3], history):
        assert document(*newest)["kind"] == "motion"
        mark = DECIDER.fold(facts_of(*newest)).mark
        assert mark is not None
        assert mark.kind == "motion"


DUE = due().at
LATER = due(start=MONDAY + 30 * DAY)
OPENED, ESCALATED = follow(opening()), advance(DUE)
ANSWERED = AcknowledgeEscalation(at=DUE, by="p-head", clock=CLOCK, rung="d0")
PAUSED, RESUMED = act("pause", DUE + DAY), act("resume", DUE + 2 * DAY)
EXTENDED = act("extend", DUE + DAY, due=LATER)


def test_a_document_has_the_moments_of_its_clocks() -> None:
    plan = [stamp(rung.at) for rung in DECIDER.fold(facts_of(OPENED)).clocks[CLOCK].schedule.plan]
    light = stamp(DUE - 7 * DAY)
    assert document(OPENED) == {
        "reminder": {
            "stream": "clocks-0", "clocks": {CLOCK: row(OPENED)},
            "agency": "u-city", "kind": "suggestion", "channel": "session",
        },
        "agency": "u-city", "kind": "suggestion", "channel": "session", "against": None,
        "guessed": [],
        "running": 1, "units": ["u-hou"], "organs": ["u-supervision"],
        "light_at": light, "rung_at": plan[0], "next_at": light,
    }  # fmt: skip
    assert row(OPENED) == {
        "rule": "reply", "unit": "u-hou", "light": "green", "yellow_at": light,
        "due_at": stamp(DUE), "due_guessed": None,
        "rungs": plan, "deems": [False] * 3, "guessed": [None] * 3, "organs": ["u-supervision"],
        "rung": None, "answer_by": None, "paused": False,
    }  # fmt: skip


def test_those_whom_a_case_is_against_stay_with_it() -> None:
    """Lists keep it from them, whatever its clocks do afterwards."""
    first, later = facts_of(OPENED), facts_of(OPENED, ESCALATED)
    named = RecusalNoted(at=MONDAY, units=("u-hou",), persons=("p-9", "p-1"))
    found = document_of(*first, named, *later[len(first) :])
    assert found["against"] == ["p-1", "p-9", "u-hou"]
    assert found | {"against": None, "reminder": None} == document_of(*later) | {"reminder": None}


@pytest.mark.parametrize(
    ("commands", "rung", "awaits_answer", "paused"),
    [
        ((ESCALATED,), "d0", True, False),
        ((ESCALATED, ANSWERED), "d0", False, False),
        ((ESCALATED, PAUSED), "d0", True, True),
        ((ESCALATED, PAUSED, RESUMED), "d0", False, False),
        ((ESCALATED, EXTENDED), "d0", False, False),
    ],
)
def test_an_escalation_awaits_its_answer_until_the_schedule_changes(
    commands: tuple[object, ...], rung: str, awaits_answer: bool, paused: bool
) -> None:
    after = row(OPENED, *commands)
    assert (after["rung"], after["paused"]) == (rung, paused)
    assert (after["answer_by"] is not None) == awaits_answer


def test_a_yellow_light_turns_at_the_due_moment_and_a_red_one_never() -> None:
    yellow = document(OPENED, advance(DUE - 7 * DAY))
    assert yellow["light_at"] == stamp(DUE)
    assert document(OPENED, ESCALATED)["light_at"] is None


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
        "kind": "suggestion",
        "channel": "session",
        "clocks": {
            CLOCK: {
                "unit": "u-hou",
                "light": clock.light,
                "yellow_at": stamp(clock.schedule.yellow_at),
                "due_at": stamp(clock.schedule.due.at),
                "rungs": [stamp(rung.at) for rung in clock.schedule.plan[len(clock.fired) :]],
                "deems": [rung.deems for rung in clock.schedule.plan[len(clock.fired) :]],
                "guessed": [rung.guessed for rung in clock.schedule.plan[len(clock.fired) :]],
                "due_guessed": None,
                "rule": "reply",
                "organs": sorted({r.organ for r in clock.schedule.plan if r.organ}),
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
