"""Fields of the line of a case that come from several of its parts."""

from typing import Any

import pytest

from services.portal.domain.derived import (
    burning,
    due,
    former_units,
    measures,
    rounds,
    status,
    tallied,
    units,
)
from services.portal.domain.register import carried_by
from services.portal.domain.waiting import waits
from shared.contracts.charges import ChargeEnded, ChargeTaken
from shared.contracts.reminder import CaseEscalated, ClockRedated, ClockStarted
from shared.testing.samples import sample
from tests.unit.portal.test_folds_in_turn import after, of

PAPER = {"agency": "u-city", "kind": "suggestion", "channel": "session", "period": "2025"}
ACCEPTED = {"registered_at": "x", "accepted_at": "x", **PAPER}


def clocks(**rules: str) -> dict[str, Any]:
    rows = {
        rule: {"rule": rule.replace("_", "-"), "due": day, "running": True, "light": "green"}
        for rule, day in rules.items()
    }
    return {"reminder": {"clocks": rows}}


@pytest.mark.parametrize(
    ("case", "day"),
    [
        (clocks(first_contact="01", reply="05"), "05"),
        (clocks(first_contact="01", rehandling="05"), "05"),
        (clocks(first_contact="01", suspension="05"), "05"),
        (clocks(suspension="01", reply="05"), "05"),
        (clocks(suspension="01", rehandling="05"), "05"),
        (clocks(first_contact="05", sign_for="01"), "01"),
    ],
)
def test_the_reply_is_due_before_the_end_of_a_pause_and_that_before_other_steps(
    case: dict[str, Any], day: str
) -> None:
    assert due(case) == day


def test_a_merged_case_is_counted_as_such_and_waits_for_no_unit() -> None:
    case = {"intake": ACCEPTED | {"merged_into": {"case_id": "c"}}}
    assert status(case) == "merged"
    assert [*measures(case)] == ["registered", "accepted", "merged"]
    assert waits(case) == []
    assert waits({"intake": ACCEPTED}) == ["assign-case|*"]


def given(status_: str, round_: int = 1, unit: str = "u-hou") -> dict[str, Any]:
    return {"unit": unit, "part": "lead", "round": round_, "status": status_}


def test_the_round_is_that_of_a_task_that_waits_for_a_unit() -> None:
    assert rounds({"assignment": {"tasks": {"t": given("returned", 2)}}}) == 2
    assert rounds({"assignment": {"tasks": {"t": given("ended", 2)}}}) == 1


def test_handling_says_what_was_taken_away_where_assignment_does_not_know_the_task_yet() -> None:
    work = {"unit": "u-tra", "part": "lead", "round": 1}
    for over, now, former in ((True, [], ["u-tra"]), (False, ["u-tra"], [])):
        case = {"handling": {"tasks": {"t": work | {"ended": over}}}}
        assert (units(case), former_units(case)) == (now, former)


def test_a_platform_counts_what_it_brought() -> None:
    places = {each.split("|")[1] for each in tallied({"intake": ACCEPTED | {"client": "c-npc"}})}
    assert places == {"", "c-npc"}


def test_running_lights_are_counted_by_kind() -> None:
    scope = "u-city|suggestion|session"
    lights = [*burning({"intake": ACCEPTED} | clocks(reply="05"))]
    assert f"lights|kind|{scope}|suggestion|green" in lights


def test_an_answer_is_awaited_no_more_where_the_day_was_dated_anew() -> None:
    started = sample(ClockStarted)
    assert isinstance(started, ClockStarted)
    asked, mark = of(CaseEscalated), {"clock": started.clock}
    for day, kept in ((started.due, {"d0"}), (of(ClockRedated).due, set())):
        redated = of(ClockRedated, due=day, **mark)
        part = after("reminder", started, asked, redated)
        assert {*part["clocks"][started.clock]["asks"]} == kept


def test_each_leader_in_charge_is_kept_until_his_charge_ends() -> None:
    one, two = of(ChargeTaken), of(ChargeTaken, charge="c" * 12, leader="p-second")
    both = {"assignment": after("assignment", one, two)}
    assert carried_by(both)["charge"] == sorted([one.leader, two.leader])
    assert {f"report-charge|{each}" for each in (one.leader, two.leader)} <= {*waits(both)}
    ended = of(ChargeEnded, charge=one.charge)
    left = after("assignment", one, two, ended)
    assert carried_by({"assignment": left})["charge"] == [two.leader]


CALLED = {"registered_at": "x", "called_by": "p-n1"}


@pytest.mark.parametrize(
    ("intake", "waiting"),
    [
        ({}, ["hand-in-paper|p-n1"]),
        ({"unconfirmed": ["p-n2"]}, ["confirm-signature|*", "confirm-signature|p-n2"]),
        ({"unconfirmed": ["p-n2"], "lapsed": True}, ["open-call|p-n1"]),
    ],
)
def test_a_paper_that_is_called_for_waits_for_its_signers(
    intake: dict[str, Any], waiting: list[str]
) -> None:
    assert waits({"intake": CALLED | intake}) == waiting


def test_an_extension_waits_for_its_approvers_and_its_notice_for_the_unit() -> None:
    row = {"unit": "u-hou", "part": "lead", "round": 1, "contacts": 1}
    asked = {"approvers": ["task-unit", "supervision-organ"], "untold": True}
    case = {
        "intake": ACCEPTED,
        "assignment": {"tasks": {"t": given("received")}},
        "handling": {"tasks": {"t": row | asked}},
    }
    assert {
        "decide-extension|u-hou",
        "decide-extension|supervision-organ",
        "tell-extension|u-hou",
    } <= {*waits(case)}
