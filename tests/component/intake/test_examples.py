"""Every body about a case is granted as its example shows, at a stage that admits it."""

from collections.abc import Iterator
from typing import Any

import pytest
from fastapi.routing import APIRoute

from services.intake.api import router
from services.intake.app import SERVICE
from shared.kernel.actor import Actor, Post
from shared.ops.docgen.openapi import openapi_of
from shared.testing.service import ServiceUnderTest, at_organs
from tests.component.intake.test_api import (
    CITY,
    COSIGNER,
    PEOPLE,
    PETITION,
    SUGGESTION,
    accepted,
    registered,
)

CLERK = Actor(
    "p-all",
    (
        *at_organs("office"),
        *(Post(role, "u-city", ("u-city",)) for role in ("registrar", "security-admin")),
    ),
)
ACTORS = (*PEOPLE, CLERK)
ADMIN = Actor("p-admin", (Post("security-admin", "u-city", ("u-city",)),))
BOTH = [{"person": "p-n1", "part": "lead"}, {"person": "p-n2", "part": "co"}]


async def joint(service: ServiceUnderTest) -> str:
    """A joint paper that its first signer brings: its co-signer is still to confirm."""
    answer = await service.post("/cases", SUGGESTION | {"proposers": BOTH}, "p-n1")
    case: str = answer.json()["case_id"]
    return case


async def letter(service: ServiceUnderTest) -> str:
    return await registered(service, PETITION)


async def petition(service: ServiceUnderTest) -> str:
    return await accepted(service, PETITION)


async def declined(service: ServiceUnderTest) -> str:
    case = await registered(service)
    await service.post(f"/cases/{case}/refusal", {"reason": "outside-remit"}, "p-office")
    return case


SCHEMAS = openapi_of(SERVICE.name)["components"]["schemas"]


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
    for stage in (registered, accepted, declined, joint, to_be_erased, letter, petition):
        case = await stage(service)
        place = path.format(case_id=case, signer="p-n2")
        own = "/signatures/" in path and not example
        answer = await service.post(place, example, as_=COSIGNER if own else CLERK)
        answers.append(f"{answer.status_code} {answer.text}")
    assert any(answer.startswith("201 ") for answer in answers), "\n".join(answers)


async def to_be_erased(service: ServiceUnderTest) -> str:
    """Another person asked for it a week ago."""
    case = await registered(service)
    answer = await service.post(f"/cases/{case}/erasure", {"reason": "person-asked"}, as_=ADMIN)
    assert answer.status_code == 201, answer.text
    service.later(days=7)
    return case
