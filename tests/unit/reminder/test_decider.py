"""How an obligation is chased: ladder, lights, acknowledgement, late entries."""

from dataclasses import replace
from datetime import datetime, timedelta
from functools import reduce
from itertools import chain
from typing import get_args

import pytest

from services.reminder.domain.commands import AcknowledgeEscalation, StopClocks
from services.reminder.domain.decider import DECIDER
from services.reminder.domain.ladders import ADDRESSEES, OF_PERSONS
from services.reminder.domain.state import Clocks
from services.reminder.queries import row
from shared.contracts.reminder import (
    CaseEscalated,
    ClocksStopped,
    ClockStarted,
    ClockStopped,
    EscalationAcknowledged,
    LightChanged,
    ReminderEvent,
    ReminderSent,
    ReminderVoided,
)
from shared.kernel.calendar import Period
from shared.kernel.deadline_rules import Rung
from shared.kernel.errors import RuleViolated
from shared.kernel.storable import MOST_FACTS
from shared.testing.organisation import organisation
from tests.unit.reminder.clocks import (
    CLOCK,
    DAY,
    MARK,
    MONDAY,
    RULES,
    TASK,
    advance,
    change,
    due,
    follow,
    opening,
)

DUE, SECOND = due().at, timedelta(seconds=1)


def history(*commands: object) -> tuple[Clocks, list[ReminderEvent]]:
    state, facts = Clocks(), list[ReminderEvent]()
    for command in commands:
        events = list(DECIDER.decide(command, state))  # type: ignore[arg-type]
        state, facts = DECIDER.fold([*facts, *events]), [*facts, *events]
    return state, facts


def types(facts: list[ReminderEvent]) -> list[str]:
    return [fact.type.removesuffix(".v1") for fact in facts]


def stop(at: datetime = MONDAY) -> StopClocks:
    return StopClocks(at=at, by="system:reminder", mark=MARK, round=1, reason="withdrawn")


def met(rules: tuple[str, ...] = ("reply",), at: datetime = MONDAY) -> object:
    return follow(changes=(change(*rules, why="replied"),), at=at)


def test_an_opened_obligation_starts_its_clock_with_the_recorded_due_moment() -> None:
    _, [fact] = history(follow(opening()))
    assert isinstance(fact, ClockStarted)
    assert (fact.rule, fact.subject, fact.unit, fact.due) == ("reply", TASK, "u-hou", due())
    assert [step.at for step in fact.plan] == sorted(step.at for step in fact.plan)


def test_a_clock_names_its_round_and_the_person_who_owes() -> None:
    second = follow(opening(person="p-d1")).model_copy(update={"round": 2})
    _, facts = history(second, stop().model_copy(update={"round": 3}))
    started, stopped = facts
    assert isinstance(started, ClockStarted)
    assert (started.round, started.person) == (2, "p-d1")
    assert isinstance(stopped, ClocksStopped)
    assert stopped.round == 3


def test_facts_repeat_the_round_of_the_obligation() -> None:
    again = follow(opening()).model_copy(update={"round": 2})
    _, facts = history(again, advance(DUE), met(at=DUE - DAY))
    assert {(type(fact), fact.round) for fact in facts} == {
        (kind, 2)
        for kind in (
            ClockStarted, LightChanged, ReminderSent, CaseEscalated, ClockStopped, ReminderVoided,
        )
    }  # fmt: skip


def test_the_holders_of_every_role_of_a_ladder_are_known() -> None:
    """At the unit, an organ or the agency; who owes in person is known by the obligation."""
    roles = get_args(Rung.model_fields["role"].annotation)
    assert set(chain.from_iterable(ADDRESSEES.values())) == {*roles} - OF_PERSONS


def test_the_same_opening_starts_no_second_clock() -> None:
    _, facts = history(follow(opening()), follow(opening()))
    assert types(facts) == ["clock.started"]


def test_nothing_happens_before_the_first_planned_moment() -> None:
    _, facts = history(follow(opening()), advance(MONDAY + DAY))
    assert types(facts) == ["clock.started"]


def test_the_light_turns_yellow_and_the_handler_is_reminded_seven_days_before() -> None:
    _, facts = history(follow(opening()), advance(DUE - 7 * DAY))
    assert types(facts) == ["clock.started", "light.changed", "reminder.sent"]
    assert isinstance(facts[-1], ReminderSent)
    assert (facts[-1].rung, facts[-1].person) == ("d-7", "p-handler")


def test_at_the_due_moment_it_is_red_and_the_head_must_acknowledge() -> None:
    _, facts = history(follow(opening()), advance(DUE - 7 * DAY), advance(DUE))
    assert isinstance(facts[-1], CaseEscalated)
    assert (facts[-1].role, facts[-1].person) == ("head", "p-head")
    assert facts[-1].acknowledge_by is not None
    assert isinstance(facts[-2], LightChanged)
    assert facts[-2].light == "red"


def test_a_rung_fires_once_however_often_the_clock_is_looked_at() -> None:
    _, facts = history(follow(opening()), advance(DUE), advance(DUE), advance(DUE))
    assert len([fact for fact in facts if isinstance(fact, CaseEscalated)]) == 1


def test_after_an_outage_every_missed_rung_fires_once_oldest_first_with_its_lateness() -> None:
    _, facts = history(follow(opening()), advance(DUE + 30 * DAY))
    rungs = [f for f in facts if isinstance(f, ReminderSent | CaseEscalated)]
    assert [fact.planned for fact in rungs] == sorted(fact.planned for fact in rungs)
    assert [fact.rung for fact in rungs] == ["d-7", "d0", "wd+5"]
    assert all(fact.lateness_seconds > 0 for fact in rungs)


def test_a_rung_waits_for_the_hold_of_its_policy_row_and_lights_do_not() -> None:
    state, _ = history(follow(opening()), advance(DUE - 7 * DAY))
    hold = timedelta(minutes=RULES.row.hold_minutes)
    assert types(list(DECIDER.decide(advance(DUE, held=True), state))) == ["light.changed"]
    assert types(list(DECIDER.decide(advance(DUE + hold - SECOND, held=True), state))) == [
        "light.changed"
    ]
    *_, rung = DECIDER.decide(advance(DUE + hold + 5 * SECOND, held=True), state)
    assert isinstance(rung, CaseEscalated)
    assert (rung.planned, rung.lateness_seconds) == (DUE, 5)


@pytest.mark.parametrize(
    ("rule", "reached"),
    [
        ("objection", [("d0", True)]),
        ("rating", [("d-7", False), ("d0", False), ("wd+5", True)]),
        ("reply", [("d-7", False), ("d0", False), ("wd+5", False)]),
    ],
)
def test_a_rung_says_whether_silence_is_taken_for_an_answer(
    rule: str, reached: list[tuple[str, bool]]
) -> None:
    _, facts = history(follow(opening(rule)), advance(DUE + 30 * DAY))
    rungs = [fact for fact in facts if isinstance(fact, ReminderSent | CaseEscalated)]
    assert [(fact.rung, fact.deems) for fact in rungs] == reached


def test_a_window_that_passed_before_the_start_is_deemed_to_have_passed() -> None:
    _, facts = history(follow(opening("objection"), at=DUE))
    assert [(f.skipped, f.deems) for f in facts if isinstance(f, ReminderSent)] == [(True, True)]


def test_an_unanswered_escalation_brings_the_next_rung_forward() -> None:
    state, facts = history(follow(opening()), advance(DUE - 7 * DAY), advance(DUE))
    escalated = facts[-1]
    assert isinstance(escalated, CaseEscalated)
    assert escalated.acknowledge_by is not None
    [early] = list(DECIDER.decide(advance(escalated.acknowledge_by), state))
    assert isinstance(early, CaseEscalated)
    assert early.organ == "u-supervision"
    assert (early.rung, early.person) == ("wd+5", "p-office-supervision")


def test_a_rung_that_deems_never_comes_early() -> None:
    """A rating lapses five working days after it was due, whatever was left unanswered before."""
    asked = Rung(
        key="d0", offset=0, role="head", escalates=True, acknowledge=Period(unit="WD", length=2)
    )
    last = Rung(key="wd+5", offset=5, unit="WD", role="proposer", deems=True)
    deadline = RULES.row.obligations["rating"].model_copy(update={"ladder": (asked, last)})
    row = RULES.row.model_copy(update={"obligations": {"rating": deadline}})
    command = follow(opening("rating")).model_copy(update={"policy": replace(RULES, row=row)})
    moment = RULES.due("rating", MONDAY).at
    state, _ = history(command, advance(moment))
    assert state.clocks[CLOCK].fired[-1].acknowledge_by is not None
    planned = RULES.calendar.shift(moment, 5, "WD")
    early = [*DECIDER.decide(advance(planned - DAY), state)]
    assert "reminder.sent.v1" not in [fact.type for fact in early]
    [lapsing] = [f for f in DECIDER.decide(advance(planned), state) if isinstance(f, ReminderSent)]
    assert (lapsing.rung, lapsing.deems, lapsing.planned) == ("wd+5", True, planned)


def test_an_acknowledged_escalation_leaves_the_next_rung_where_it_was_planned() -> None:
    answer = AcknowledgeEscalation(at=DUE, by="p-head", clock=CLOCK, rung="d0")
    state, facts = history(follow(opening()), advance(DUE), answer)
    assert isinstance(facts[-1], EscalationAcknowledged)
    clock = state.clocks[CLOCK]
    assert clock.next_rung() == (clock.schedule.plan[2], clock.schedule.plan[2].at)


def test_acknowledging_twice_says_nothing_new_and_a_rung_nobody_climbed_is_refused() -> None:
    answer = AcknowledgeEscalation(at=DUE, by="p-head", clock=CLOCK, rung="d0")
    state, _ = history(follow(opening()), advance(DUE), answer)
    assert DECIDER.decide(answer, state) == []
    with pytest.raises(RuleViolated, match="升级督办"):
        DECIDER.decide(answer.model_copy(update={"rung": "wd+5"}), state)


def test_a_met_obligation_stops_its_clock_in_time_and_never_rings() -> None:
    _, facts = history(follow(opening()), met(at=MONDAY + DAY), advance(DUE + 30 * DAY))
    assert types(facts) == ["clock.started", "clock.stopped", "light.changed"]
    assert isinstance(facts[1], ClockStopped)
    assert facts[1].late is False


def test_a_reply_after_the_due_moment_is_late() -> None:
    _, facts = history(follow(opening()), advance(DUE), met(at=DUE + DAY))
    assert [fact.late for fact in facts if isinstance(fact, ClockStopped)] == [True]


def test_an_entry_made_late_for_something_done_in_time_voids_the_rungs_in_between() -> None:
    _, facts = history(follow(opening()), advance(DUE + 30 * DAY), met(at=DUE - 10 * DAY))
    voided = [fact.rung for fact in facts if isinstance(fact, ReminderVoided)]
    assert voided == ["d-7", "d0", "wd+5"]


def test_an_earlier_entry_for_a_clock_that_has_stopped_voids_what_still_stands() -> None:
    """First a late contact was written down, then one that had taken place in time."""
    late, in_time = met(at=DUE + 20 * DAY), met(at=DUE - DAY)
    _, facts = history(follow(opening()), advance(DUE + 15 * DAY), late, in_time, in_time)
    voided = [fact.rung for fact in facts if isinstance(fact, ReminderVoided)]
    assert voided == ["d0", "wd+5"]
    assert types(facts).count("clock.stopped") == 1


def test_a_later_entry_for_a_clock_that_has_stopped_says_nothing() -> None:
    done = (follow(opening()), advance(DUE + 15 * DAY), met(at=DUE + 20 * DAY))
    state, _ = history(*done)
    assert list(DECIDER.decide(met(at=DUE + 21 * DAY), state)) == []  # type: ignore[arg-type]


def test_meeting_one_rule_leaves_the_other_clock_running() -> None:
    both = follow(opening(), opening("first-contact", clock="d" * 12))
    state, _ = history(both, met(("first-contact",), MONDAY + DAY))
    assert [clock.started.rule for clock in state.running()] == ["reply"]


def test_rungs_that_lie_before_the_start_are_recorded_as_skipped() -> None:
    _, facts = history(follow(opening(), at=DUE - DAY))
    assert types(facts) == ["clock.started", "reminder.sent"]
    assert isinstance(facts[1], ReminderSent)
    assert facts[1].skipped is True


def test_a_skipped_rung_of_an_organ_names_it() -> None:
    _, facts = history(follow(opening(), at=DUE + 30 * DAY))
    skipped = [fact for fact in facts if isinstance(fact, ReminderSent) and fact.skipped]
    assert {fact.organ for fact in skipped if fact.role == "office"} == {"u-supervision"}


def test_addressees_sit_where_due_work_looks_for_them() -> None:
    document = {
        "_id": "c", "units": ["u-hou"], "organs": ["u-npcsc"], "seen": {"clocks-c": [1]},
        "reminder": {"agency": "u-city", "stream": "clocks-c"},
    }  # fmt: skip
    assert row(document, MONDAY)["places"].keys() == ADDRESSEES.keys()


def test_a_stopped_case_ends_every_clock_and_starts_none() -> None:
    again = follow(opening("rating", clock="e" * 12))
    state, facts = history(follow(opening()), stop(), stop(), again)
    assert types(facts) == ["clock.started", "clocks.stopped"]
    assert (state.running(), state.clocks[CLOCK].light) == ([], "done")


def test_a_withdrawal_entered_late_voids_the_rungs_in_between() -> None:
    _, facts = history(follow(opening()), advance(DUE), stop(at=DUE - DAY))
    assert types(facts)[-2:] == ["clocks.stopped", "reminder.voided"]
    assert [f.rung for f in facts if isinstance(f, ReminderVoided)] == ["d0"]


def test_more_clocks_than_a_commit_holds_facts_are_stopped_and_told_in_turns() -> None:
    many = [follow(opening("rating", clock=f"{n:012x}")) for n in range(80)]
    state, _ = history(*many)
    assert types(list(DECIDER.decide(stop(), state))) == ["clocks.stopped"]
    advanced: list[ReminderEvent] = []
    while facts := list(DECIDER.decide(advance(DUE + 30 * DAY), state)):
        assert len(facts) <= MOST_FACTS
        state, advanced = reduce(DECIDER.evolve, facts, state), [*advanced, *facts]
    assert types(advanced).count("reminder.sent") == 240
    assert types(advanced).count("light.changed") == 160


def test_a_stop_is_remembered_before_anything_was_opened() -> None:
    _, facts = history(stop(), follow(opening()))
    assert [type(fact) for fact in facts] == [ClocksStopped]


def test_the_leader_in_charge_is_told_in_person_and_then_the_organ() -> None:
    """Another leader hears nothing, nor does one whom the case is against."""
    rungs = (
        Rung(key="d0", offset=0, role="in-charge"),
        Rung(key="wd+5", offset=5, unit="WD", role="office", organ="supervision", escalates=True),
    )
    deadline = RULES.row.obligations["reply"].model_copy(update={"ladder": rungs})
    row = RULES.row.model_copy(update={"obligations": {"reply": deadline}})
    begun = follow(opening(person="p-second")).model_copy(
        update={"policy": replace(RULES, row=row)}
    )
    state, _ = history(begun)
    for against, heard in ((frozenset(), "p-second"), (frozenset({"p-second"}), None)):
        later = advance(DUE + 14 * DAY).model_copy(
            update={"recused": against, "organisation": organisation(MONDAY.date())}
        )
        facts = DECIDER.decide(later, state)
        told = [fact.person for fact in facts if isinstance(fact, ReminderSent | CaseEscalated)]
        assert told == [heard, "p-office-supervision"]
