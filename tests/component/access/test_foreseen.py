"""Foreseen consequences are those that come true in all services: the clocks that the facts of the
act, and of what follows from it, start and end, with their ladders, and what becomes public
(ADR 59)."""

from collections.abc import Sequence
from typing import Any

import pytest

from services.reminder.domain.schedules import planned
from shared.contracts.case_event import CaseEvent
from shared.contracts.disclosure import CaseDisclosed
from shared.contracts.obligations import Change, Obligation
from shared.kernel.calendar import ending_day
from shared.kernel.messages import Recorded
from shared.testing.checklist import checked, refusing
from shared.testing.service import MONDAY, policies
from tests.component.access.test_blocked import (
    CO_HANDLER,
    EVALUATION,
    HEAD,
    LEAD,
    LIFE,
    LINKS,
    OFFICE,
    PUBLICATION,
    PUBLISHER,
    SECOND,
    TASK,
    City,
    Step,
)

Clock = tuple[str, str | None, str]
"""Rule, unit, last day."""
UPHELD = Step(OFFICE, "assignment", f"{TASK}/objection-decision", {"upheld": True})
OBJECTED = (*LIFE[:4], UPHELD)
MOVED = {"unit": "u-edu", "reason": "职责调整"}
WISH = {"cohandler": "u-edu", "reason": "涉及校门前交通"}
PROPOSED = (*LIFE[:3], Step(HEAD, "assignment", f"{TASK}/cohandler-proposal", WISH))
JOINS = {"granted": True, "cohandler": "u-edu"}
SWAPPED = {"unit": "u-fin", "reason": "由会办单位主办", "former_as_co": True}
REMOVED = {"reason": "不涉及该单位职责"}
BAD = {"attitude": "satisfied", "result": "unsatisfied", "reason": "仍未解决"}
REFUSAL = Step(OFFICE, "intake", "refusal", refusing("judicial-case", note="已进入诉讼程序"))
LETTER = {**refusing("forwarded-letters"), "form": "letter", "to": "u-hou"}
NOTICE = {"mode": "letter", "on": "2025-03-03"}
RETURNED = {"approved": False, "remark": "隐去姓名"}
PAPER_FORM = {**BAD, "on": "2025-03-03"}
POLICY = policies().resolve("u-city", "suggestion", "session", MONDAY)


def ladder(obligation: Obligation) -> list[tuple[str, bool, str]]:
    """Returns the steps that reminder will plan for the obligation."""
    plan = planned(obligation.due, MONDAY, POLICY, "u-city").plan
    days = [(rung, ending_day(rung.at).isoformat()) for rung in plan if rung.at > MONDAY]
    return [(rung.role, rung.escalates, on) for rung, on in days]


def steps(told: dict[str, Any]) -> list[tuple[str, bool, str]]:
    return [(each["role"], each["escalates"], each["on"]) for each in told["rungs"]]


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
        self.ladders: dict[Clock, list[tuple[str, bool, str]]] = {}

    def follow(self, facts: Sequence[Recorded]) -> None:
        self.started, self.ended = set(), set()
        for fact in facts:
            if isinstance(fact.event, CaseEvent) and fact.case_id == self.case:
                for change in fact.event.changes(self.case):
                    self.change(change)
                opened = fact.event.opened(self.case)
                self.running += opened
                self.started |= {clock(each) for each in opened}
                self.ladders |= {clock(each): ladder(each) for each in opened}

    def change(self, change: Change) -> None:
        over = [o for o in self.running if change.concerns(o.due.rule, o.subject)]
        self.running = [o for o in self.running if o not in over]
        self.ended |= {clock(each) for each in over}


async def told(town: City, step: Step, action: str, target: str | None) -> dict[str, Any]:
    act = {"action": action, "target": target, "body": await town.body_of(step)}
    place = f"/cases/{town.case}/consequences"
    answer = await town.services[step.service].post(place, act, step.who)
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


def clock_told(each: dict[str, Any]) -> Clock:
    return each["rule"], each["unit"], each["due_on"]


async def test_every_act_of_a_whole_life_is_foreseen_and_comes_true() -> None:
    """Each step of the office, units, raters and publishers."""
    town = City()
    await town.begin()
    for step in LIFE:
        if "signatures" in step.place:
            await town.do(step)
        else:
            await foreseen_and_done(town, step)


@pytest.mark.parametrize(
    ("before", "step"),
    [
        ((), LIFE[0]),
        (LIFE[:1], REFUSAL),
        (LIFE[:1], Step(OFFICE, "intake", "passing-on", LETTER)),
        ((LIFE[0], REFUSAL), Step(OFFICE, "intake", "refusal-notice", NOTICE)),
        (LIFE[:3], LIFE[7]),
        (LIFE[:3], LIFE[8]),
        (LIFE[:3], Step(CO_HANDLER, "handling", "tasks/{u-fin}/opinion", {"text": "同意。"})),
        (LIFE[:13], Step(LEAD, "feedback", f"{EVALUATION}/{{p-n1}}/rating", BAD)),
        (LIFE[:13], Step(OFFICE, "feedback", f"{EVALUATION}/{{p-n1}}/proxy-rating", PAPER_FORM)),
        (LIFE[:14], Step(SECOND, "disclosure", f"{PUBLICATION}/review", RETURNED)),
    ],
)  # fmt: skip
async def test_acts_beside_the_usual_course_come_true(before: Sequence[Step], step: Step) -> None:
    """Work of a unit that never signed for its task, and a rating that orders a further round."""
    town = City()
    await town.begin()
    for each in before:
        await town.do(each)
    await foreseen_and_done(town, step)


async def foreseen_and_done(town: City, step: Step) -> None:
    """Foresees the act and does it. Clocks that another service dates may be over already."""
    action, target = act_of(town, step)
    facts, clocks = town.facts(), Clocks(town.case)
    clocks.follow(facts)
    foreseen = await told(town, step, action, target)
    assert foreseen["refused"] is None, (step, foreseen)
    await town.do(step)
    known = {fact.id for fact in facts}
    new = [fact for fact in town.facts() if fact.id not in known]
    clocks.follow(new)
    started = {clock_told(each) for each in foreseen["starts"]}
    assert started == clocks.started, step
    for each in foreseen["starts"]:
        assert steps(each) == clocks.ladders[clock_told(each)]
    dated = {clock_told(each) for each in foreseen["ends"] if each["due_on"]}
    elsewhere = {clock_told(each)[:2] for each in foreseen["ends"] if not each["due_on"]}
    assert {each for each in clocks.ended if each[:2] not in elsewhere} == dated, step
    published = any(isinstance(fact.event, CaseDisclosed) for fact in new)
    assert (foreseen["public"] == "appears") == published, step


def act_of(town: City, step: Step) -> tuple[str, str | None]:
    """Returns the action and the target of a step."""
    places = step.place.format_map(town.targets()).split("/")
    target = places[1] if len(places) > 1 else None
    wanted = f"/cases/{town.case}/{'/'.join(places)}"
    for action, link in LINKS[step.service].items():
        places_of = link.place(town.case, target)
        if link.path.format(**places_of) == wanted:
            return action, target if len(places_of) > 1 else None
    raise LookupError(wanted)


async def test_a_page_that_is_taken_down_is_told() -> None:
    town = City()
    await town.begin()
    for step in LIFE[:15]:
        await town.do(step)
    down = Step(PUBLISHER, "disclosure", f"{PUBLICATION}/withdrawal", {"reason": "内容有误"})
    foreseen = await told(town, down, "withdraw-disclosure", town.targets()["u-hou"])
    assert (foreseen["public"], foreseen["starts"]) == ("disappears", [])


@pytest.mark.parametrize(
    ("before", "act", "unit", "body", "place"),
    [
        (LIFE[:2], "assign-case", None, LIFE[2].body, "assignments"),
        (LIFE[:4], "decide-objection", "u-hou", {"upheld": True}, f"{TASK}/objection-decision"),
        (OBJECTED, "reassign", "u-hou", MOVED, f"{TASK}/reassignment"),
        (LIFE[:3], "reassign", "u-hou", SWAPPED, f"{TASK}/reassignment"),
        (LIFE[:3], "swap-lead", "u-fin", REMOVED, "tasks/{u-fin}/swap"),
        (LIFE[:7], "swap-lead", "u-fin", REMOVED, "tasks/{u-fin}/swap"),
        (LIFE[:7], "reassign", "u-hou", MOVED, f"{TASK}/reassignment"),
        (LIFE[:3], "add-cohandler", None, MOVED, "cohandlers"),
        (PROPOSED, "decide-cohandler", "u-hou", JOINS, f"{TASK}/cohandler-decision"),
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
    assert {clock_told(each) for each in foreseen["starts"]} == clocks.started
    assert {clock_told(each) for each in foreseen["ends"]} == clocks.ended


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
    act = {"action": "accept-case", "body": checked()}
    place = f"/cases/{town.case}/consequences"
    assert (await town.services["intake"].post(place, act, HEAD)).status_code == 404
