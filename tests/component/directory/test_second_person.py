"""The two-person rule, on the directory's appointments: propose, confirm, decline, expire."""

from datetime import timedelta
from typing import Any

import pytest

from services.directory.app import SERVICE
from shared.contracts.directory import PostFilled
from shared.contracts.pending_acts import ActConfirmed, ActProposed
from shared.kernel.actor import Actor, Post
from shared.kernel.errors import RuleViolated
from shared.kernel.messages import Sealed
from shared.service.commands.pending_acts import PendingAct
from shared.service.commands.second_person import open_acts
from shared.service.commands.state_cache import StreamState
from shared.service.timers.expiry import expire_due
from shared.testing.organisation import city, person
from shared.testing.samples import sample
from shared.testing.service import MONDAY, ServiceUnderTest
from tests.component.directory.test_api import facts_of, refused
from tests.unit.directory.people import bureau, official


def holder(sub: str, role: str, held_by: str | None = None) -> Actor:
    return Actor(sub, (Post(role, "u-city", ("u-city",), held_by),))


SYSTEM, SECURITY = holder("p-sys", "system-admin"), holder("p-sec", "security-admin")
THIRD, HANDLER = holder("p-sec-2", "security-admin"), holder("p-1", "handler")
OFFICE: dict[str, Any] = {"role": "office", "person": "p-2", "valid_from": "2025-03-03"}
POSTS = "/units/u-edu/posts"
MONTH = timedelta(days=30)


@pytest.fixture
async def directory() -> ServiceUnderTest:
    service = ServiceUnderTest(SERVICE, SYSTEM, SECURITY, THIRD, HANDLER)
    await service.knows(city(), bureau, official, person("p-2"), person("p-sys"), person("p-sec"))
    return service


async def proposed(directory: ServiceUnderTest, as_: str = "p-sys", **changes: Any) -> str:
    answer = await directory.post(POSTS, OFFICE | changes, as_)
    assert answer.status_code == 202, answer.text
    assert answer.json()["facts"] == ["act.proposed.v1"]
    found: str = answer.json()["pending"]
    return found


def confirmation(act: str) -> str:
    return f"/pending-acts/{act}/confirmation"


async def test_an_appointment_takes_two(directory: ServiceUnderTest) -> None:
    act = await proposed(directory)
    refused(await directory.post(confirmation(act), as_="p-sys"), 403, "own-act")
    answer = await directory.post(confirmation(act), as_="p-sec")
    assert facts_of(answer) == ["post.filled.v1", "act.confirmed.v1"]
    post, confirmed = (await directory.facts("unit-u-edu"))[-2:]
    assert isinstance(post, PostFilled)
    assert isinstance(confirmed, ActConfirmed)
    assert (post.proposed_by, post.confirmed_by) == ("p-sys", "p-sec")
    assert (confirmed.proposed_by, confirmed.by) == ("p-sys", "p-sec")
    (commit,) = [c for c in await directory.store.read("unit-u-edu") if c.actor == "p-sec"]
    assert [fact.type for fact in commit.facts] == ["post.filled.v1", "act.confirmed.v1"]


async def test_nothing_is_confirmed_twice_and_a_repetition_has_the_first_answer(
    directory: ServiceUnderTest,
) -> None:
    act = await proposed(directory)
    first = await directory.post(confirmation(act), as_="p-sec", key="k1")
    again = await directory.post(confirmation(act), as_="p-sec", key="k1")
    assert again.json()["version"] == first.json()["version"]
    refused(await directory.post(confirmation(act), as_="p-sec-2"), 409, "act-confirmed")
    assert len(await directory.facts("unit-u-edu")) == 4


async def test_the_same_proposal_is_open_once(directory: ServiceUnderTest) -> None:
    act = await proposed(directory)
    again = await directory.post(POSTS, OFFICE, "p-sys")
    assert (again.status_code, again.json()["pending"], again.json()["facts"]) == (202, act, [])
    assert await proposed(directory, role="leader") != act


async def test_a_repeated_proposal_keeps_its_status(directory: ServiceUnderTest) -> None:
    first = await directory.post(POSTS, OFFICE, "p-sys", key="k1")
    again = await directory.post(POSTS, OFFICE, "p-sys", key="k1")
    assert (first.status_code, again.status_code) == (202, 202)
    assert again.json()["pending"] == first.json()["pending"]


async def test_a_proposal_that_the_rules_refuse_is_refused_at_once(
    directory: ServiceUnderTest,
) -> None:
    refused(await directory.post(POSTS, OFFICE | {"role": "boss"}, "p-sys"), 409, "role-unknown")
    refused(await directory.post(POSTS, OFFICE, "p-1"), 403, "not-allowed-fill-post")


async def test_rules_count_again_when_it_is_confirmed(directory: ServiceUnderTest) -> None:
    first = await proposed(directory, role="head")
    second = await proposed(directory, role="head", person="p-1")
    facts_of(await directory.post(confirmation(first), as_="p-sec"))
    refused(await directory.post(confirmation(second), as_="p-sec"), 409, "post-held")


async def test_an_outsider_does_not_learn_that_an_act_waits(directory: ServiceUnderTest) -> None:
    act = await proposed(directory)
    refused(await directory.post(confirmation(act), as_="p-1"), 404, "not-found")
    for none in ("unit-u-edu:99", "unit-u-none:1", "case-x:1"):
        refused(await directory.post(confirmation(none), as_="p-sec"), 404, "not-found")


async def test_the_proposer_does_not_confirm_through_another(directory: ServiceUnderTest) -> None:
    """Neither the delegate of the proposer in the proposer's post, nor the person for whom a
    delegate proposed, nor another delegate of that person."""
    act = await proposed(directory)
    delegate = holder("p-d", "system-admin", held_by="p-sys")
    refused(await directory.post(confirmation(act), as_=delegate), 404, "not-found")
    other = await proposed(directory, as_=holder("p-d", "security-admin", "p-sec"), role="leader")  # type: ignore[arg-type]
    refused(await directory.post(confirmation(other), as_="p-sec"), 403, "own-act")
    second = holder("p-e", "security-admin", held_by="p-sec")
    refused(await directory.post(confirmation(other), as_=second), 404, "not-found")
    facts_of(await directory.post(confirmation(other), as_="p-sec-2"))


async def test_nobody_grants_or_confirms_his_own_post(directory: ServiceUnderTest) -> None:
    own = OFFICE | {"person": "p-sys"}
    refused(await directory.post(POSTS, own, "p-sys"), 403, "own-gain")
    act = await proposed(directory, person="p-sec")
    refused(await directory.post(confirmation(act), as_="p-sec"), 403, "own-gain")
    facts_of(await directory.post(confirmation(act), as_="p-sec-2"))


async def test_a_proposer_who_lost_the_post_has_proposed_in_vain(
    directory: ServiceUnderTest,
) -> None:
    act = await proposed(directory)
    directory.actors["p-sys"] = Actor("p-sys")
    answer = await directory.post(confirmation(act), as_="p-sec")
    refused(answer, 409, "proposer-not-entitled")


async def test_an_act_is_declined_or_taken_back(directory: ServiceUnderTest) -> None:
    why = {"reason": "任免文件未印发"}
    act, other = await proposed(directory), await proposed(directory, role="leader")
    path = "/pending-acts/{}/refusal"
    refused(await directory.post(path.format(act), why, "p-1"), 404, "not-found")
    assert facts_of(await directory.post(path.format(act), why, "p-sec")) == ["act.declined.v1"]
    refused(await directory.post(confirmation(act), as_="p-sec"), 409, "act-declined")
    assert facts_of(await directory.post(path.format(other), why, "p-sys")) == ["act.declined.v1"]
    assert "任免文件未印发" not in str(directory.store.documents)
    assert not any(isinstance(f, PostFilled) for f in await directory.facts("unit-u-edu"))


async def test_the_proposer_reads_why_an_act_was_declined(directory: ServiceUnderTest) -> None:
    """Proposers alone read it; an act that one took back himself is not listed."""
    act, taken_back = await proposed(directory), await proposed(directory, role="leader")
    path, why = "/pending-acts/{}/refusal", {"reason": "任免文件未印发"}
    facts_of(await directory.post(path.format(act), why, "p-sec"))
    facts_of(await directory.post(path.format(taken_back), why, "p-sys"))

    async def read(as_: str) -> list[tuple[str, str, str]]:
        shown = (await directory.get("/pending-acts/declined", as_)).json()
        return [(each["act"], each["declined_by"], each["reason"]) for each in shown]

    assert await read("p-sys") == [(act, "p-sec", "任免文件未印发")]
    assert await read("p-sec") == await read("p-1") == []
    directory.later(days=31)
    assert await read("p-sys") == []


async def test_an_act_expires_by_its_row(directory: ServiceUnderTest) -> None:
    act = await proposed(directory)
    directory.later(days=13.9)
    assert await expire_due(directory.runtime) == 0
    directory.later(days=0.1)
    refused(await directory.post(confirmation(act), as_="p-sec"), 409, "act-expired")
    assert await expire_due(directory.runtime) == 1
    assert await expire_due(directory.runtime) == 0
    refused(await directory.post(confirmation(act), as_="p-sec"), 409, "act-expired")
    assert await proposed(directory, valid_from="2025-03-17") != act


async def test_an_act_that_cannot_be_ended_keeps_none_of_the_others(
    directory: ServiceUnderTest, monkeypatch: pytest.MonkeyPatch
) -> None:
    await proposed(directory)
    await proposed(directory, valid_from="2025-03-17")
    directory.later(days=31)
    handler, tried = directory.runtime.handler, 0
    handle = handler.handle

    async def breaking(*command: Any) -> Any:
        nonlocal tried
        tried += 1
        if tried == 1:
            raise KeyError("a bug that the first act brings to light")
        return await handle(*command)

    monkeypatch.setattr(handler, "handle", breaking)
    assert await expire_due(directory.runtime) == 1
    assert await expire_due(directory.runtime) == 1, "the first one is tried again"


async def test_acts_of_long_ago_are_not_read_again(directory: ServiceUnderTest) -> None:
    """Each look reads only what was proposed lately, however old the installation is."""
    await proposed(directory)
    store, handler = directory.store, directory.runtime.handler
    assert len(await open_acts(store, handler.loaded, directory.later(days=365))) == 1
    loaded: list[str] = []

    async def noting(stream: str) -> StreamState:
        loaded.append(stream)
        return await handler.loaded(stream)

    assert await open_acts(store, noting, directory.later(days=366)) == []
    assert loaded == []


def test_an_act_that_waits_names_its_first_day_in_the_business_zone() -> None:
    """16:30 UTC is half past midnight of the next day."""
    days = {"not_before": MONDAY.replace(hour=16, minute=30), "expires_at": MONDAY + MONTH}
    act = PendingAct(sample(ActProposed).model_copy(update=days), "u-city")
    with pytest.raises(RuleViolated, match="自 2025-03-04 起"):
        act.check_confirmable(MONDAY)


async def test_open_acts_are_listed_to_those_who_may_end_them(directory: ServiceUnderTest) -> None:
    act = await proposed(directory)
    (shown,) = (await directory.get("/pending-acts", "p-sec")).json()
    assert (shown["act"], shown["action"], shown["own"]) == (act, "fill-post", False)
    assert shown["content"] == OFFICE | {"unit": "u-edu"}
    (own,) = (await directory.get("/pending-acts", "p-sys")).json()
    assert own["own"]
    assert (await directory.get("/pending-acts", "p-1")).json() == []
    await directory.post(confirmation(act), as_="p-sec")
    assert (await directory.get("/pending-acts", "p-sec")).json() == []


async def test_the_content_is_opened_for_nobody_who_may_not_end_the_act(
    directory: ServiceUnderTest,
) -> None:
    """Else the trail would name readers who saw nothing, and everybody could fill it."""
    act, elsewhere = await proposed(directory), Post("security-admin", "u-other", ("u-other",))
    before = list(directory.vault_store.reads)
    for stranger in (HANDLER, Actor("p-other", (elsewhere,))):
        assert (await directory.get("/pending-acts", stranger)).json() == []
        refused(await directory.post(confirmation(act), as_=stranger.sub), 404, "not-found")
    assert directory.vault_store.reads == before
    await directory.get("/pending-acts", "p-sec")
    assert {reader for *_, reader in directory.vault_store.reads[len(before) :]} == {"p-sec"}


async def test_the_content_waits_sealed(directory: ServiceUnderTest) -> None:
    await proposed(directory)
    fact = (await directory.facts("unit-u-edu"))[-1]
    assert isinstance(fact, ActProposed)
    assert isinstance(fact.content, Sealed)
