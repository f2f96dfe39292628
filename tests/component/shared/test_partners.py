"""Two platforms of one agency: each sees the cases that it registered itself, and no other."""

import json
from pathlib import Path
from typing import Any

import pytest

from services.assignment.app import SERVICE as ASSIGNMENT
from services.disclosure.app import SERVICE as DISCLOSURE
from services.feedback.app import SERVICE as FEEDBACK
from services.handling.app import SERVICE as HANDLING
from services.intake.app import SERVICE as INTAKE
from shared.contracts.case_event import CaseEvent
from shared.contracts.upcasters import decode
from shared.kernel.actor import Actor
from shared.service.definition import ServiceDefinition
from shared.testing.organisation import client
from shared.testing.service import ServiceUnderTest
from tests.component.intake.test_api import CITY, PETITION, REGISTRAR, SUGGESTION

CASE = "5" * 32
BROUGHT = Actor("c-npc", client_of="u-city")
OTHER = Actor("c-cppcc", client_of="u-city")
HIDDEN = {403, 404}
COMES_WITH = {
    "assignment": (ASSIGNMENT, "intake", "case.accepted.v1"),
    "handling": (HANDLING, "assignment", "case.assigned.v1"),
    "feedback": (FEEDBACK, "handling", "case.replied.v1"),
    "disclosure": (DISCLOSURE, "intake", "case.accepted.v1"),
}
"""The fact of another service by which a case comes to be known."""


def sample(wire: str) -> dict[str, Any]:
    path = Path(f"tests/contract/samples/{wire}.json")
    kept: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return kept


async def told(
    definition: ServiceDefinition, owner: str, wire: str, client: str | None
) -> ServiceUnderTest:
    kept = sample(wire)
    marked = {**kept["data"], "agency": "u-city", "client": client}
    service = ServiceUnderTest(definition, BROUGHT, OTHER)
    await service.react_to(decode(wire, kept["at"], marked), f"{owner}-{CASE}", 2)
    return service


@pytest.mark.parametrize("name", COMES_WITH)
async def test_every_service_shows_a_case_to_the_platform_that_brought_it_alone(name: str) -> None:
    service = await told(*COMES_WITH[name], "c-npc")
    answers = [await service.get(f"/cases/{CASE}", as_=who) for who in (BROUGHT, OTHER)]
    assert answers[0].status_code == 200
    assert answers[1].status_code in HIDDEN
    facts = await service.facts(f"{name}-{CASE}")
    assert facts
    assert all(isinstance(fact, CaseEvent) and fact.client == "c-npc" for fact in facts)


@pytest.mark.parametrize("name", COMES_WITH)
async def test_what_a_clerk_registered_is_no_platforms(name: str) -> None:
    service = await told(*COMES_WITH[name], None)
    answers = [await service.get(f"/cases/{CASE}", as_=who) for who in (BROUGHT, OTHER)]
    assert {answer.status_code for answer in answers} <= HIDDEN


@pytest.mark.parametrize("registers", [BROUGHT, REGISTRAR])
async def test_a_platform_reads_and_withdraws_no_petition_of_others(registers: Actor) -> None:
    intake = ServiceUnderTest(INTAKE, BROUGHT, OTHER, REGISTRAR)
    await intake.knows(*CITY)
    answer = await intake.post("/cases", PETITION, as_=registers, key="r-1")
    assert answer.status_code == 201, answer.text
    case = answer.json()["case_id"]
    assert (await intake.get(f"/cases/{case}", as_=OTHER)).status_code == 404
    refused = await intake.post(f"/cases/{case}/withdrawal", {}, as_=OTHER, key="w-1")
    assert (refused.status_code, refused.json()["rule"]) == (404, "not-found")
    own = await intake.get(f"/cases/{case}", as_=BROUGHT)
    assert own.status_code == (200 if registers is BROUGHT else 404)


async def test_a_platform_withdraws_what_it_brought() -> None:
    intake = ServiceUnderTest(INTAKE, BROUGHT)
    await intake.knows(*CITY)
    answer = await intake.post("/cases", PETITION, as_=BROUGHT, key="r-1")
    case = answer.json()["case_id"]
    done = await intake.post(f"/cases/{case}/withdrawal", {}, as_=BROUGHT, key="w-1")
    assert done.json()["facts"] == ["case.withdrawn.v1"], done.text
    facts = await intake.facts(f"intake-{case}")
    assert [getattr(fact, "client", None) for fact in facts] == ["c-npc", "c-npc"]


async def test_a_platform_brings_only_the_kinds_that_were_agreed_with_it() -> None:
    intake = ServiceUnderTest(INTAKE, BROUGHT, OTHER)
    await intake.knows(
        *CITY, client("c-npc", "suggestion", "motion"), client("c-cppcc", "proposal")
    )
    for who, body in ((BROUGHT, PETITION), (OTHER, PETITION), (OTHER, SUGGESTION)):
        refused = await intake.post("/cases", body, as_=who, key="k-1")
        assert (refused.status_code, refused.json()["rule"]) == (409, "client-kind")
        assert refused.json()["field"] == "kind"
    assert (await intake.post("/cases", SUGGESTION, as_=BROUGHT, key="k-2")).status_code == 201
