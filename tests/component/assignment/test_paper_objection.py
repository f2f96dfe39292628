"""An objection on paper counts on the day on which it came in (退办函)."""

from datetime import timedelta
from typing import Any

import pytest

from shared.contracts import handling, reminder
from shared.contracts.assignment import AssignmentObjected
from shared.testing.service import MONDAY, ServiceUnderTest
from tests.component.assignment.test_api import (
    CASE,
    LIAISON,
    OBJECTION,
    OFFICE,
    STREAM,
    actions,
    assign,
    head,
    path,
    service,
)

__all__ = ["service"]


def paper(after: int) -> dict[str, Any]:
    """The window of a task handed out on Monday ends nine days later."""
    return OBJECTION | {"on": (MONDAY.date() + timedelta(days=after)).isoformat()}


async def deemed(service: ServiceUnderTest) -> str:
    """The lead was silent until its window passed; a day later the office finds its letter."""
    lead, _ = await assign(service)
    service.later(days=10)
    fact = reminder.ReminderSent(
        **head(service), clock="c" * 12, rule="objection", subject=lead, rung="d0", deems=True,
        role="liaison", planned=service.now, lateness_seconds=0,
    )  # fmt: skip
    await service.react_to(fact, f"clocks-{CASE}", 9)
    return lead


async def refusal(service: ServiceUnderTest, lead: str, body: dict[str, Any]) -> tuple[str, str]:
    answer = await service.post(path(lead, "paper-objection"), body, as_=OFFICE)
    problem = answer.json()
    return problem.get("rule", ""), problem.get("field", "")


async def test_a_letter_that_came_in_time_is_entered_after_the_window(
    service: ServiceUnderTest,
) -> None:
    lead = await deemed(service)
    own = await service.post(path(lead, "objection"), OBJECTION, as_=LIAISON)
    assert own.json()["rule"] == "objection-late"
    denied = await service.post(path(lead, "paper-objection"), paper(3), as_=LIAISON)
    assert denied.status_code == 403
    entered = await service.post(path(lead, "paper-objection"), paper(3), as_=OFFICE)
    assert entered.status_code == 201, entered.text
    fact = (await service.facts(STREAM))[-1]
    assert isinstance(fact, AssignmentObjected)
    assert fact.on == MONDAY.date() + timedelta(days=3)
    page = (await service.get(f"/cases/{CASE}", as_=OFFICE)).json()
    assert page["tasks"][0]["objection"]["on"] == "2025-03-06"
    ruling = await service.post(path(lead, "objection-decision"), {"upheld": True}, as_=OFFICE)
    assert ruling.status_code == 201, ruling.text


@pytest.mark.parametrize(
    ("after", "rule"),
    [(10, "objection-late"), (-1, "day-too-early"), (11, "objection-late")],
)
async def test_its_day_lies_in_the_window(service: ServiceUnderTest, after: int, rule: str) -> None:
    lead = await deemed(service)
    assert await refusal(service, lead, paper(after)) == (rule, "on")


async def test_it_is_entered_within_the_days_of_the_row(service: ServiceUnderTest) -> None:
    lead = await deemed(service)
    service.later(days=10)
    assert await refusal(service, lead, paper(3)) == ("entered-too-late", "on")


async def test_a_unit_that_has_begun_objects_no_more(service: ServiceUnderTest) -> None:
    lead, _ = await assign(service)
    fact = handling.ProgressReported.model_construct(
        **head(service), task=lead, unit="u-hou", by="p-1", round=1, node="investigation", text="x"
    )
    await service.react_to(fact, f"handling-{CASE}", 3)
    assert ("enter-objection", lead) not in await actions(service, OFFICE)
    assert await refusal(service, lead, paper(0)) == ("work-begun", "task")


async def test_the_button_is_that_of_the_office(service: ServiceUnderTest) -> None:
    lead = await deemed(service)
    assert ("enter-objection", lead) in await actions(service, OFFICE)
    assert ("enter-objection", lead) not in await actions(service, LIAISON)
