"""The office lets a lead and a co-handler change places (ADR 89)."""

from datetime import timedelta
from typing import Any

import pytest

from shared.contracts.assignment import AssignmentReassigned
from shared.contracts.suspensions import TaskResumed, TaskSuspended
from shared.kernel.actor import Actor
from shared.kernel.messages import Sealed
from shared.testing.samples import sample
from shared.testing.service import ServiceUnderTest
from tests.component.assignment.test_answers import LEADER, post
from tests.component.assignment.test_api import (
    CASE,
    CO_LIAISON,
    DEPUTY,
    LIAISON,
    OFFICE,
    STREAM,
    actions,
    assign,
    head,
    path,
    service,
)

__all__ = ["service"]
WHY = {"reason": "资金问题为主，由财政部门主办"}


async def parts(service: ServiceUnderTest) -> dict[str, Any]:
    page = (await service.get(f"/cases/{CASE}", as_=OFFICE)).json()
    current = (task for task in page["tasks"] if task["stage"] not in ("moved", "removed"))
    return {task["part"]: task for task in current}


async def test_both_change_places_and_the_reply_is_due_when_it_was(
    service: ServiceUnderTest,
) -> None:
    _, co = await assign(service)
    before = await parts(service)
    assert ("swap-lead", co) in await actions(service, OFFICE)
    done = await service.post(path(co, "swap"), WHY, as_=OFFICE)
    assert done.json()["facts"] == [
        "assignment.reassigned.v1",
        "assignment.removed.v1",
        "assignment.added.v1",
    ], done.text
    after = await parts(service)
    assert (after["lead"]["unit"], after["co"]["unit"]) == ("u-fin", "u-hou")
    assert after["lead"]["due"] == before["lead"]["due"]
    assert after["lead"]["reason"] == WHY["reason"]
    moved = next(f for f in await service.facts(STREAM) if isinstance(f, AssignmentReassigned))
    assert isinstance(moved.reason, Sealed)
    assert await post(service, path(co, "swap"), WHY, OFFICE) == (409, "task-removed")


async def test_both_units_sign_anew_each_for_its_own_part(service: ServiceUnderTest) -> None:
    _, co = await assign(service)
    assert await post(service, path(co, "swap"), WHY, OFFICE) == (201, "")
    after = await parts(service)
    for part, who in (("lead", CO_LIAISON), ("co", LIAISON)):
        task = after[part]["task"]
        assert ("receive-assignment", task) in await actions(service, who)
        assert await post(service, path(task, "receipt"), {}, who) == (201, "")
    assert {task["stage"] for task in (await parts(service)).values()} == {"received"}


@pytest.mark.parametrize(
    ("who", "status"),
    [(LIAISON, 403), (CO_LIAISON, 403), (LEADER, 403), (DEPUTY, 403), (Actor("p-x"), 404)],
)
async def test_the_office_swaps_and_nobody_else(
    service: ServiceUnderTest, who: Actor, status: int
) -> None:
    _, co = await assign(service)
    assert (await post(service, path(co, "swap"), WHY, who))[0] == status


async def test_a_swap_is_asked_at_the_co_handler_with_a_reason(service: ServiceUnderTest) -> None:
    lead, co = await assign(service)
    assert await post(service, path(lead, "swap"), WHY, OFFICE) == (409, "swap-co")
    assert await post(service, path(co, "swap"), {"reason": ""}, OFFICE) == (422, "validation")
    assert await post(service, path("0" * 12, "swap"), WHY, OFFICE) == (404, "not-found")


async def test_a_lead_that_stands_still_is_resumed_before_a_swap(
    service: ServiceUnderTest,
) -> None:
    """The days of the pause are those of the new lead, too."""
    lead, co = await assign(service)
    where = {**head(service), "task": lead, "unit": "u-hou"}
    await service.react_to(sample(TaskSuspended).model_copy(update=where), f"handling-{CASE}", 1)
    assert ("swap-lead", co) not in await actions(service, OFFICE)
    assert await post(service, path(co, "swap"), WHY, OFFICE) == (409, "swap-suspended")
    before = (await parts(service))["lead"]["due"]
    resumed = sample(TaskResumed).model_copy(update=where)
    assert isinstance(resumed, TaskResumed)
    later = resumed.due.model_copy(update={"at": resumed.due.at + timedelta(days=400)})
    await service.react_to(resumed.model_copy(update={"due": later}), f"handling-{CASE}", 2)
    assert await post(service, path(co, "swap"), WHY, OFFICE) == (201, "")
    after = (await parts(service))["lead"]["due"]
    assert after["at"] > before["at"]
    assert after["at"].startswith(later.at.date().isoformat())
