"""Corrections, ends and revocations in the directory: a fact or a refusal, and at once."""

from datetime import date
from typing import Any

import pytest

from services.directory.app import SERVICE
from shared.contracts.directory import DelegationGranted, PostCorrected, TermEnded
from shared.kernel.actor import Actor, Post
from shared.kernel.calendar import business_day
from shared.kernel.organisation import Organisation, founder
from shared.testing.organisation import city, client, person, unit
from shared.testing.service import ServiceUnderTest
from tests.component.directory.test_api import facts_of, refused
from tests.component.directory.test_second_person import SECURITY, SYSTEM, THIRD, confirmation
from tests.unit.directory.people import bureau, deputy, filled, official

FIRST = founder("p-first")
CITY = ("u-city",)
TERM = {"body": "npc", "agency": "u-city", "term_from": "2022-01-01"}
RESIGNED = TERM | {"term_to": "2025-02-28", "reason": "resigned"}
DAYS = {"valid_from": "2025-03-03", "valid_to": "2025-03-31"}
TO_TWO = {"person": "p-1", "delegate": "p-2", **DAYS}


@pytest.fixture
async def directory() -> ServiceUnderTest:
    """p-1 and p-2 are handlers of the bureau, p-3 of another, p-4 has no post."""
    service = ServiceUnderTest(SERVICE, SYSTEM, SECURITY, THIRD, FIRST, Actor("p-1"), Actor("p-n1"))
    people = [person(f"p-{n}") for n in (2, 3, 4)]
    await service.knows(city(), bureau, unit("u-fin"), official, deputy, *people, client("c-npc"))
    for who in ("p-1", "p-2"):
        await service.given("unit-u-edu", filled(person=who))
    post = filled(person="p-3").model_copy(update={"unit": "u-fin"})
    await service.given("unit-u-fin", post)
    return service


async def actor(directory: ServiceUnderTest, sub: str, later_days: int = 0) -> Actor | None:
    """The actor as every service sees it, folded from the facts that are recorded now."""
    entries = await (await directory.collection("actors")).find({}).to_list(None)
    day = business_day(directory.now).toordinal() + later_days
    return Organisation.on(date.fromordinal(day), entries).actor(sub)


async def does_by_two(directory: ServiceUnderTest, path: str, body: Any, as_: str) -> list[str]:
    answer = await directory.post(path, body, as_)
    assert answer.status_code == 202, answer.text
    return facts_of(await directory.post(confirmation(answer.json()["pending"]), as_="p-sec-2"))


async def test_a_resigned_deputy_sits_no_more(directory: ServiceUnderTest) -> None:
    path = "/deputies/p-n1/term-end"
    refused(await directory.post(path, RESIGNED, "p-sec"), 403, "not-allowed-end-term")
    longer = RESIGNED | {"term_to": "2030-01-01"}
    refused(await directory.post(path, longer, "p-sys"), 409, "term-longer")
    other = RESIGNED | {"term_from": "2021-01-01"}
    refused(await directory.post(path, other, "p-sys"), 409, "term-unknown")
    before = await actor(directory, "p-n1")
    assert before is not None
    assert before.deputy
    assert facts_of(await directory.post(path, RESIGNED, "p-sys")) == ["term.ended.v1"]
    assert facts_of(await directory.post(path, RESIGNED, "p-sys")) == []
    after = await actor(directory, "p-n1")
    assert after is not None
    assert not after.deputy
    assert isinstance((await directory.facts("person-p-n1"))[-1], TermEnded)
    shown = (await directory.get("/persons/p-n1", "p-1")).json()
    assert shown["mandates"][0]["term_to"] == "2025-02-28"


async def test_a_misspelt_name_is_corrected(directory: ServiceUnderTest) -> None:
    named = {"person": "p-1", "title": "王方", "agency": "u-city"}
    refused(await directory.post("/persons", named, "p-sys"), 409, "person-exists")
    right = {"title": "王方"}
    path = "/persons/p-1/name"
    refused(await directory.post(path, right, "p-1"), 403, "not-allowed-correct-person")
    assert facts_of(await directory.post(path, right, "p-sys")) == ["person.corrected.v1"]
    assert facts_of(await directory.post(path, right, "p-sys")) == []
    assert (await directory.get("/persons/p-1", "p-1")).json()["title"] == "王方"


async def test_the_days_of_a_post_are_corrected_by_two(directory: ServiceUnderTest) -> None:
    path = "/units/u-edu/posts/corrected"
    post = {"role": "handler", "person": "p-1", "recorded_from": "2024-01-01"}
    right = post | {"valid_from": "2024-02-01", "valid_to": "2025-01-01"}
    wrong = right | {"recorded_from": "2023-01-01"}
    refused(await directory.post(path, wrong, "p-sys"), 409, "post-not-recorded")
    backwards = right | {"valid_to": "2024-01-15"}
    refused(await directory.post(path, backwards, "p-sys"), 409, "period-backwards")
    facts = await does_by_two(directory, path, right, "p-sys")
    assert facts == ["post.corrected.v1", "act.confirmed.v1"]
    found = [f for f in await directory.facts("unit-u-edu") if isinstance(f, PostCorrected)]
    assert (found[0].proposed_by, found[0].confirmed_by) == ("p-sys", "p-sec-2")
    after = await actor(directory, "p-1")
    assert after is not None
    assert after.posts == ()


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("/units/u-edu/posts", {"role": "handler", "person": "p-1", "valid_from": "2025-03-03"}),
        ("/deputies", {**TERM, "person": "p-n1", "title": "李四", "number": "D0002",
                       "delegation": "临江区代表团", "term_to": "2026-12-31"}),
        ("/persons", {"person": "p-1", "title": "王芳", "agency": "u-c01"}),
        ("/units/u-edu/changes", {"title": "市教育局", "short": "教育局", "parent": "u-city",
                                  "valid_from": "2025-03-04"}),
    ],
)  # fmt: skip
async def test_what_differs_from_the_record_is_never_answered_by_silence(
    directory: ServiceUnderTest, path: str, body: dict[str, Any]
) -> None:
    await directory.knows(city("u-c01"))
    answer = await directory.post(path, body, "p-first")
    assert answer.status_code == 409, answer.text


async def test_appointments_are_not_back_dated(directory: ServiceUnderTest) -> None:
    post = {"role": "liaison", "person": "p-4", "valid_from": "2025-03-02"}
    refused(await directory.post("/units/u-edu/posts", post, "p-sys"), 409, "backdated")
    today = post | {"valid_from": "2025-03-03"}
    answer = await directory.post("/units/u-edu/posts", today, "p-sys")
    directory.later(days=3)
    late = await directory.post(confirmation(answer.json()["pending"]), as_="p-sec")
    assert facts_of(late) == ["post.filled.v1", "act.confirmed.v1"]


async def test_administrators_are_three_and_have_no_other_post(directory: ServiceUnderTest) -> None:
    """Neither here nor at another unit, neither today nor later."""
    path = "/units/{}/posts"
    first = {"role": "system-admin", "person": "p-4", "valid_from": "2025-06-01"}
    await does_by_two(directory, path.format("u-city"), first, "p-sys")
    for role in ("security-admin", "auditor", "office"):
        other = first | {"role": role, "valid_from": "2025-03-03"}
        refused(await directory.post(path.format("u-edu"), other, "p-sys"), 409, "post-alone")
    handler = first | {"person": "p-1"}
    refused(await directory.post(path.format("u-city"), handler, "p-sys"), 409, "post-alone")


async def test_a_correction_does_not_join_what_must_stay_apart(directory: ServiceUnderTest) -> None:
    """An auditor whose former post is corrected to go on would hold both."""
    post = {"role": "handler", "person": "p-1"}
    end = post | {"valid_to": "2025-03-03"}
    facts_of(await directory.post("/units/u-edu/posts/vacated", end, "p-sec"))
    auditor = {"role": "auditor", "person": "p-1", "valid_from": "2025-03-03"}
    await does_by_two(directory, "/units/u-city/posts", auditor, "p-sys")
    path, recorded = "/units/u-edu/posts/corrected", post | {"recorded_from": "2024-01-01"}
    for until in (None, "2025-06-01"):
        longer = recorded | {"valid_from": "2024-01-01", "valid_to": until}
        refused(await directory.post(path, longer, "p-sys"), 409, "post-alone")
    shorter = recorded | {"valid_from": "2024-02-01", "valid_to": "2025-03-03"}
    await does_by_two(directory, path, shorter, "p-sys")


async def test_a_post_to_come_counts_for_the_reach_of_a_delegation(
    directory: ServiceUnderTest,
) -> None:
    """Within the unit today, elsewhere from next month on: a second person looks at it."""
    post = {"role": "office", "person": "p-1", "valid_from": "2025-03-20"}
    await does_by_two(directory, "/units/u-fin/posts", post, "p-sys")
    assert (await directory.post("/delegations", TO_TWO, "p-1")).status_code == 202


async def test_a_post_that_comes_after_a_delegation_is_not_represented(
    directory: ServiceUnderTest,
) -> None:
    """A delegation within the unit needs no second person, so its reach must not grow."""
    facts_of(await directory.post("/delegations", TO_TWO, "p-1"))
    post = {"role": "handler", "person": "p-1", "valid_from": "2025-03-03"}
    await does_by_two(directory, "/units/u-fin/posts", post, "p-sys")
    acting, own = await actor(directory, "p-2"), await actor(directory, "p-1")
    assert acting is not None
    assert own is not None
    assert "u-fin" in {post.unit for post in own.posts}
    assert {post.unit for post in acting.posts if post.held_by} == {"u-edu"}
    again = await does_by_two(directory, "/delegations", TO_TWO, "p-1")
    assert "delegation.granted.v1" in again, "with another reach it is another delegation"
    acting = await actor(directory, "p-2")
    assert acting is not None
    assert {post.unit for post in acting.posts if post.held_by} == {"u-edu", "u-fin"}


async def test_a_delegate_does_not_appoint_whom_he_represents(directory: ServiceUnderTest) -> None:
    """A second person is no way to grant oneself anything."""
    granted = DelegationGranted(
        at=directory.now, person="p-1", delegate="p-sys",
        valid_from=date(2025, 3, 3), valid_to=date(2025, 4, 3),
    )  # fmt: skip
    await directory.given("person-p-1", granted)
    post = {"role": "office", "person": "p-1", "valid_from": "2025-03-03"}
    refused(await directory.post("/units/u-city/posts", post, "p-sys"), 409, "own-gain")
    answer = await directory.post("/units/u-city/posts", post, "p-sec")
    refused(
        await directory.post(confirmation(answer.json()["pending"]), as_="p-sys"), 409, "own-gain"
    )


async def test_a_delegation_within_the_unit_is_ones_own_matter(directory: ServiceUnderTest) -> None:
    assert facts_of(await directory.post("/delegations", TO_TWO, "p-1")) == [
        "delegation.granted.v1"
    ]
    acting = await actor(directory, "p-2")
    assert acting is not None
    assert [post.held_by for post in acting.posts] == [None, "p-1"]


async def test_beyond_the_unit_it_takes_the_security_administrator(
    directory: ServiceUnderTest,
) -> None:
    beyond = TO_TWO | {"delegate": "p-3"}
    answer = await directory.post("/delegations", beyond, "p-1")
    assert answer.status_code == 202
    act = answer.json()["pending"]
    refused(await directory.post(confirmation(act), as_="p-1"), 403, "own-act")
    refused(await directory.post(confirmation(act), as_="p-sys"), 404, "not-found")
    assert "delegation.granted.v1" in facts_of(await directory.post(confirmation(act), as_="p-sec"))


@pytest.mark.parametrize(
    ("wrong", "rule"),
    [
        ({"valid_to": "2099-12-31"}, "delegation-too-long"),
        ({"valid_to": "2025-06-01"}, "delegation-too-long"),
        ({"valid_from": "2025-03-01"}, "backdated"),
        ({"delegate": "p-4"}, "delegate-unfit"),
        ({"delegate": "p-n1"}, "delegate-unfit"),
    ],
)
async def test_a_delegation_has_its_bounds(
    directory: ServiceUnderTest, wrong: dict[str, str], rule: str
) -> None:
    refused(await directory.post("/delegations", TO_TWO | wrong, "p-1"), 409, rule)


async def test_nobody_delegates_to_a_person_who_is_blocked(directory: ServiceUnderTest) -> None:
    await directory.post("/persons/p-2/block", as_="p-sec")
    refused(await directory.post("/delegations", TO_TWO, "p-1"), 409, "delegate-unfit")


async def test_a_person_without_a_post_has_nothing_to_delegate(directory: ServiceUnderTest) -> None:
    refused(
        await directory.post("/delegations", TO_TWO | {"person": "p-n1"}, "p-n1"),
        409,
        "nothing-to-delegate",
    )


async def test_a_revoked_delegation_ends_at_once(directory: ServiceUnderTest) -> None:
    between = {"person": "p-1", "delegate": "p-2"}
    path = "/delegations/revoked"
    refused(await directory.post(path, between, "p-1"), 409, "delegation-unknown")
    facts_of(await directory.post("/delegations", TO_TWO, "p-1"))
    refused(await directory.post(path, between, "p-sys"), 403, "not-allowed-revoke-delegation")
    assert facts_of(await directory.post(path, between, "p-sec")) == ["delegation.revoked.v1"]
    acting = await actor(directory, "p-2")
    assert acting is not None
    assert [post.held_by for post in acting.posts] == [None]


async def test_a_blocked_person_is_nobody_and_represents_nobody(
    directory: ServiceUnderTest,
) -> None:
    facts_of(await directory.post("/delegations", TO_TWO, "p-1"))
    refused(await directory.post("/persons/p-1/block", {}, "p-1"), 403, "not-allowed-block-person")
    assert facts_of(await directory.post("/persons/p-1/block", {}, "p-sec")) == [
        "person.blocked.v1"
    ]
    assert facts_of(await directory.post("/persons/p-1/block", {}, "p-sec")) == []
    assert await actor(directory, "p-1") is None
    acting = await actor(directory, "p-2")
    assert acting is not None
    assert [post.held_by for post in acting.posts] == [None]
    facts = await does_by_two(directory, "/persons/p-1/unblock", {}, "p-sec")
    assert facts == ["person.unblocked.v1", "act.confirmed.v1"]
    assert await actor(directory, "p-1") is not None


async def test_a_client_is_narrowed_and_revoked(directory: ServiceUnderTest) -> None:
    kinds = {"kinds": ["suggestion", "motion"]}
    path = "/clients/c-npc/kinds"
    refused(await directory.post(path, kinds, "p-1"), 403, "not-allowed-narrow-client")
    assert facts_of(await directory.post(path, kinds, "p-sys")) == ["client.narrowed.v1"]
    wider = {"kinds": ["suggestion", "petition"]}
    refused(await directory.post(path, wider, "p-sys"), 409, "kinds-wider")
    end = "/clients/c-npc/revocation"
    assert facts_of(await directory.post(end, {}, "p-sec")) == ["client.revoked.v1"]
    assert facts_of(await directory.post(end, {}, "p-sec")) == []
    assert await actor(directory, "c-npc") is None


async def test_two_administrators_posts_of_one_person_count_for_nothing() -> None:
    """Appointments at two units at one moment are two streams: the reader is the last guard."""
    directory = ServiceUnderTest(SERVICE)
    await directory.knows(city(), unit("u-fin"), person("p-5"))
    for where, role in (("u-city", "system-admin"), ("u-fin", "security-admin")):
        post = filled(role=role, person="p-5").model_copy(update={"unit": where})
        await directory.given(f"unit-{where}", post)
    both = await actor(directory, "p-5")
    assert both is not None
    assert both.posts == ()


async def test_a_term_entered_wrongly_is_ended_and_registered_anew(
    directory: ServiceUnderTest,
) -> None:
    wrong = TERM | {"term_to": "2021-12-31", "reason": "entered-wrongly"}
    assert facts_of(await directory.post("/deputies/p-n1/term-end", wrong, "p-sys"))
    right = {
        **TERM, "person": "p-n1", "title": "李四", "number": "D0002",
        "delegation": "临江区代表团", "term_to": "2026-12-31",
    }  # fmt: skip
    answer = await directory.post("/deputies", right, "p-sys")
    assert facts_of(answer) == ["deputy.registered.v1"]
    seated = await actor(directory, "p-n1")
    assert seated is not None
    assert seated.deputy
    assert facts_of(await directory.post("/deputies/p-n1/term-end", RESIGNED, "p-sys"))
    left = await actor(directory, "p-n1")
    assert left is not None
    assert not left.deputy


async def test_the_name_of_a_unit_is_corrected_for_all_its_days(
    directory: ServiceUnderTest,
) -> None:
    right = {"title": "市教育和体育局", "short": "教体局", "parent": "u-city"}
    change = right | {"valid_from": "2024-01-01"}
    answer = await directory.post("/units/u-edu/changes", change, "p-sys")
    assert facts_of(answer) == ["unit.changed.v1"]
    entries = await (await directory.collection("actors")).find({}).to_list(None)
    for day in (date(2024, 1, 1), date(2025, 3, 3)):
        assert Organisation.on(day, entries).title("u-edu") == "市教育和体育局"


async def test_a_unit_is_moved_by_two(directory: ServiceUnderTest) -> None:
    """Below another unit its people have the cases of that unit: an appointment of them all."""
    await directory.knows(
        unit("u-edu-2", "u-edu").model_copy(update={"level": "section", "agency": "u-city"})
    )
    path, way = "/units/u-edu-2/changes", {"title": "财政科", "short": "财政科"}
    named = await directory.post(
        path, way | {"parent": "u-edu", "valid_from": "2025-03-03"}, "p-sys"
    )
    assert facts_of(named) == ["unit.changed.v1"]
    moved = way | {"parent": "u-fin", "valid_from": "2025-03-03"}
    alone = await directory.post(path, moved, "p-sys")
    assert (alone.status_code, alone.json()["facts"]) == (202, ["act.proposed.v1"])
    own = await directory.post(confirmation(alone.json()["pending"]), as_="p-sys")
    refused(own, 403, "own-act")
    answer = await directory.post(confirmation(alone.json()["pending"]), as_="p-sec")
    assert facts_of(answer) == ["unit.changed.v1", "act.confirmed.v1"]


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("/deputies", {**TERM, "person": "p-reg", "title": "赵六", "number": "D0009",
                       "delegation": "临江区代表团", "term_to": "2026-12-31"}),
        ("/persons", {"person": "p-reg", "title": "赵六", "agency": "u-city"}),
    ],
)  # fmt: skip
async def test_a_registrar_registers_others_only(
    directory: ServiceUnderTest, path: str, body: dict[str, Any]
) -> None:
    registrar = Actor("p-reg", (Post("registrar", "u-city", CITY),))
    refused(await directory.post(path, body, registrar), 403, "own-gain")
