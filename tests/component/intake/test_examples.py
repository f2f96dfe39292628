"""Every body about a case is granted as its example shows, at a stage that admits it."""

from collections.abc import Iterator
from typing import Any

import pytest
from fastapi.routing import APIRoute

from services.intake.api import router
from services.intake.app import SERVICE
from shared.contracts.calls import CallLapsed
from shared.kernel.actor import Actor, Post
from shared.ops.docgen.openapi import openapi_of
from shared.testing.checklist import refusing
from shared.testing.service import MONDAY, ServiceUnderTest, at_organs
from tests.component.intake.test_api import (
    CITY,
    COSIGNER,
    LEAD,
    PEOPLE,
    PETITION,
    SUGGESTION,
    accepted,
    registered,
)
from tests.unit.intake.papers import head

CLERK = Actor(
    "p-all",
    (
        *at_organs("office"),
        *(Post(role, "u-city", ("u-city",)) for role in ("registrar", "security-admin")),
    ),
)
OF_FILES = ("uploads", "attachment")
"""Bodies of files, which need a store: `test_attachments` sends them."""
OF_THE_AUTHOR = ("call", "wording", "hand-in")
ACTORS = (*PEOPLE, CLERK)
ADMIN = Actor("p-admin", (Post("security-admin", "u-city", ("u-city",)),))
BOTH = [{"person": "p-n1", "part": "lead"}, {"person": "p-n2", "part": "co"}]


async def joint(service: ServiceUnderTest) -> str:
    """A joint paper that its first signer brings: its co-signer is still to confirm."""
    answer = await service.post("/cases", SUGGESTION | {"proposers": BOTH}, "p-n1")
    case: str = answer.json()["case_id"]
    return case


async def called(service: ServiceUnderTest) -> str:
    """A joint paper for which its author calls."""
    body = SUGGESTION | {"proposers": BOTH, "call_until": "2025-03-12"}
    answer = await service.post("/cases", body, "p-n1")
    case: str = answer.json()["case_id"]
    return case


async def lapsed(service: ServiceUnderTest) -> str:
    case = await called(service)
    few = {"until": MONDAY.date(), "signed": 1, "minimum": 2}
    await service.given(f"intake-{case}", CallLapsed(**head(), by="system:intake", **few))
    return case


async def letter(service: ServiceUnderTest) -> str:
    return await registered(service, PETITION)


async def visit(service: ServiceUnderTest) -> str:
    return await registered(service, PETITION | {"channel": "visit"})


async def petition(service: ServiceUnderTest) -> str:
    return await accepted(service, PETITION)


async def motion(service: ServiceUnderTest) -> str:
    return await registered(service, SUGGESTION | {"kind": "motion"})


async def another(service: ServiceUnderTest) -> str:
    return await accepted(service, SUGGESTION | {"title": "另一件"})


async def merged(service: ServiceUnderTest) -> str:
    case, into = await accepted(service), await another(service)
    body = {"into": into, "reason": "内容相同"}
    answer = await service.post(f"/cases/{case}/merger", body, "p-office")
    assert answer.status_code == 201, answer.text
    return case


async def declined(service: ServiceUnderTest) -> str:
    case = await registered(service)
    await service.post(f"/cases/{case}/refusal", refusing("outside-remit"), "p-office")
    return case


async def sent_back(service: ServiceUnderTest) -> str:
    case = await registered(service)
    await service.post(f"/cases/{case}/return", refusing("several-matters"), "p-office")
    return case


SCHEMAS = openapi_of(SERVICE.name)["components"]["schemas"]


def bodies() -> Iterator[Any]:
    """The body of a registration names people; `test_api` has a city for them."""
    for route in router.routes:
        of_a_file = any(word in getattr(route, "path", "") for word in OF_FILES)
        if of_a_file or not isinstance(route, APIRoute) or not route.body_field:
            continue
        if "{case_id}" in route.path:
            name = route.body_field.field_info.annotation.__name__
            for number, example in enumerate(SCHEMAS[name]["examples"]):
                yield pytest.param(route.path, example, id=f"{route.name}-{number}")


@pytest.mark.parametrize(("path", "example"), list(bodies()))
async def test_a_body_is_granted_as_its_example_shows(path: str, example: Any) -> None:
    service, answers = ServiceUnderTest(SERVICE, *PEOPLE), []
    await service.knows(*CITY)
    stages = (
        registered, accepted, declined, sent_back, joint, called, lapsed, to_be_erased, letter,
        visit, petition, motion, merged,
    )  # fmt: skip
    for stage in stages:
        case = await stage(service)
        place = path.format(case_id=case, signer="p-n2")
        who = COSIGNER if "/signatures/" in path and "on" not in example else CLERK
        who = LEAD if path.rpartition("/")[2] in OF_THE_AUTHOR else who
        answer = await service.post(place, await read_first(service, case, example), who)
        answers.append(f"{answer.status_code} {answer.text}")
    assert any(answer.startswith("201 ") for answer in answers), "\n".join(answers)


async def read_first(service: ServiceUnderTest, case: str, example: Any) -> Any:
    """Returns the example for the text that the case has; of a merger, a link or a split with
    cases that there are."""
    if "into" in example:
        return example | {"into": await another(service)}
    if "other" in example:
        return example | {"other": await linked(service, case, example)}
    if "parts" in example:
        return example | {"parts": await parts(service, case)}
    if "text_digest" not in example:
        return example
    view = (await service.get(f"/cases/{case}", CLERK)).json()
    return example | {"text_digest": view["text_digest"]}


async def linked(service: ServiceUnderTest, case: str, example: Any) -> str:
    """Returns another case; where the example undoes a link, one to which the case is linked."""
    other = await another(service)
    if "how" not in example:
        await service.post(f"/cases/{case}/links", {"other": other, "how": "related"}, CLERK)
    return other


async def parts(service: ServiceUnderTest, case: str) -> list[str]:
    """Returns two parts of the paper, as far as it may be split."""
    words = ({"title": f"分件{place}", "text": f"分件{place}的内容"} for place in (1, 2))
    bodies = (SUGGESTION | each | {"split_from": case} for each in words)
    answers = [(await service.post("/cases", body, "p-reg")).json() for body in bodies]
    return [answer.get("case_id", case) for answer in answers]


async def to_be_erased(service: ServiceUnderTest) -> str:
    """Another person asked for it a week ago."""
    case = await registered(service)
    answer = await service.post(f"/cases/{case}/erasure", {"reason": "person-asked"}, as_=ADMIN)
    assert answer.status_code == 201, answer.text
    service.later(days=7)
    return case
