"""Administration is in the audit trail before it is decided, with its outcome after it."""

from services.directory.app import SERVICE
from shared.kernel.actor import Actor, Post
from shared.testing.organisation import city
from shared.testing.service import ServiceUnderTest

ADMIN = Actor("p-admin", (Post("system-admin", "u-city", ("u-city",)),))
PERSON = {"person": "p-1", "title": "王小明", "agency": "u-city"}


async def test_a_command_of_an_administrator_is_traced_before_and_after() -> None:
    tested = ServiceUnderTest(SERVICE, ADMIN)
    await tested.knows(city())
    answer = await tested.post("/persons", PERSON, as_=ADMIN)
    assert answer.status_code == 201, answer.text
    asked, done = tested.trail.of("administration")
    assert (asked.action, asked.result, asked.target) == ("register-person", "asked", "person-p-1")
    assert (done.result, done.request) == ("done", asked.request)
    assert "王小明" not in str(tested.trail.entries)


async def test_a_refused_command_of_an_administrator_is_traced_with_its_rule() -> None:
    tested = ServiceUnderTest(SERVICE, ADMIN)
    other = PERSON | {"agency": "u-elsewhere"}
    answer = await tested.post("/persons", other, as_=ADMIN)
    assert answer.status_code == 403
    assert [each.result for each in tested.trail.of("administration")] == ["asked", "refused"]


async def test_without_a_trail_nothing_is_administered() -> None:
    tested = ServiceUnderTest(SERVICE, ADMIN)
    tested.trail.away = True
    assert (await tested.post("/persons", PERSON, as_=ADMIN)).status_code == 503
    assert await tested.facts("person-p-1") == []
