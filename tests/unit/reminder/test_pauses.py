"""Obligations whose time stands still, goes on, or is extended."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

import pytest

from services.reminder.domain.commands import AcknowledgeEscalation
from services.reminder.domain.decider import DECIDER
from services.reminder.domain.state import Clocks
from shared.contracts.reminder import (
    CaseEscalated,
    ClockExtended,
    ClockPaused,
    ClockResumed,
    ClockStopped,
    EscalationAcknowledged,
    LightChanged,
    ReminderEvent,
    ReminderSent,
    ReminderVoided,
)
from shared.kernel.calendar import Period, ending_day
from shared.kernel.messages import Command
from tests.unit.reminder.clocks import (
    CLOCK,
    DAY,
    MONDAY,
    RULES,
    TASK,
    advance,
    change,
    due,
    follow,
    opening,
)

DUE = due().at
"""The end of Tuesday, 3 June."""
SIGNING = due("sign-for").at
"""The end of Thursday, 6 March: three working days."""
START, SIGN = follow(opening()), follow(opening("sign-for"))


def act(verb: str, at: datetime, rule: str = "reply", **more: Any) -> Command:
    return follow(changes=(change(rule, verb=verb, why="evidence", **more),), at=at)


def given(*commands: Command) -> tuple[Clocks, list[ReminderEvent]]:
    state, facts = Clocks(), list[ReminderEvent]()
    for command in commands:
        new: Sequence[ReminderEvent] = DECIDER.decide(command, state)
        facts += new
        state = DECIDER.fold(facts)
    return state, facts


def rungs(facts: Sequence[ReminderEvent]) -> list[str]:
    return [fact.rung for fact in facts if isinstance(fact, ReminderSent | CaseEscalated)]


def last(kind: type[Any], facts: list[ReminderEvent]) -> Any:
    return [fact for fact in facts if isinstance(fact, kind)][-1]


def test_a_pause_records_the_days_left_in_the_unit_of_the_period() -> None:
    _, facts = given(START, act("pause", MONDAY + 30 * DAY))
    paused = last(ClockPaused, facts)
    assert paused.left == Period(unit="CD", length=62, roll=True)
    _, facts = given(SIGN, act("pause", MONDAY + DAY, "sign-for"))
    assert last(ClockPaused, facts).left == Period(unit="WD", length=2)
    assert (facts[-1].why, facts[-1].subject, facts[-1].unit) == ("evidence", TASK, "u-hou")


def test_a_paused_clock_has_nothing_to_say() -> None:
    state, _ = given(START, act("pause", MONDAY + 30 * DAY))
    assert state.clocks[CLOCK].next_moment() is None
    assert list(DECIDER.decide(advance(DUE + 30 * DAY), state)) == []


@pytest.mark.parametrize(
    ("days", "day"), [(1, date(2025, 3, 6)), (2, date(2025, 3, 7)), (4, date(2025, 3, 11))]
)
def test_a_resumed_clock_is_due_when_the_days_left_are_used_up(days: int, day: date) -> None:
    """Paused on Tuesday with two working days left; a weekend in between is not counted."""
    _, facts = given(
        SIGN, act("pause", MONDAY + DAY, "sign-for"), act("resume", MONDAY + days * DAY, "sign-for")
    )
    resumed = last(ClockResumed, facts)
    assert ending_day(resumed.due.at) == day
    assert (resumed.due.rule, resumed.due.policy) == ("sign-for", due().policy)
    assert (resumed.due.calendar, resumed.due.provisional) == (RULES.calendar.version, False)


def test_a_due_moment_beyond_the_official_calendar_is_provisional() -> None:
    years = 3 * 365 * DAY
    _, facts = given(
        SIGN, act("pause", MONDAY + DAY, "sign-for"), act("resume", MONDAY + years, "sign-for")
    )
    assert last(ClockResumed, facts).due.provisional is True


def test_a_pause_that_ends_on_its_day_changes_no_moment() -> None:
    state, _ = given(START)
    pausing = act("pause", MONDAY + 5 * DAY), act("resume", MONDAY + 5 * DAY)
    resumed, _ = given(START, *pausing)
    assert resumed.clocks[CLOCK].schedule == state.clocks[CLOCK].schedule


def test_rungs_that_were_not_reached_move_with_the_due_moment() -> None:
    state, facts = given(START, act("pause", MONDAY + 30 * DAY), act("resume", MONDAY + 40 * DAY))
    resumed = last(ClockResumed, facts)
    assert resumed.due.at == DUE + 10 * DAY
    assert resumed.yellow_at == DUE + 3 * DAY
    assert [rung.at for rung in resumed.plan[:2]] == [DUE + 3 * DAY, DUE + 10 * DAY]
    assert list(DECIDER.decide(advance(DUE), state)) == []
    advanced = DECIDER.decide(advance(DUE + 10 * DAY), state)
    assert [type(fact) for fact in advanced] == [
        LightChanged,
        ReminderSent,
        LightChanged,
        CaseEscalated,
    ]


def test_a_rung_that_was_reached_is_not_reached_again() -> None:
    facts_before = (START, advance(DUE - 7 * DAY), act("pause", DUE - 2 * DAY))
    state, _ = given(*facts_before, act("resume", DUE + 28 * DAY))
    advanced = DECIDER.decide(advance(DUE + 60 * DAY), state)
    assert [f.rung for f in advanced if isinstance(f, ReminderSent | CaseEscalated)] == [
        "d0",
        "wd+5",
    ]


def test_an_answer_that_was_awaited_before_the_pause_brings_no_rung_forward() -> None:
    """A clock that was late: the head did not answer, and then its time stood still."""
    state, _ = given(START, advance(DUE), act("pause", DUE + DAY), act("resume", DUE + 20 * DAY))
    assert state.clocks[CLOCK].fired[-1].acknowledge_by is None
    rung = state.clocks[CLOCK].next_rung()
    assert rung is not None
    assert (rung[0].rung, rung[1]) == ("wd+5", DUE + 20 * DAY)


def test_a_clock_that_was_late_stays_due_when_it_was_and_late() -> None:
    pausing = act("pause", DUE + DAY), act("resume", DUE + 20 * DAY)
    _, facts = given(START, advance(DUE), *pausing, act("meet", DUE + 21 * DAY))
    assert last(ClockPaused, facts).left is None
    assert last(ClockResumed, facts).due == due()
    assert last(ClockStopped, facts).late is True


def test_a_clock_that_began_late_is_chased_until_the_later_day_that_the_fact_names() -> None:
    """A co-handler joins a lead that stands still and whose own day has passed."""
    joined, later = DUE + DAY, due(start=DUE)
    late = follow(opening(), at=joined)
    still, goes_on = act("pause", joined), act("resume", joined + 10 * DAY, due=later)
    state, facts = given(late, still, goes_on)
    clock = state.clocks[CLOCK]
    assert (clock.schedule.due, clock.light) == (later, "green")
    state, facts = given(late, still, goes_on, advance(later.at))
    told = [each for each in facts if not getattr(each, "skipped", False)]
    assert rungs(told) == ["d-7", "d0"]


def test_an_obligation_met_during_a_pause_is_not_late() -> None:
    _, facts = given(START, act("pause", DUE - DAY), act("meet", DUE + 20 * DAY))
    assert last(ClockStopped, facts).late is False


def test_a_pause_entered_late_voids_the_rungs_and_turns_the_light_back() -> None:
    _, facts = given(START, advance(DUE), act("pause", DUE - 10 * DAY))
    assert [f.rung for f in facts if isinstance(f, ReminderVoided)] == ["d-7", "d0"]
    assert last(LightChanged, facts).light == "green"


def test_pausing_and_resuming_twice_says_nothing_new() -> None:
    paused, _ = given(START, act("pause", MONDAY + DAY))
    assert list(DECIDER.decide(act("pause", MONDAY + 2 * DAY), paused)) == []
    running, _ = given(START)
    assert list(DECIDER.decide(act("resume", MONDAY + 2 * DAY), running)) == []


def test_an_extension_moves_the_due_moment_and_turns_a_red_light_back() -> None:
    later = due(start=MONDAY + 30 * DAY)
    state, facts = given(START, advance(DUE), act("extend", DUE + DAY, due=later))
    extended = last(ClockExtended, facts)
    assert (extended.due, extended.left) == (later, None)
    assert facts[-1] == last(LightChanged, facts)
    assert state.clocks[CLOCK].light == "green"
    advanced = list(DECIDER.decide(advance(later.at + 30 * DAY), state))
    assert rungs(advanced) == ["d-7", "d0", "wd+5"]
    assert next(f.planned for f in advanced if isinstance(f, CaseEscalated)) == later.at


def test_a_day_that_was_extended_is_chased_like_the_first_also_twice() -> None:
    """Rungs that lie behind the grant are not told again; one that is to come comes once."""
    dues = [due(start=MONDAY + days * DAY) for days in (5, 30, 60)]
    told = START, advance(DUE - 7 * DAY)
    near, facts = given(*told, act("extend", DUE - DAY, due=dues[0]))
    assert last(ClockExtended, facts).again == 0  # it lies two days back
    assert rungs(DECIDER.decide(advance(dues[0].at + 30 * DAY), near)) == ["d0", "wd+5"]
    grants = [act("extend", DUE - 3 * DAY, due=later) for later in dues[1:]]
    far, facts = given(*told, *grants)
    assert [f.again for f in facts if isinstance(f, ClockExtended)] == [1, 0]
    assert rungs(DECIDER.decide(advance(dues[2].at + 30 * DAY), far)) == ["d-7", "d0", "wd+5"]


def test_a_late_entry_voids_the_rung_of_the_new_day_and_not_that_of_the_first() -> None:
    later = due(start=MONDAY + 30 * DAY)
    extended = START, advance(DUE), act("extend", DUE + DAY, due=later), advance(later.at)
    state, facts = given(*extended, act("meet", later.at - 10 * DAY))
    voids = [f for f in facts if isinstance(f, ReminderVoided)]
    assert [(f.rung, f.planned) for f in voids] == [
        ("d-7", later.at - 7 * DAY), ("d0", later.at),
    ]  # fmt: skip
    steps = [(step.rung, step.voided) for step in state.clocks[CLOCK].fired]
    assert steps == [("d-7", False), ("d0", False), ("d-7", True), ("d0", True)]


def test_the_answer_to_a_second_escalation_is_asked_for_and_taken() -> None:
    later = due(start=MONDAY + 30 * DAY)
    answer = AcknowledgeEscalation(at=later.at, by="p-head", clock=CLOCK, rung="d0")
    extended = START, advance(DUE), act("extend", DUE + DAY, due=later), advance(later.at)
    _, facts = given(*extended, answer)
    assert last(EscalationAcknowledged, facts).rung == "d0"


def test_an_extension_tells_no_silence_again_that_was_taken_for_an_answer() -> None:
    begin, window = follow(opening("objection")), due("objection").at
    late = due("objection", MONDAY + 30 * DAY)
    _, facts = given(begin, advance(window), act("extend", window, "objection", due=late))
    assert [rung.deems for rung in last(ClockExtended, facts).plan].count(True) == 1


def test_an_earlier_due_moment_extends_nothing() -> None:
    state, _ = given(START)
    assert list(DECIDER.decide(act("extend", MONDAY + DAY, due=due()), state)) == []


def test_a_clock_goes_on_until_the_day_that_the_fact_names() -> None:
    """Its owner judges by that day, too; a clock that was late stays so."""
    named = due().model_copy(update={"at": DUE + 7 * DAY})
    pause = act("pause", MONDAY + DAY)
    state, facts = given(START, pause, act("resume", MONDAY + 9 * DAY, due=named))
    assert last(ClockResumed, facts).due == named
    assert state.clocks[CLOCK].schedule.due == named
    late = act("pause", DUE + DAY), act("resume", DUE + 9 * DAY, due=named)
    assert last(ClockResumed, given(START, *late)[1]).due.at == DUE


def test_an_extension_during_a_pause_gives_a_larger_budget() -> None:
    later = due(start=MONDAY + 30 * DAY)
    commands = (START, act("pause", MONDAY + 30 * DAY), act("extend", MONDAY + 35 * DAY, due=later))
    state, facts = given(*commands)
    assert last(ClockExtended, facts).left == Period(unit="CD", length=91, roll=True)
    assert state.clocks[CLOCK].next_moment() is None
    _, facts = given(*commands, act("resume", MONDAY + 42 * DAY))
    assert last(ClockResumed, facts).due.at == later.at + 12 * DAY


def test_a_withdrawn_obligation_stops_its_clock_with_the_reason() -> None:
    _, facts = given(START, act("withdraw", MONDAY + DAY))
    assert (last(ClockStopped, facts).why, last(ClockStopped, facts).late) == ("evidence", False)


def test_a_change_of_every_subject_reaches_every_clock_of_the_rule() -> None:
    both = follow(opening(), opening(clock="d" * 12), opening("rating", clock="e" * 12))
    _, facts = given(both, act("pause", MONDAY + DAY, subject=None))
    assert {f.clock for f in facts if isinstance(f, ClockPaused)} == {CLOCK, "d" * 12}


def test_a_stopped_clock_neither_pauses_nor_goes_on() -> None:
    state, _ = given(START, act("meet", MONDAY + DAY))
    for verb in ("pause", "resume"):
        assert list(DECIDER.decide(act(verb, MONDAY + 2 * DAY), state)) == []


def test_one_fact_may_pause_what_another_effect_of_it_has_extended() -> None:
    later = due(start=MONDAY + 30 * DAY)
    changes = (
        change("reply", verb="extend", why="granted", due=later),
        change("reply", verb="pause", why="evidence"),
    )
    _, facts = given(START, follow(changes=changes, at=MONDAY + 30 * DAY))
    assert last(ClockPaused, facts).left == Period(unit="CD", length=91, roll=True)


def test_an_escalation_may_be_acknowledged_during_a_pause() -> None:
    answer = AcknowledgeEscalation(at=DUE + 2 * DAY, by="p-head", clock=CLOCK, rung="d0")
    state, _ = given(START, advance(DUE), act("pause", DUE + DAY), answer)
    assert state.clocks[CLOCK].fired[-1].acknowledge_by is None
