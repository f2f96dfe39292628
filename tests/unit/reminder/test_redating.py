"""The list of a year comes: clocks that rested on a guess of it are dated anew, each once."""

from collections.abc import Sequence
from datetime import UTC, date, datetime
from typing import Any

import pytest

from services.reminder.domain.commands import AcknowledgeEscalation, AdvanceClocks, RedateClocks
from services.reminder.domain.decider import DECIDER
from services.reminder.domain.state import Clocks, Pause
from shared.contracts.reminder import (
    CaseEscalated,
    ClockRedated,
    ClockStarted,
    LightChanged,
    ReminderEvent,
    ReminderSent,
    ReminderVoided,
)
from shared.kernel.calendar import OFFICIAL_YEARS, Calendar, Period, ending_day
from shared.kernel.messages import Command
from shared.kernel.moment import stamp
from shared.kernel.policy import Policy
from tests.unit.reminder.clocks import CLOCK, DAY, HOLDERS, RULES, change, follow, opening
from tests.unit.reminder.test_projections import row

COMING = OFFICIAL_YEARS[-1] + 1
GUESSED = Policy(RULES.row, Calendar("guessed", {}))


def listed(day: str, worked: bool) -> Policy:
    """The list of the coming year: weekends and statutory days, but for one day."""
    calendar = Calendar("listed", {date.fromisoformat(f"{COMING}-{day}"): worked}, {COMING})
    return Policy(RULES.row, calendar)


WORKDAY = next(
    day for day in (date(COMING, 1, n) for n in range(4, 8)) if GUESSED.calendar.is_working_day(day)
)
SATURDAY = next(day for day in (date(COMING, 1, n) for n in range(2, 9)) if day.weekday() == 5)
LONGER = listed(f"{WORKDAY:%m-%d}", worked=False)
"""A day more is off: what is due behind it is due a working day later."""
SHORTER = listed(f"{SATURDAY:%m-%d}", worked=True)
"""A Saturday is worked (调休): what is due behind it is due earlier."""
START = datetime(COMING - 1, 12, 24, 1, tzinfo=UTC)
DUE = GUESSED.due("first-contact", START)
"""Fifteen working days, most of them in the coming year."""
COMES = START + DAY


def begun(policy: Policy = GUESSED, **more: Any) -> Command:
    due = policy.due("first-contact", START)
    first = opening("first-contact", **more).model_copy(update={"due": due})
    return follow(first, at=START).model_copy(update={"policy": policy})


def comes(policy: Policy, at: datetime = COMES) -> RedateClocks:
    return RedateClocks(at=at, by="system:reminder", policy=policy)


def reach(at: datetime, policy: Policy = GUESSED) -> AdvanceClocks:
    by = "system:reminder"
    return AdvanceClocks(at=at, by=by, held=False, holders=HOLDERS, policy=policy)


def given(*commands: Command) -> tuple[Clocks, list[ReminderEvent]]:
    state, facts = Clocks(), list[ReminderEvent]()
    for command in commands:
        new: Sequence[ReminderEvent] = DECIDER.decide(command, state)
        facts += new
        state = DECIDER.fold(facts)
    return state, facts


def redated(facts: list[ReminderEvent]) -> list[ClockRedated]:
    return [fact for fact in facts if isinstance(fact, ClockRedated)]


def test_a_due_moment_in_a_guessed_year_says_how_it_is_counted_anew() -> None:
    assert DUE.provisional
    assert DUE.recount is not None
    assert DUE.recount.start == START
    assert DUE.recount.period == RULES.row.obligations["first-contact"].period
    known = RULES.due("first-contact", datetime(2025, 3, 3, 1, tzinfo=UTC))
    assert (known.provisional, known.recount) == (False, None)


@pytest.mark.parametrize(("policy", "later"), [(LONGER, True), (SHORTER, False)])
def test_the_list_moves_the_due_moment_and_the_rungs_with_it(policy: Policy, later: bool) -> None:
    state, facts = given(begun(), comes(policy))
    [fact] = redated(facts)
    expected = policy.due("first-contact", START)
    assert fact.due == expected
    assert (fact.due.at > fact.was) == later
    assert (fact.was, fact.counted, fact.due.provisional) == (DUE.at, None, False)
    plan = {rung.rung: rung.at for rung in state.clocks[CLOCK].schedule.plan}
    assert plan["d-7"] == expected.at - 7 * DAY
    assert ending_day(plan["wd+5"]) == ending_day(policy.calendar.shift(expected.at, 5, "WD"))


def test_each_clock_is_dated_anew_once_also_where_its_day_stays() -> None:
    same = Policy(RULES.row, Calendar("listed", {}, frozenset({COMING})))
    state, facts = given(begun(), comes(same), comes(same))
    assert [fact.due.at for fact in redated(facts)] == [DUE.at]
    assert state.clocks[CLOCK].guesses == frozenset()


def test_without_the_list_no_clock_is_dated_anew() -> None:
    _, facts = given(begun(), comes(Policy(RULES.row, Calendar("other version", {}))))
    assert redated(facts) == []


def test_a_clock_that_rests_on_no_guess_keeps_its_date() -> None:
    _, facts = given(begun(LONGER), comes(SHORTER))
    assert redated(facts) == []


def test_a_clock_that_ended_keeps_the_date_by_which_it_was_judged() -> None:
    ended = follow(changes=(change("first-contact", why="contacted"),), at=START + DAY)
    _, facts = given(begun(), ended, comes(LONGER, START + 2 * DAY))
    assert redated(facts) == []


def test_rungs_that_were_told_are_not_told_again() -> None:
    """The list comes when the year has begun, after the first rung."""
    told = DUE.at - 6 * DAY
    _, facts = given(begun(), reach(told), comes(LONGER, told), reach(DUE.at + 30 * DAY, LONGER))
    rungs = [f.rung for f in facts if isinstance(f, ReminderSent | CaseEscalated)]
    assert rungs == ["d-7", "d0", "wd+5"]


def test_what_was_told_too_early_by_the_guess_does_not_count_and_the_light_turns_back() -> None:
    overdue = DUE.at
    state, facts = given(begun(), reach(overdue), comes(LONGER, overdue))
    voided = [fact for fact in facts if isinstance(fact, ReminderVoided)]
    assert [(fact.rung, fact.planned) for fact in voided] == [("d0", DUE.at)]
    assert [fact.light for fact in facts if isinstance(fact, LightChanged)] == [
        "yellow",
        "red",
        "yellow",
    ]
    assert not state.clocks[CLOCK].is_late(overdue)
    assert state.clocks[CLOCK].fired[-1].acknowledge_by is None


def test_an_answer_stays_awaited_where_the_day_stays() -> None:
    same = Policy(RULES.row, Calendar("listed", {}, frozenset({COMING})))
    state, _ = given(begun(), reach(DUE.at), comes(same, DUE.at))
    assert state.clocks[CLOCK].fired[-1].acknowledge_by is not None
    answer = AcknowledgeEscalation(at=DUE.at + DAY, by="p-head", clock=CLOCK, rung="d0")
    assert DECIDER.decide(answer, state)


def test_a_due_moment_never_moves_before_today_and_says_what_the_list_counts() -> None:
    """The list comes on the last day by the guess, and a day earlier would be due by the list."""
    last_day = DUE.at - DAY / 2
    _, facts = given(begun(), comes(SHORTER, last_day))
    [fact] = redated(facts)
    assert fact.due.at == DUE.at
    assert fact.counted == SHORTER.due("first-contact", START).at < DUE.at


def test_an_overdue_clock_is_never_overdue_for_longer_than_it_was() -> None:
    _, facts = given(begun(), reach(DUE.at), comes(SHORTER, DUE.at + DAY))
    [fact] = redated(facts)
    assert (fact.due.at, fact.was) == (DUE.at, DUE.at)
    assert fact.counted is not None


def test_a_rung_in_a_guessed_year_moves_though_the_due_moment_was_known() -> None:
    start = datetime(COMING - 1, 12, 8, 1, tzinfo=UTC)
    due = GUESSED.due("first-contact", start)
    assert not due.provisional
    first = opening("first-contact").model_copy(update={"due": due})
    clock = follow(first, at=start).model_copy(update={"policy": GUESSED})
    state, facts = given(clock, comes(LONGER, start + DAY))
    [started] = [fact for fact in facts if isinstance(fact, ClockStarted)]
    assert [rung.guessed for rung in started.plan] == [None, None, COMING]
    [fact] = redated(facts)
    assert fact.due == due
    assert state.clocks[CLOCK].schedule.plan[-1].at == LONGER.calendar.shift(due.at, 5, "WD")


def test_a_paused_clock_keeps_the_days_that_the_list_leaves_it() -> None:
    pause = follow(changes=(change("first-contact", verb="pause", why="x"),), at=START + DAY)
    state, facts = given(
        begun(), pause.model_copy(update={"policy": GUESSED}), comes(LONGER, START + 2 * DAY)
    )
    [fact] = redated(facts)
    assert fact.left == state.clocks[CLOCK].pause.left  # type: ignore[union-attr]
    assert fact.left is not None
    assert fact.left.length == 14
    fewer = fact.model_copy(update={"left": Period(unit="WD", length=3)})
    clock = DECIDER.fold([*facts[: facts.index(fact)], fewer]).clocks[CLOCK]
    assert clock.pause == Pause(START + DAY, fewer.left)


SAME = Policy(RULES.row, Calendar("listed", {}, frozenset({COMING})))


@pytest.mark.parametrize(
    ("commands", "policy", "answer_by"),
    [
        ((begun(), comes(LONGER)), LONGER, False),
        ((begun(), reach(DUE.at), comes(LONGER, DUE.at)), LONGER, False),
        ((begun(), reach(DUE.at), comes(SAME, DUE.at)), SAME, True),
    ],
)
def test_the_index_takes_the_new_moments(
    commands: Sequence[Command], policy: Policy, answer_by: bool
) -> None:
    guessed, dated = row(*commands[:-1]), row(*commands)
    state, _ = given(*commands)
    clock = state.clocks[CLOCK]
    ahead = clock.schedule.plan[len(clock.schedule.plan) - len(guessed["rungs"]) :]
    assert (guessed["due_guessed"], dated["due_guessed"]) == (COMING, None)
    assert dated["due_at"] == stamp(policy.due("first-contact", START).at)
    assert dated["rungs"] == [stamp(rung.at) for rung in ahead]
    assert (dated["answer_by"] is not None) == answer_by
    assert dated["answer_by"] == (guessed["answer_by"] if answer_by else None)


def test_a_case_with_many_clocks_is_dated_anew_in_several_commits() -> None:
    openings = tuple(
        opening("first-contact", clock=f"{n:012x}").model_copy(update={"due": DUE})
        for n in range(7)
    )
    start = follow(*openings, at=START).model_copy(update={"policy": GUESSED})
    state, facts = given(start, comes(LONGER))
    assert len(redated(facts)) == 5
    more = DECIDER.decide(comes(LONGER), state)
    assert len(redated(list(more))) == 2
