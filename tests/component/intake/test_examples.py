"""Every body about a case is granted as its example shows, at a stage that admits it."""

from collections.abc import Iterator
from typing import Any

import pytest
from fastapi.routing import APIRoute

from services.intake.api import router
from services.intake.app import SERVICE
from shared.kernel.actor import Actor, Post
from shared.service.api.app import service_app
from shared.testing.service import ServiceUnderTest, at_organs
from tests.component.intake.test_api import CITY, PEOPLE, accepted, registered

CLERK = Actor(
    "p-all",
    (
        *at_organs("office"),
        *(Post(role, "u-city", ("u-city",)) for role in ("registrar", "security-admin")),
    ),
)
SCHEMAS = service_app(SERVICE).openapi()["components"]["schemas"]


def bodies() -> Iterator[Any]:
    """The body of a registration names people; `test_api` has a city for them."""
    for route in router.routes:
        if isinstance(route, APIRoute) and route.body_field and "{case_id}" in route.path:
            name = route.body_field.field_info.annotation.__name__
            for number, example in enumerate(SCHEMAS[name]["examples"]):
                yield pytest.param(route.path, example, id=f"{route.name}-{number}")


@pytest.mark.parametrize(("path", "example"), list(bodies()))
async def test_a_body_is_granted_as_its_example_shows(path: str, example: Any) -> None:
    service, answers = ServiceUnderTest(SERVICE, *PEOPLE), []
    await service.knows(*CITY)
    for stage in (registered, accepted):
        case = await stage(service)
        answer = await service.post(path.format(case_id=case), example, as_=CLERK)
        answers.append(f"{answer.status_code} {answer.text}")
    assert any(answer.startswith("201 ") for answer in answers), "\n".join(answers)
