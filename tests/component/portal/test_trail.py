"""The audit trail through HTTP: for auditors of the units that the policy names, and traced."""

from datetime import UTC, date, datetime
from typing import Any

from starlette.responses import Response

from services.portal.app import SERVICE
from shared.audit.entry import Entry
from shared.contracts.directory import PostVacated
from shared.http.gateway import Gateway
from shared.kernel.actor import Actor, Post
from shared.testing.organisation import AT, city, deputy, person, seat, unit
from shared.testing.service import ServiceUnderTest

AUDITOR = Actor("p-audit", (Post("auditor", "u-city", ("u-city",)),))
ELSEWHERE = Actor("p-audit-2", (Post("auditor", "u-c01", ("u-c01", "u-city")),))
ADMIN = Actor("p-admin", (Post("system-admin", "u-city", ("u-city",)),))


async def test_an_auditor_finds_who_was_refused_from_where_and_why() -> None:
    portal = ServiceUnderTest(SERVICE, AUDITOR)
    await portal.get("/me", as_="p-nobody")
    answer = await portal.get("/audit", as_=AUDITOR, kind="refusal", subject="p-nobody")
    [entry] = answer.json()["items"]
    assert (entry["subject"], entry["address"]) == ("p-nobody", "127.0.0.1")
    assert (entry["reason"], entry["result"]) == ("unknown-subject", "refused")


async def test_entries_name_their_people_with_the_posts_of_their_day() -> None:
    """Names a person with the post of the day of the entry, and no proposer."""
    portal = ServiceUnderTest(SERVICE, AUDITOR)
    former = PostVacated(
        at=AT, unit="u-hou", role="handler", person="p-hou-handler", valid_to=date(2025, 2, 1)
    )
    later = seat("head", "u-fin", person="p-hou-handler", valid_from=date(2025, 2, 1))
    named = (person("p-hou-handler"), deputy("p-n001"))
    await portal.knows(city(), unit("u-hou"), unit("u-fin"), seat("handler", "u-hou"), *named)
    await portal.knows(former, later)
    signed_in = {"kind": "login", "action": "sign-in", "result": "done"}
    for at, who in ((datetime(2025, 1, 31, 15, tzinfo=UTC), "p-hou-handler"),
                    (datetime(2025, 1, 31, 17, tzinfo=UTC), "p-hou-handler"),
                    (datetime(2025, 1, 31, 17, tzinfo=UTC), "p-n001")):  # fmt: skip
        portal.trail.note(Entry(at=at, subject=who, on_behalf_of="p-x", **signed_in))
    page = (await portal.get("/audit", as_=AUDITOR, kind="login")).json()
    deputys, new, old = page["items"][-3:]
    assert old["posts"] == [{"role": "handler", "unit": "u-hou", "short": "u-hou"}]
    assert new["posts"] == [{"role": "head", "unit": "u-fin", "short": "u-fin"}]
    assert deputys["posts"] == []
    assert page["names"]["p-hou-handler"] == "王芳"
    assert "p-n001" not in page["names"]


async def test_each_look_of_an_auditor_is_an_entry() -> None:
    portal = ServiceUnderTest(SERVICE, AUDITOR)
    await portal.get("/audit", as_=AUDITOR)
    answer = await portal.get("/audit", as_=AUDITOR, kind="inspection")
    assert [entry["subject"] for entry in answer.json()["items"]] == ["p-audit"] * 2


async def test_pages_follow_one_another() -> None:
    portal = ServiceUnderTest(SERVICE, AUDITOR)
    for _ in range(4):
        await portal.get("/audit", as_=AUDITOR)
    first = (await portal.get("/audit", as_=AUDITOR, limit=2)).json()
    second = (await portal.get("/audit", as_=AUDITOR, limit=2, after=first["next"])).json()
    numbers = [entry["number"] for entry in (*first["items"], *second["items"])]
    assert numbers == sorted(numbers, reverse=True)
    assert len(set(numbers)) == 4


async def test_others_do_not_see_the_trail_and_their_attempt_is_traced() -> None:
    portal = ServiceUnderTest(SERVICE, AUDITOR)
    for actor in (ADMIN, ELSEWHERE):
        for path in ("/audit", "/audit/proof"):
            assert (await portal.get(path, as_=actor)).status_code == 403
    assert {denial.subject for denial in portal.trail.of("denial")} == {"p-admin", "p-audit-2"}


async def test_without_a_trail_it_is_not_shown_either() -> None:
    portal = ServiceUnderTest(SERVICE, AUDITOR)
    portal.trail.away = True
    assert (await portal.get("/audit", as_=AUDITOR)).status_code == 503


async def test_an_auditor_proves_the_chain_himself() -> None:
    portal = ServiceUnderTest(SERVICE, AUDITOR)
    await portal.get("/me", as_="p-nobody")
    proof = (await portal.get("/audit/proof", as_=AUDITOR)).json()
    assert (proof["first"], proof["breaks"], proof["next"]) == (1, [], None)
    assert proof["number"] == len(portal.trail.entries)
    assert len(proof["head"]) == 64


async def test_a_request_through_the_gateway_keeps_the_address_of_its_caller() -> None:
    seen: list[str] = []

    async def answer(scope: Any, receive: Any, send: Any) -> None:
        seen.append(scope["client"][0])
        await Response()(scope, receive, send)

    gateway = Gateway(answer, {"intake"})
    forged = {"x-forwarded-for": "10.9.9.9"}
    await gateway.call("intake", "GET", "cases", forged, source="203.0.113.9")
    await gateway.call("intake", "GET", "cases", forged)
    await gateway.close()
    assert seen == ["203.0.113.9", "127.0.0.1"]
