"""Every body of handling is granted as its example shows, at a stage of a task that admits it."""

from collections.abc import Iterator
from datetime import UTC, date, datetime
from itertools import product
from typing import Any

import pytest
from fastapi.routing import APIRoute

from services.handling.api import router
from services.handling.app import SERVICE
from shared.contracts.case_event import Proposer
from shared.kernel.actor import Actor, Post
from shared.kernel.messages import Event
from shared.ops.docgen.openapi import openapi_of
from shared.testing.organisation import city, unit
from shared.testing.service import ServiceUnderTest
from tests.unit.handling.world import (
    CO,
    LEAD,
    asked,
    contacted,
    drafted,
    gave_opinion,
    granted,
    joined,
    opened,
    paused,
    reported,
    signed,
    wished,
)

PROPOSER = Proposer(id="p-n001", known=True, masked="唐宏伟", part="lead")
ROLES = ("liaison", "handler", "section-head", "head")
INSIDER = Actor("p-all", tuple(Post(role, unit, (unit,)) for unit in ("u-hou", "u-fin")
                               for role in ROLES))  # fmt: skip
WORKING = (opened(recipients=(PROPOSER,)), joined(), contacted(people=(PROPOSER.id,)), reported())
DRAFTED = (*WORKING, gave_opinion(), drafted())
ASKED = (*WORKING, asked(approvers=("task-unit",), decided_by="unit"))
WISHED = (*WORKING, wished(until=date(2025, 7, 10), approvers=("task-unit",), decided_by="unit"))
STAGES: tuple[tuple[Event, ...], ...] = (
    WORKING,
    DRAFTED,
    (*DRAFTED, drafted(version=2)),
    (*DRAFTED, signed(recipients=(PROPOSER,))),
    ASKED,
    (*ASKED, granted()),
    WISHED,
    (*WISHED, paused()),
)
SCHEMAS = openapi_of(SERVICE.name)["components"]["schemas"]
LATER = datetime(2025, 5, 26, 8, tzinfo=UTC)


def bodies() -> Iterator[Any]:
    for route in router.routes:
        if isinstance(route, APIRoute) and route.body_field:
            name = route.body_field.field_info.annotation.__name__
            for number, example in enumerate(SCHEMAS[name]["examples"]):
                yield pytest.param(route.path, example, id=f"{name}-{number}")


async def answers(path: str, body: Any) -> list[str]:
    """Returns the answer to the body at every stage of the lead's and the co-handler's task."""
    service = ServiceUnderTest(SERVICE, INSIDER, now=LATER)
    await service.knows(city(), unit("u-hou", letter_words=("临建字",)))
    received = []
    for number, (history, task) in enumerate(product(STAGES, (LEAD, CO))):
        case = f"{number:032}"
        await service.given(f"handling-{case}", *history)
        answer = await service.post(path.format(case_id=case, task=task.task), body, as_=INSIDER)
        received.append(f"{answer.status_code} {answer.text}")
    return received


@pytest.mark.parametrize(("path", "example"), list(bodies()))
async def test_a_body_is_granted_as_its_example_shows(path: str, example: Any) -> None:
    received = await answers(path, example)
    assert any(answer.startswith("201 ") for answer in received), "\n".join(received)
