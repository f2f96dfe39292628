"""The directory through HTTP: one success per route, and the main refusals."""

from datetime import date
from typing import Any

import httpx
import pytest

from services.directory.app import SERVICE
from shared.contracts.directory import PersonRegistered, PostFilled, UnitChanged
from shared.kernel.actor import Actor, Post
from shared.kernel.messages import Sealed
from shared.kernel.organisation import founder
from shared.testing.organisation import city, person, unit
from shared.testing.service import ServiceUnderTest, at_organs
from tests.unit.directory.people import bureau, deputy, filled, official

ADMIN = Actor(
    "p-admin",
    tuple(Post(role, "u-city", ("u-city",)) for role in ("system-admin", "security-admin")),
)
OFFICE = Actor("p-office", at_organs("office"))
HANDLER = Actor("p-1", (Post("handler", "u-edu", ("u-edu", "u-city")),))
FIRST = founder("p-first")
UNIT: dict[str, Any] = {
    "unit": "u-edu",
    "title": "市教育局",
    "short": "教育局",
    "level": "bureau",
    "parent": "u-city",
    "agency": "u-city",
    "region": "direct",
    "valid_from": "2024-01-01",
}
OFFICIAL = {"person": "p-1", "title": "王芳", "agency": "u-city", "phone": "13800000001"}
SEAT = {
    "person": "p-n1",
    "title": "李四",
    "body": "npc",
    "number": "D0001",
    "delegation": "临江区代表团",
    "agency": "u-city",
    "term_from": "2022-01-01",
    "term_to": "2026-12-31",
    "phone": "13900000001",
}


@pytest.fixture
async def directory() -> ServiceUnderTest:
    """A city is registered, and two people who have not been given anything to do."""
    service = ServiceUnderTest(SERVICE, ADMIN, OFFICE, HANDLER, FIRST)
    await service.knows(city(), person("p-2"), person("p-3"))
    return service


def facts_of(answer: httpx.Response) -> list[str]:
    assert answer.status_code == 201, answer.text
    found: list[str] = answer.json()["facts"]
    return found


def refused(answer: httpx.Response, status: int, rule: str) -> None:
    assert (answer.status_code, answer.json()["rule"]) == (status, rule), answer.text


async def test_a_unit_is_registered(directory: ServiceUnderTest) -> None:
    answer = await directory.post("/units", UNIT, "p-admin")
    assert facts_of(answer) == ["unit.registered.v1"]
    assert answer.headers["ETag"] == '"1"'
    assert facts_of(await directory.post("/units", UNIT, "p-admin")) == []


async def test_the_first_administrator_begins_the_tree() -> None:
    """Each step builds on the last one at once: nothing has to come over the bus."""
    directory = ServiceUnderTest(SERVICE, FIRST)
    root = UNIT | {"unit": "u-city", "level": "city", "parent": None}
    post = {"role": "system-admin", "person": "p-1", "valid_from": "2024-01-01"}
    steps = {"/units": root, "/persons": OFFICIAL, "/units/u-city/posts": post}
    for path, body in steps.items():
        assert len(facts_of(await directory.post(path, body, "p-first"))) == 1
    assert facts_of(await directory.post("/units", UNIT, "p-first")) == ["unit.registered.v1"]


async def test_only_the_administrator_registers_units(directory: ServiceUnderTest) -> None:
    refused(await directory.post("/units", UNIT, "p-office"), 403, "not-allowed-register-unit")
    other = UNIT | {"agency": "u-c01"}
    refused(await directory.post("/units", other, "p-admin"), 403, "not-allowed-register-unit")


async def test_a_unit_is_not_its_own_parent(directory: ServiceUnderTest) -> None:
    answer = await directory.post("/units", UNIT | {"parent": "u-edu"}, "p-admin")
    refused(answer, 409, "unit-own-parent")
    assert answer.json()["field"] == "parent"


@pytest.mark.parametrize("wrong", [{"unit": "edu"}, {"unit": "u-edu-"}, {"x": 1}, {"title": ""}])
async def test_what_is_no_unit_is_refused_field_by_field(
    directory: ServiceUnderTest, wrong: dict[str, Any]
) -> None:
    answer = await directory.post("/units", UNIT | wrong, "p-admin")
    refused(answer, 422, "validation")
    assert answer.json()["errors"][0]["field"] in wrong


async def test_a_unit_is_changed(directory: ServiceUnderTest) -> None:
    await directory.given("unit-u-edu", bureau)
    change = {
        "title": "市教体局",
        "short": "教体局",
        "parent": "u-city",
        "valid_from": "2025-01-01",
    }
    answer = await directory.post("/units/u-edu/changes", change, "p-admin")
    assert facts_of(answer) == ["unit.changed.v1"]
    last = (await directory.facts("unit-u-edu"))[-1]
    assert isinstance(last, UnitChanged)
    assert last.valid_from == date(2025, 1, 1)


async def test_a_unit_is_dissolved_and_nothing_is_filled_there_afterwards(
    directory: ServiceUnderTest,
) -> None:
    await directory.knows(bureau)
    end = {"valid_to": "2025-01-01"}
    path = "/units/u-edu/dissolution"
    refused(await directory.post(path, end, "p-office"), 403, "not-allowed-dissolve-unit")
    assert facts_of(await directory.post(path, end, "p-admin")) == ["unit.dissolved.v1"]
    later = {"valid_to": "2025-02-01"}
    refused(await directory.post(path, later, "p-admin"), 409, "unit-dissolved")
    post = {"role": "handler", "person": "p-2", "valid_from": "2025-01-01"}
    answer = await directory.post("/units/u-edu/posts", post, "p-first")
    refused(answer, 409, "unit-not-valid")
    below = UNIT | {"unit": "u-edu-1", "level": "section", "parent": "u-edu"}
    answer = await directory.post("/units", below | {"valid_from": "2025-01-01"}, "p-admin")
    refused(answer, 409, "unit-not-valid")


@pytest.mark.parametrize(
    ("parent", "level", "rule"),
    [
        ("u-ghost", "bureau", "unit-unknown"),
        ("u-city", "section", "parent-level"),
        ("u-edu-1", "bureau", "parent-level"),
        ("u-late", "bureau", "unit-not-valid"),
    ],
)
async def test_a_unit_has_its_place_below_one_that_is_there(
    directory: ServiceUnderTest, parent: str, level: str, rule: str
) -> None:
    late = {"level": "county", "valid_from": "2025-01-01"}
    await directory.knows(bureau, unit("u-edu-1", "u-edu", level="section"), unit("u-late", **late))
    new = UNIT | {"unit": "u-new", "parent": parent, "level": level}
    answer = await directory.post("/units", new, "p-admin")
    refused(answer, 409, rule)
    assert answer.json()["field"] == "parent"
    if level == "bureau":
        change = {"title": "教", "short": "教", "parent": parent, "valid_from": "2024-06-01"}
        refused(await directory.post("/units/u-edu/changes", change, "p-admin"), 409, rule)


async def test_an_agency_that_nobody_registered_keeps_nobody(directory: ServiceUnderTest) -> None:
    client = {"client": "c-npc", "title": "履职平台"}
    forms = {"/units": UNIT, "/persons": OFFICIAL, "/deputies": SEAT, "/clients": client}
    for path, body in forms.items():
        answer = await directory.post(path, body | {"agency": "u-ghost"}, "p-first")
        refused(answer, 409, "agency-unknown")
        assert answer.json()["field"] == "agency"


@pytest.mark.parametrize(
    ("wrong", "rule"),
    [
        ({"person": "p-ghost"}, "person-unknown"),
        ({"role": "boss"}, "role-unknown"),
        ({"role": "proposer"}, "role-unknown"),
    ],
)
async def test_a_post_has_a_known_role_and_a_known_holder(
    directory: ServiceUnderTest, wrong: dict[str, str], rule: str
) -> None:
    await directory.knows(bureau)
    post = {"role": "handler", "person": "p-2", "valid_from": "2024-01-01"} | wrong
    answer = await directory.post("/units/u-edu/posts", post, "p-first")
    refused(answer, 409, rule)
    assert [answer.json()["field"]] == list(wrong)


async def test_an_unknown_unit_is_not_found(directory: ServiceUnderTest) -> None:
    post = {"role": "head", "person": "p-1", "valid_from": "2024-01-01"}
    refused(await directory.post("/units/u-none/posts", post, "p-first"), 404, "not-found")


async def test_a_post_is_filled_once(directory: ServiceUnderTest) -> None:
    await directory.knows(bureau, official)
    post = {"role": "head", "person": "p-1", "valid_from": "2024-01-01"}
    assert facts_of(await directory.post("/units/u-edu/posts", post, "p-first")) == [
        "post.filled.v1"
    ]
    assert facts_of(await directory.post("/units/u-edu/posts", post, "p-first")) == []
    other = post | {"person": "p-2"}
    refused(await directory.post("/units/u-edu/posts", other, "p-first"), 409, "post-held")


async def test_a_post_is_vacated(directory: ServiceUnderTest) -> None:
    await directory.given("unit-u-edu", bureau, filled())
    end = {"role": "handler", "person": "p-1", "valid_to": "2025-01-01"}
    path = "/units/u-edu/posts/vacated"
    assert facts_of(await directory.post(path, end, "p-admin")) == ["post.vacated.v1"]
    nobody = end | {"person": "p-9"}
    refused(await directory.post(path, nobody, "p-admin"), 409, "post-not-held")


async def test_an_officials_phone_is_sealed_and_open_to_the_office(
    directory: ServiceUnderTest,
) -> None:
    answer = await directory.post("/persons", OFFICIAL, "p-admin")
    assert facts_of(answer) == ["person.registered.v1"]
    (fact,) = await directory.facts("person-p-1")
    assert isinstance(fact, PersonRegistered)
    assert isinstance(fact.phone, Sealed)
    assert "13800000001" not in str(directory.store.documents)
    assert (await directory.get("/persons/p-1", "p-office")).json()["phone"] == "13800000001"
    assert (await directory.get("/persons/p-1", "p-1")).json()["phone"] == "***********"


async def test_an_official_belongs_to_the_agency_of_who_registers(
    directory: ServiceUnderTest,
) -> None:
    mine = {name: value for name, value in OFFICIAL.items() if name != "agency"}
    assert facts_of(await directory.post("/persons", mine, "p-admin")) == ["person.registered.v1"]
    assert (await directory.get("/persons/p-1", "p-1")).json()["agency"] == "u-city"
    refused(await directory.post("/persons", mine, "p-first"), 409, "agency-missing")


async def test_a_deputy_is_registered_and_known_by_the_term(directory: ServiceUnderTest) -> None:
    assert facts_of(await directory.post("/deputies", SEAT, "p-admin")) == ["deputy.registered.v1"]
    entry = (await directory.get("/persons/p-n1", "p-1")).json()
    assert entry["mandates"][0]["number"] == "D0001"
    assert not entry["official"]
    again = SEAT | {"term_from": "2025-01-01"}
    refused(await directory.post("/deputies", again, "p-admin"), 409, "mandate-overlaps")


async def test_a_person_delegates_its_own_posts(directory: ServiceUnderTest) -> None:
    await directory.given("person-p-1", official)
    await directory.given("unit-u-edu", bureau, filled(), filled(person="p-2"))
    ask = {
        "person": "p-1",
        "delegate": "p-2",
        "valid_from": "2025-03-03",
        "valid_to": "2025-03-10",
    }
    refused(
        await directory.post("/delegations", ask, "p-office"), 403, "not-allowed-grant-delegation"
    )
    assert facts_of(await directory.post("/delegations", ask, "p-1")) == ["delegation.granted.v1"]
    ghost = ask | {"delegate": "p-ghost"}
    refused(await directory.post("/delegations", ghost, "p-1"), 409, "person-unknown")
    own = ask | {"delegate": "p-1"}
    refused(await directory.post("/delegations", own, "p-1"), 409, "own-delegate")


async def test_a_partners_client_is_registered(directory: ServiceUnderTest) -> None:
    client = {"client": "c-npc", "title": "市人大代表履职平台", "agency": "u-city"}
    riddle = client | {"kinds": ["riddle"]}
    refused(await directory.post("/clients", riddle, "p-admin"), 422, "validation")
    client |= {"kinds": ["suggestion", "motion"]}
    assert facts_of(await directory.post("/clients", client, "p-admin")) == ["client.registered.v1"]
    other = client | {"title": "别的平台"}
    refused(await directory.post("/clients", other, "p-admin"), 409, "client-exists")


async def test_an_unknown_person_is_not_found(directory: ServiceUnderTest) -> None:
    refused(await directory.get("/persons/p-none", "p-1"), 404, "not-found")


async def test_a_change_on_a_stale_page_is_refused(directory: ServiceUnderTest) -> None:
    await directory.given("unit-u-edu", bureau, filled())
    await directory.knows(official)
    post = {"role": "liaison", "person": "p-1", "valid_from": "2024-01-01"}
    stale = await directory.post("/units/u-edu/posts", post, "p-first", if_match='"1"')
    refused(stale, 412, "stale")
    fresh = await directory.post("/units/u-edu/posts", post, "p-first", if_match='"2"')
    assert facts_of(fresh) == ["post.filled.v1"]
    assert isinstance((await directory.facts("unit-u-edu"))[-1], PostFilled)


async def test_a_deputy_alone_is_no_official(directory: ServiceUnderTest) -> None:
    await directory.given("person-p-n1", deputy)
    assert (await directory.get("/persons/p-n1", "p-1")).json()["official"] is False
