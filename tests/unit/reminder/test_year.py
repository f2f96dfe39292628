"""A simulated year over every deployed policy row: each rung of each ladder is reached."""

from datetime import datetime, timedelta
from functools import reduce
from pathlib import Path

import pytest

from services.reminder.domain.commands import AdvanceClocks, FollowFact, Opening
from services.reminder.domain.decider import DECIDER
from services.reminder.domain.state import Clocks
from shared.contracts.case_event import CaseMark
from shared.contracts.reminder import CaseEscalated, LightChanged, ReminderEvent, ReminderSent
from shared.kernel.policy import Policy, PolicyRow
from shared.service.config.policies import load_policies
from tests.unit.reminder.clocks import HOLDERS, MONDAY

BOOK = load_policies(Path("deploy/policies"))
RULED = [(row, rule) for row in BOOK.rows for rule in row.obligations]
YEAR = timedelta(days=380)


def named(value: object) -> str:
    return f"{value.kind}-{value.channel}" if isinstance(value, PolicyRow) else str(value)


def year_of(row: PolicyRow, rule: str) -> list[ReminderEvent]:
    """Returns the facts of an obligation that is never met, stepping from moment to moment."""
    policy = Policy(row, BOOK.calendar)
    mark = CaseMark.model_validate(
        {"agency": "u-city", "kind": row.kind, "channel": row.channel, "period": "2025"}
    )
    opening = Opening(
        clock="c" * 12, subject="a" * 12, unit="u-hou", person="p-d1", due=policy.due(rule, MONDAY)
    )
    start = FollowFact(at=MONDAY, by="s", mark=mark, round=1, openings=(opening,), policy=policy)
    facts: list[ReminderEvent] = list(DECIDER.decide(start, Clocks()))
    state = reduce(DECIDER.evolve, facts, Clocks())
    while (moment := next_moment(state)) and moment <= MONDAY + YEAR:
        look = AdvanceClocks(at=moment, by="s", held=False, holders=HOLDERS, policy=policy)
        new = list(DECIDER.decide(look, state))
        assert new, f"the clock says {moment}, and then nothing"
        state, facts = reduce(DECIDER.evolve, new, state), [*facts, *new]
    return facts


def next_moment(state: Clocks) -> datetime | None:
    return next((clock.next_moment() for clock in state.running()), None)


@pytest.mark.parametrize(("row", "rule"), RULED, ids=named)
def test_every_rung_of_the_ladder_is_reached_on_its_day_and_both_lights_turn(
    row: PolicyRow, rule: str
) -> None:
    facts = year_of(row, rule)
    reached = [f for f in facts if isinstance(f, ReminderSent | CaseEscalated)]
    ladder = row.obligations[rule].ladder
    assert ladder
    assert sorted(f.rung for f in reached) == sorted(rung.key for rung in ladder)
    assert not [f.rung for f in reached if isinstance(f, ReminderSent) and f.skipped]
    assert [f.rung for f in reached if f.person is None] == []
    assert {f.rung for f in reached if isinstance(f, CaseEscalated)} == {
        rung.key for rung in ladder if rung.escalates
    }
    assert [f.light for f in facts if isinstance(f, LightChanged)] == ["yellow", "red"]


@pytest.mark.parametrize("row", BOOK.rows, ids=named)
def test_every_row_rules_a_case_of_its_own(row: PolicyRow) -> None:
    """A row that another one always hides would be a rule that never matches."""
    start = MONDAY.replace(year=max(row.effective_from.year, 2025))
    assert BOOK.resolve(row.agency, row.kind, row.channel, start).row is row
