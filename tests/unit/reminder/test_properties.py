"""Clocks under any commands in any order: no rung twice, too early, or out of turn."""

from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from functools import reduce

from hypothesis import given, settings
from hypothesis import strategies as st

from services.reminder.domain.commands import (
    AcknowledgeEscalation,
    Opening,
    ReminderCommand,
    StopClocks,
)
from services.reminder.domain.decider import DECIDER
from services.reminder.domain.projections import derive, fold
from services.reminder.domain.state import Clocks
from shared.contracts.reminder import (
    CaseEscalated,
    ClockExtended,
    ClockPaused,
    ClockResumed,
    ClocksStopped,
    ClockStarted,
    ClockStopped,
    EscalationAcknowledged,
    PlannedRung,
    ReminderEvent,
    ReminderSent,
)
from shared.kernel.calendar import Period
from shared.kernel.errors import RuleViolated
from shared.kernel.messages import Recorded
from shared.kernel.moment import stamp
from shared.kernel.storable import MOST_FACTS
from tests.unit.reminder.clocks import DAY, MARK, MONDAY, RULES, advance, change, follow

CLOCKS = [f"{number:012x}" for number in range(4)]
RULE_OF = dict(zip(CLOCKS, ("sign-for", "reply", "publication", "co-opinion"), strict=True))
Reached = ReminderSent | CaseEscalated
Scheduled = ClockStarted | ClockResumed | ClockExtended

ACTS = [
    "open", "look", "look", "look held", "answer", "meet", "stop", "pause", "resume", "extend",
]  # fmt: skip
steps = st.lists(
    st.tuples(
        st.sampled_from(ACTS),
        st.integers(0, 30),
        st.sampled_from(CLOCKS),
        st.integers(0, 40),
    ),
    max_size=30,
)
Steps = Sequence[tuple[str, int, str, int]]


def commands(steps: Steps) -> Iterator[ReminderCommand]:
    """Time goes forward by whole days; a change may have happened some days ago."""
    now = MONDAY
    for act, later, clock, ago in steps:
        now += later * DAY
        yield command(act, now, clock, now - ago * DAY)


def command(act: str, now: datetime, clock: str, then: datetime) -> ReminderCommand:
    match act:
        case "open":
            due = RULES.due(RULE_OF[clock], now)
            return follow(Opening(clock=clock, subject=clock, unit="u-hou", due=due), at=now)
        case "meet" | "pause" | "resume" | "extend":
            later = RULES.due(RULE_OF[clock], now + 40 * DAY) if act == "extend" else None
            changed = change(RULE_OF[clock], subject=clock, verb=act, due=later)
            return follow(changes=(changed,), at=then)
        case "stop":
            return StopClocks(at=then, by="s", mark=MARK, round=1, reason="withdrawn")
        case "answer":
            return AcknowledgeEscalation(at=now, by="p-head", clock=clock, rung="d0")
        case _:
            return advance(now, held=act == "look held")


def commits_of(steps: Steps) -> list[list[ReminderEvent]]:
    """Returns the facts of each command."""
    state, commits = Clocks(), list[list[ReminderEvent]]()
    for each in commands(steps):
        try:
            facts = list(DECIDER.decide(each, state))
        except RuleViolated:
            facts = []
        state = reduce(DECIDER.evolve, facts, state)
        commits.append(facts)
    return commits


def flat(steps: Steps) -> list[ReminderEvent]:
    return [fact for facts in commits_of(steps) for fact in facts]


@given(steps)
@settings(max_examples=100, deadline=None)
def test_every_rung_is_reached_once_in_its_turn_and_never_before_its_moment(steps: Steps) -> None:
    plans, reached = dict[str, tuple[PlannedRung, ...]](), Counter[str]()
    for fact in flat(steps):
        if isinstance(fact, Scheduled):
            before = [rung.rung for rung in plans.get(fact.clock, ())][: reached[fact.clock]]
            assert [rung.rung for rung in fact.plan][: reached[fact.clock]] == before
            plans[fact.clock] = fact.plan
        if isinstance(fact, Reached):
            planned = plans[fact.clock][reached[fact.clock]]
            reached[fact.clock] += 1
            skipped = isinstance(fact, ReminderSent) and fact.skipped
            assert fact.rung == planned.rung
            assert fact.planned <= planned.at
            assert skipped or fact.planned <= fact.at
            assert fact.lateness_seconds >= 0


@given(steps)
@settings(max_examples=100, deadline=None)
def test_a_rung_comes_before_its_planned_moment_only_when_nobody_answered(steps: Steps) -> None:
    facts = flat(steps)
    for place, fact in enumerate(facts):
        if not isinstance(fact, Reached):
            continue
        before = [f for f in facts[:place] if getattr(f, "clock", "") == fact.clock]
        scheduled = [n for n, f in enumerate(before) if isinstance(f, Scheduled)][-1]
        told = sum(isinstance(f, Reached) for f in before)
        planned = before[scheduled].plan[told].at
        before = before[scheduled:]
        if fact.planned < planned:
            last = [f for f in before if isinstance(f, CaseEscalated)][-1]
            assert fact.planned == last.acknowledge_by
            answers = [f.rung for f in before if isinstance(f, EscalationAcknowledged)]
            assert last.rung not in answers


@given(steps)
@settings(max_examples=100, deadline=None)
def test_nothing_is_told_after_the_clock_or_the_case_was_stopped(steps: Steps) -> None:
    ended = set[str]()
    for fact in flat(steps):
        if isinstance(fact, ClocksStopped):
            ended = set(CLOCKS)
        elif isinstance(fact, ClockStopped):
            assert fact.clock not in ended
            ended.add(fact.clock)
        else:
            assert not isinstance(fact, Reached | ClockStarted) or fact.clock not in ended


@given(steps)
@settings(max_examples=100, deadline=None)
def test_nothing_is_told_while_the_clock_is_paused(steps: Steps) -> None:
    paused = set[str]()
    for fact in flat(steps):
        if isinstance(fact, ClockPaused):
            assert fact.clock not in paused
            paused.add(fact.clock)
        elif isinstance(fact, ClockResumed):
            paused.remove(fact.clock)
        else:
            assert not isinstance(fact, Reached) or fact.clock not in paused


@given(steps)
@settings(max_examples=100, deadline=None)
def test_a_resumed_clock_has_the_days_that_it_had_left(steps: Steps) -> None:
    left = dict[str, Period | None]()
    for fact in flat(steps):
        if isinstance(fact, ClockPaused) or (
            isinstance(fact, ClockExtended) and fact.clock in left
        ):
            left[fact.clock] = fact.left
        elif isinstance(fact, ClockResumed):
            budget = left.pop(fact.clock)
            if budget is not None:
                assert fact.due.at == RULES.calendar.end_of(budget, fact.at)[0]


@given(steps)
@settings(max_examples=100, deadline=None)
def test_a_commit_never_holds_more_facts_than_it_may(steps: Steps) -> None:
    assert all(len(facts) <= MOST_FACTS for facts in commits_of(steps))


@given(steps)
@settings(max_examples=100, deadline=None)
def test_the_index_of_due_work_says_the_same_moments_as_the_clocks_themselves(steps: Steps) -> None:
    facts = flat(steps)
    part: dict[str, object] = {}
    for version, fact in enumerate(facts, 1):
        part = dict(fold(part, recorded(fact, version)))
    moments = [
        at for c in reduce(DECIDER.evolve, facts, Clocks()).running() if (at := c.next_moment())
    ]
    row = derive({"reminder": part})
    assert row["next_at"] == (stamp(min(moments)) if moments else None)
    assert row["running"] == len(reduce(DECIDER.evolve, facts, Clocks()).running())


@given(steps)
@settings(max_examples=60, deadline=None)
def test_looking_again_at_the_same_moment_says_nothing_new(steps: Steps) -> None:
    state = reduce(DECIDER.evolve, flat(steps), Clocks())
    now = MONDAY + timedelta(days=30 * 30)
    while facts := list(DECIDER.decide(advance(now), state)):
        state = reduce(DECIDER.evolve, facts, state)
    assert list(DECIDER.decide(advance(now), state)) == []


def recorded(event: ReminderEvent, version: int) -> Recorded:
    return Recorded(
        id=str(version), stream="clocks-0", version=version, event=event, source="reminder",
        agency="u-city", actor="system:reminder", recorded_at=MONDAY, correlation_id="k",
    )  # fmt: skip
