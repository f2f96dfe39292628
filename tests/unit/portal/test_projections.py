"""The case register: status, light, counters, and that streams commute."""

import random
from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from services.portal.domain import derived
from services.portal.domain.derived import OWNERS, merged
from services.portal.domain.register import CASE_REGISTER
from shared.contracts import assignment as a
from shared.contracts.case_event import CaseEvent
from shared.contracts.disclosure import DisclosureOpened
from shared.contracts.feedback import CaseRated
from shared.contracts.handling import CaseReplied, ReplySigned
from shared.contracts.intake import (
    CaseAccepted,
    CaseDeclined,
    CaseErased,
    CaseNumbered,
    CaseRegistered,
    CaseSentBack,
    CaseWithdrawn,
)
from shared.contracts.reminder import ClockRedated, ClockStopped
from shared.kernel.messages import Recorded
from shared.kernel.moment import stamp
from tests.unit.portal.life import CHASED, DUE, LEADING, MARK, as_recorded, happened, life


def folded(facts: Sequence[Recorded]) -> dict[str, Any]:
    document: dict[str, Any] = {}
    for fact in facts:
        part = CASE_REGISTER.parts[fact.source]
        document[fact.source] = part(document.get(fact.source, {}), fact)
    return {**document, **CASE_REGISTER.derive(document)}


def after(steps: int, *more: tuple[str, CaseEvent]) -> dict[str, Any]:
    return folded(list(as_recorded([*life()[:steps], *more])))


@pytest.mark.parametrize(
    ("steps", "status"),
    [
        (1, "registered"),
        (2, "accepted"),
        (4, "assigned"),
        (9, "handling"),
        (11, "replied"),
        (15, "closed"),
    ],
)
def test_the_status_is_the_furthest_step(steps: int, status: str) -> None:
    assert after(steps)["status"] == status


def test_the_list_shows_the_next_due_moment_and_the_light_of_running_clocks_only() -> None:
    assert (after(8)["due"], after(8)["light"]) == (stamp(DUE.at), "green")
    assert (after(12)["due"][:4], after(12)["light"]) == ("9999", "none")


@pytest.mark.parametrize(
    ("steps", "light"), [(1, "none"), (4, "none"), (8, "green"), (12, "none"), (15, "done")]
)
def test_only_a_case_that_has_ended_is_done(steps: int, light: str) -> None:
    """未计时: before its first clock, and while nobody is awaited by a day."""
    case = after(steps)
    assert case["light"] == light
    tallied = {key for key in CASE_REGISTER.count(case) if key.startswith("tally|")}
    scope = f"u-city|suggestion|session|2025|{case['status']}|{light}"
    assert tallied == {f"tally|{place}|{scope}" for place in ("", *case["units"])}


@pytest.mark.parametrize("end", [CaseDeclined, CaseSentBack], ids=lambda end: end.type)
def test_what_was_not_taken_up_is_done(end: type[CaseDeclined | CaseSentBack]) -> None:
    refused = ("intake", end(**MARK, **happened(1), by="p-office-1", reason="out-of-scope"))
    assert after(1, refused)["light"] == "done"


def shown(facts: Sequence[Recorded]) -> list[str]:
    document = folded(facts)
    timelines = {owner: document.get(owner, {}).get("timeline", []) for owner in OWNERS}
    return [entry["type"] for _, entry in merged(timelines)]


def test_what_happened_at_one_moment_stands_in_the_order_of_a_cases_life() -> None:
    """撤回 before 交办终止; within a stream by version: 立案 before 编号."""
    gone = a.AssignmentStopped(**MARK, **happened(1), reason="withdrawn")
    withdrawn = CaseWithdrawn(**MARK, **happened(1), by="p-n001")
    facts = [("assignment", gone), *life()[:3], ("intake", withdrawn)]
    order = [CaseRegistered, CaseAccepted, CaseNumbered, CaseWithdrawn, a.AssignmentStopped]
    assert shown(list(as_recorded(facts))) == [fact.type for fact in order]


def test_a_cause_stands_before_its_effect_of_the_same_moment() -> None:
    """评价 before 办结, 签发 before 公开: effects are recorded later, and about the same moment."""
    facts = [
        replace(fact, recorded_at=fact.recorded_at + timedelta(seconds=place))
        for place, fact in enumerate(as_recorded(life()))
    ]
    random.Random(7).shuffle(facts)
    told = shown(sorted(facts, key=lambda fact: fact.version))
    assert told.index(CaseRated.type) < told.index(a.CaseClosed.type)
    assert told.index(ReplySigned.type) < told.index(DisclosureOpened.type)


def test_a_unit_whose_objection_is_upheld_answers_for_the_case_no_more() -> None:
    """Until another unit has the task, the time is that of the organ."""
    work = {**LEADING, "at": DUE.at}
    objected = ("assignment", a.AssignmentObjected(**work, reason="outside-remit"))
    upheld = ("assignment", a.ObjectionDecided(**work, upheld=True))
    assert after(4, objected)["leads"] == ["u-hou"]
    assert after(4, objected, upheld)["leads"] == []


def test_every_unit_with_a_task_is_among_the_units_but_co_handlers_do_not_lead() -> None:
    assert (after(7)["units"], after(7)["leads"]) == (["u-fin", "u-hou"], ["u-hou"])


def test_a_withdrawn_case_is_withdrawn_whatever_was_done() -> None:
    withdrawn = ("intake", CaseWithdrawn(**MARK, **happened(90), by="p-n001"))
    assert after(15, withdrawn)["status"] == "withdrawn"
    assert after(4, withdrawn)["light"] == "done"


def test_an_erased_case_shows_neither_title_nor_names() -> None:
    erased = after(15, ("intake", CaseErased(**MARK, **happened(90), by="p-1", reason="request")))
    assert erased["title"] is None
    assert "李四" not in str(erased)


def test_a_finished_case_counts_once_in_every_measure_it_reached() -> None:
    counted = CASE_REGISTER.count(after(17))
    scope = "u-city|2025|suggestion|session|unit|u-hou|"
    reached = {key.removeprefix(scope) for key in counted if key.startswith(scope)}
    assert reached >= {"registered", "accepted", "assigned", "replied", "on-time", "closed"}
    assert reached >= {"contacted", "face-to-face", "first-rated", "first-satisfied", "disclosed"}
    assert set(counted.values()) == {1}


@pytest.mark.parametrize("late", [True, False])
def test_a_reply_is_in_time_by_the_day_to_which_its_clock_was_moved(late: bool) -> None:
    """The list of a year came after the unit had its task: the clock knows the day that holds."""
    told = {CaseReplied: {"on_time": late}, ClockStopped: {"late": late}}
    facts = [(owner, e.model_copy(update=told.get(type(e), {}))) for owner, e in life()]
    moved = ClockRedated(**CHASED, **happened(59), due=DUE, yellow_at=DUE.at, was=DUE.at)
    facts.insert(8, ("reminder", moved))
    counted = CASE_REGISTER.count(folded(list(as_recorded(facts))))
    assert any(name.endswith("|on-time") for name in counted) == (not late)


def test_facts_of_different_streams_commute() -> None:
    told = list(as_recorded(life()))
    expected = folded(told)
    for seed in range(50):
        assert folded(shuffled(told, random.Random(seed))) == expected


def shuffled(facts: Sequence[Recorded], chance: random.Random) -> list[Recorded]:
    """An order that keeps each stream's."""
    waiting = {
        owner: [f for f in facts if f.source == owner] for owner in {f.source for f in facts}
    }
    order: list[Recorded] = []
    while waiting:
        owner = chance.choice(sorted(waiting))
        order.append(waiting[owner].pop(0))
        waiting = {owner: left for owner, left in waiting.items() if left}
    return order


TASK = {"unit": "u-hou", "part": "lead", "round": 1, "status": "assigned"}


def test_without_a_reply_to_wait_for_the_next_clock_is_due() -> None:
    clock = {"running": True, "rule": "sign-for", "due": "2025-03-10T16:00:00.000Z"}
    assert derived.due({"reminder": {"clocks": {"c": clock}}}) == clock["due"]


def test_a_draft_is_a_step_of_handling_and_an_ended_task_is_none() -> None:
    drafted = {"handling": {"tasks": {"a": {**TASK, "drafts": 1}}}}
    assert derived.status(drafted) == "handling"
    ended = {"handling": {"tasks": {"a": {**TASK, "drafts": 1, "ended": True}}}}
    assert derived.status(ended) == "registered"


def test_units_are_those_of_assignment_and_of_handling() -> None:
    assert derived.units({"assignment": {"tasks": {"a": TASK}}}) == ["u-hou"]
    assert derived.units({"handling": {"tasks": {"a": TASK}}}) == ["u-hou"]
