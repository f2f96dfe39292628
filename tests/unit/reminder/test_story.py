"""A case as five services record it: in every order of arrival the same clocks run."""

from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from functools import reduce
from typing import Any

import pytest

from services.reminder.domain.commands import FollowFact
from services.reminder.domain.decider import DECIDER
from services.reminder.domain.reactions import react
from services.reminder.domain.state import Clocks
from shared.contracts import assignment as a
from shared.contracts import disclosure as d
from shared.contracts import feedback as f
from shared.contracts import handling as h
from shared.contracts import intake as i
from shared.contracts.case_event import CaseEvent, Task
from shared.kernel.messages import Recorded
from shared.testing.shuffle import interleavings
from tests.unit.reminder.clocks import DAY, MARK, MONDAY, RULES, due

LEAD, CO, LATER, AGAIN, RATING = "a" * 12, "b" * 12, "d" * 12, "2" * 12, "e" * 12


def at(day: int, **more: Any) -> dict[str, Any]:
    return {**MARK.model_dump(), "at": MONDAY + day * DAY, **more}


def task(name: str, unit: str, part: str = "lead") -> Task:
    dues = {"sign_for": due("sign-for"), "objection": due("objection"), "due": due()}
    return Task.model_validate({"task": name, "unit": unit, "part": part, **dues})


def work(day: int, name: str = LEAD, unit: str = "u-hou", **more: Any) -> dict[str, Any]:
    return at(day, task=name, unit=unit, **more)


REPLIED: dict[str, Any] = {
    "number": "临建字〔2025〕1号",
    "letter": "A",
    "meaning": "solved",
    "on_time": True,
}
RATED: dict[str, Any] = {"evaluation": RATING, "task": LEAD, "unit": "u-hou", "rater": "p-d1"}
BAD: dict[str, Any] = {"attitude": "satisfied", "result": "unsatisfied", "overall": "unsatisfied"}

STORY: dict[str, Sequence[CaseEvent]] = {
    "assignment": (
        a.CaseAssigned(**at(0, tasks=(task(LEAD, "u-hou"), task(CO, "u-fin", "co")), by="p-1")),
        a.AssignmentReceived(**work(1), by="p-2"),
        a.AssignmentObjected(**work(2, CO, "u-fin"), by="p-3", reason="outside-remit"),
        a.AssignmentReassigned(**work(3, CO, "u-fin"), to=task(LATER, "u-edu", "co"), by="p-1"),
        a.AssignmentDeemedAccepted(**work(12, LATER, "u-edu")),
        a.AssignmentProgressed(**at(60, what="replied", task=LEAD)),
    ),
    "handling": (
        h.TaskOpened(**work(0), part="lead", first_contact=due("first-contact"), due=due()),
        h.CohandlerJoined(**work(0, CO, "u-fin"), due=due("co-opinion")),
        h.TaskClosed(**work(3, CO, "u-fin"), reason="reassigned"),
        h.CohandlerJoined(**work(3, LATER, "u-edu"), due=due("co-opinion")),
        h.CaseContacted(
            **work(9), by="p-2", phase="before", mode="visit", on=date(2025, 3, 12), summary="见面"
        ),
        h.CaseReplied(**work(60), part="lead", raters=("p-d1",), **REPLIED),
        h.TaskOpened(**work(70, AGAIN, round=2), part="lead", due=due("rehandling")),
    ),
    "feedback": (
        f.EvaluationOpened(**at(60), **RATED, due=due("rating")),
        f.CaseRated(**at(70), **RATED, **BAD, entered_by="p-d1", rehandling=2),
    ),
    "disclosure": (
        d.DisclosureOpened(**work(60), due=due("publication"), replied_on=date(2025, 5, 2)),
    ),
    "intake": (),
}
WITHDRAWN = i.CaseWithdrawn(**at(75), by="p-d1")


def recorded(story: dict[str, Sequence[CaseEvent]]) -> Iterator[Recorded]:
    for owner, events in story.items():
        for version, event in enumerate(events, 1):
            yield Recorded(
                id=f"{owner}-{version}", stream=f"{owner}-{'0' * 32}", version=version,
                event=event, source=owner, agency="u-city", actor="p-1", recorded_at=MONDAY,
                correlation_id="k", case_id="0" * 32,
            )  # fmt: skip


def followed(facts: Sequence[Recorded]) -> Clocks:
    state = Clocks()
    for fact in facts:
        for reaction in react(fact):
            command = reaction.command
            if isinstance(command, FollowFact):
                command = command.model_copy(update={"policy": RULES})
            state = reduce(DECIDER.evolve, DECIDER.decide(command, state), state)  # type: ignore[arg-type]
    return state


def running(state: Clocks) -> set[tuple[str, str, str]]:
    return {(clock.id, clock.started.rule, clock.started.subject) for clock in state.running()}


def test_the_clocks_that_run_are_those_of_what_is_still_owed() -> None:
    state = followed(list(recorded(STORY)))
    owed = {(AGAIN, "rehandling"), (LEAD, "publication")}
    assert {(clock.started.subject, clock.started.rule) for clock in state.running()} == owed


@pytest.mark.parametrize("events", [(), (WITHDRAWN,)], ids=["open", "withdrawn"])
def test_in_every_order_of_the_services_the_same_clocks_run(events: tuple[CaseEvent, ...]) -> None:
    facts = list(recorded({**STORY, "intake": events}))
    expected = running(followed(facts))
    assert bool(expected) == (not events)
    for order in interleavings(facts, most=60):
        assert running(followed(order)) == expected


def test_a_fact_told_twice_changes_nothing() -> None:
    facts = list(recorded(STORY))
    assert followed([each for fact in facts for each in (fact, fact)]) == followed(facts)


def test_a_closed_case_asks_nobody_any_more_to_sign_for_it() -> None:
    closing = a.CaseClosed(**at(80), rule="evaluated")
    state = followed(list(recorded({**STORY, "assignment": [*STORY["assignment"], closing]})))
    assert not {c.started.rule for c in state.running()} & {"sign-for", "objection"}


def test_opinions_are_not_awaited_any_more_once_the_lead_has_replied() -> None:
    state = followed(list(recorded(STORY)))
    [opinion] = [
        clock
        for clock in state.clocks.values()
        if (clock.started.subject, clock.started.rule) == (LATER, "co-opinion")
    ]
    assert not opinion.running


def test_rungs_between_start_and_import_are_still_to_come_and_those_before_are_skipped() -> None:
    """History that arrives late starts its ladder at the fact, not at its arrival."""
    start = due().at - timedelta(days=1)
    opened = h.TaskOpened(**{**work(0), "at": start}, part="lead", due=due())
    [clock] = followed(list(recorded({"handling": (opened,)}))).running()
    assert [(step.rung, step.skipped) for step in clock.fired] == [("d-7", True)]
