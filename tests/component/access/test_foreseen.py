"""Foreseen consequences are those that come true in all services: the clocks that the facts of the
act, and of what follows from it, start and end (ADR 59)."""

from collections.abc import Sequence
from typing import Any

import pytest

from shared.contracts.case_event import CaseEvent
from shared.contracts.obligations import Change, Obligation
from shared.kernel.calendar import ending_day
from shared.kernel.messages import Recorded
from tests.component.access.test_blocked import HEAD, LIFE, OFFICE, TASK, City, Step

Clock = tuple[str, str | None, str]
"""Rule, unit, last day."""
UPHELD = Step(OFFICE, "assignment", f"{TASK}/objection-decision", {"upheld": True})
OBJECTED = (*LIFE[:4], UPHELD)
MOVED = {"unit": "u-edu", "reason": "职责调整"}
SWAPPED = {"unit": "u-fin", "reason": "由会办单位主办", "former_as_co": True}
REMOVED = {"reason": "不涉及该单位职责"}


def clock(obligation: Obligation) -> Clock:
    due = obligation.due
    return due.rule, obligation.unit, ending_day(due.at).isoformat()


class Clocks:
    """Obligations of a case, as reminder follows them."""

    def __init__(self, case: str) -> None:
        self.case = case
        self.running: list[Obligation] = []
        self.started: set[Clock] = set()
        self.ended: set[Clock] = set()

    def follow(self, facts: Sequence[Recorded]) -> None:
        self.started, self.ended = set(), set()
        for fact in facts:
            if isinstance(fact.event, CaseEvent) and fact.case_id == self.case:
                for change in fact.event.changes(self.case):
                    self.change(change)
                opened = fact.event.opened(self.case)
                self.running += opened
                self.started |= {clock(each) for each in opened}

    def change(self, change: Change) -> None:
        over = [o for o in self.running if change.concerns(o.due.rule, o.subject)]
        self.running = [o for o in self.running if o not in over]
        self.ended |= {clock(each) for each in over}


async def told(town: City, step: Step, action: str, target: str | None) -> dict[str, Any]:
    act = {"action": action, "target": target, "body": step.body}
    place = f"/cases/{town.case}/consequences"
    answer = await town.services[step.service].post(place, act, step.who)
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


@pytest.mark.parametrize(
    ("before", "act", "unit", "body", "place"),
    [
        (LIFE[:2], "assign-case", None, LIFE[2].body, "assignments"),
        (LIFE[:4], "decide-objection", "u-hou", {"upheld": True}, f"{TASK}/objection-decision"),
        (OBJECTED, "reassign", "u-hou", MOVED, f"{TASK}/reassignment"),
        (LIFE[:3], "reassign", "u-hou", SWAPPED, f"{TASK}/reassignment"),
        (LIFE[:7], "reassign", "u-hou", MOVED, f"{TASK}/reassignment"),
        (LIFE[:3], "add-cohandler", None, MOVED, "cohandlers"),
        (LIFE[:3], "remove-cohandler", "u-fin", REMOVED, "tasks/{u-fin}/removal"),
    ],
)
async def test_what_is_foreseen_comes_true_in_all_services(
    before: Sequence[Step], act: str, unit: str | None, body: Any, place: str
) -> None:
    town = City()
    await town.begin()
    for step in before:
        await town.do(step)
    facts, clocks = town.facts(), Clocks(town.case)
    clocks.follow(facts)
    step = Step(OFFICE, "assignment", place, body)
    foreseen = await told(town, step, act, town.targets()[unit] if unit else None)
    known = {fact.id for fact in facts}
    assert {fact.id for fact in town.facts()} == known
    await town.do(step)
    clocks.follow([fact for fact in town.facts() if fact.id not in known])
    assert {(e["rule"], e["unit"], e["due_on"]) for e in foreseen["starts"]} == clocks.started
    units = {(e["rule"], e["unit"], e["due_on"]) for e in foreseen["ends"]}
    assert units == {each for each in clocks.ended if each[1]}


async def test_the_withdrawal_of_a_case_ends_every_clock() -> None:
    town = City()
    await town.begin()
    for step in LIFE[:3]:
        await town.do(step)
    body = {"reason": "已解决", "on": "2025-03-03", "all_cosigners_agree": True}
    withdrawal = Step(OFFICE, "intake", "withdrawal", body)
    foreseen = await told(town, withdrawal, "withdraw-case", None)
    assert (foreseen["refused"], foreseen["ends_case"]) == (None, True)


async def test_a_refused_act_of_another_role_is_not_foreseen() -> None:
    town = City()
    await town.begin()
    act = {"action": "accept-case", "body": {}}
    place = f"/cases/{town.case}/consequences"
    assert (await town.services["intake"].post(place, act, HEAD)).status_code == 404
