"""The review of an opinion on a petition through HTTP: who asks, who decides, who reads."""

from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from shared.contracts import reviews as facts
from shared.contracts.intake import AgainstNamed, CaseClassified, CaseWithdrawn
from shared.contracts.reminder import ReminderSent
from shared.kernel.actor import Actor, Post
from shared.kernel.calendar import business_day
from shared.kernel.messages import Sealed
from shared.service.config.policies import load_policies
from shared.testing.samples import sample
from shared.testing.service import ServiceUnderTest
from tests.component.feedback.test_api import (
    AUDITOR,
    CASE,
    COUNTY_OFFICE,
    HEAD,
    STREAM,
    TASK,
    replied,
)

CITIZEN = Actor("p-citizen")
"""A petitioner whom the directory knows."""
ORGAN = Actor("p-xf", (Post("office", "u-petition", ("u-petition", "u-city")),))
VISITS = Actor("p-visits", (Post("office", "u-visits", ("u-visits", "u-city")),))
GOVERNMENT = Actor("p-gov", (Post("office", "u-gov-office", ("u-gov-office", "u-city")),))
MARK = {"agency": "u-city", "kind": "petition", "channel": "letter", "period": "2025"}
WHY = {"reason": "处理意见没有说明补贴的依据"}
OPINION = {"outcome": "upheld", "findings": "所住楼栋不在范围内", "ruling": "予以维持"}
REVIEW = f"/cases/{CASE}/reviews/{TASK}"


async def answered(*raters: str, book: Any = None, purpose: str = "appeal") -> ServiceUnderTest:
    """A petition whose opinion reached its petitioner."""
    service = await replied("petition", "letter", *(raters or ("p-citizen",)), book=book)
    known = sample(CaseClassified).model_copy(update={**MARK, "purpose": purpose})
    await service.react_to(known.model_copy(update={"at": service.now}), f"intake-{CASE}", 4)
    return service


@pytest.fixture
async def service() -> ServiceUnderTest:
    return await answered()


async def views(service: ServiceUnderTest, who: Actor = ORGAN) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = (await service.get(f"/cases/{CASE}", as_=who)).json()["reviews"]
    return found


async def decided(service: ServiceUnderTest, who: Actor = ORGAN, **changes: Any) -> None:
    answer = await service.post(f"{REVIEW}/opinion", OPINION | changes, as_=who)
    assert answer.status_code == 201, answer.text
    day = business_day(service.now).isoformat()
    told = await service.post(f"{REVIEW}/delivery", {"on": day, "mode": "letter"}, as_=who)
    assert told.status_code == 201, told.text


async def test_two_levels_and_the_end(service: ServiceUnderTest) -> None:
    answer = await service.post(f"{REVIEW}/request", WHY, as_=CITIZEN)
    assert answer.json()["facts"] == ["review.requested.v1"]
    await decided(service)
    service.now += timedelta(days=3)
    assert (await service.post(f"{REVIEW}/request", WHY, as_=CITIZEN)).status_code == 201
    await decided(service, issuer="省人民政府")
    first, second = await views(service, CITIZEN)
    assert (first["level"], second["level"]) == ("review", "recheck")
    assert (second["issuer"], second["concluded"]) == ("省人民政府", "rechecked")
    assert (first["ruling"], first["reason"]) == (OPINION["ruling"], WHY["reason"])
    again = await service.post(f"{REVIEW}/request", WHY, as_=CITIZEN)
    assert (again.status_code, again.json()["rule"]) == (409, "petition-concluded")


async def test_words_are_sealed_and_open_for_those_who_decide_and_answer(
    service: ServiceUnderTest,
) -> None:
    await service.post(f"{REVIEW}/request", WHY, as_=CITIZEN)
    await decided(service)
    kept = await service.facts(STREAM)
    asked = next(each for each in kept if isinstance(each, facts.ReviewRequested))
    assert isinstance(asked.reason, Sealed)
    assert not [word for word in (*WHY.values(), OPINION["findings"], OPINION["ruling"])
                if word in str(service.store.documents)]  # fmt: skip
    assert [(await views(service, who))[0]["reason"] for who in (ORGAN, HEAD, CITIZEN)] == [
        WHY["reason"]
    ] * 3
    hidden = (await views(service, AUDITOR))[0]
    assert (hidden["reason"], hidden["findings"], hidden["ruling"]) == (None, None, None)
    assert hidden["outcome"] == "upheld"


@pytest.mark.parametrize("stranger", [HEAD, COUNTY_OFFICE, AUDITOR])
async def test_nobody_else_asks_or_decides(service: ServiceUnderTest, stranger: Actor) -> None:
    denied = (403, 404)
    assert (await service.post(f"{REVIEW}/request", WHY, as_=stranger)).status_code in denied
    await service.post(f"{REVIEW}/request", WHY, as_=CITIZEN)
    assert (await service.post(f"{REVIEW}/opinion", OPINION, as_=stranger)).status_code in denied
    assert (await service.post(f"{REVIEW}/opinion", OPINION, as_=CITIZEN)).status_code in denied


@pytest.mark.parametrize("who", [ORGAN, HEAD])
async def test_an_organ_or_unit_that_the_petition_is_against_neither_reads_nor_decides(
    service: ServiceUnderTest, who: Actor
) -> None:
    await service.post(f"{REVIEW}/request", WHY, as_=CITIZEN)
    unit = who.posts[0].unit
    named = AgainstNamed(**MARK, at=service.now, by="p-x", units=(unit,))
    await service.react_to(named, f"intake-{CASE}", 9)
    assert (await service.get(f"/cases/{CASE}", as_=who)).status_code == 404
    assert (await service.post(f"{REVIEW}/opinion", OPINION, as_=who)).status_code == 404
    assert (await service.get(f"/cases/{CASE}", as_=CITIZEN)).status_code == 200


async def test_each_of_five_joint_petitioners_may_ask_and_one_request_is_made() -> None:
    raters = [f"p-c{n}" for n in range(5)]
    service = await answered(*raters)
    assert (await service.post(f"{REVIEW}/request", WHY, as_=Actor("p-c4"))).status_code == 201
    other = await service.post(f"{REVIEW}/request", WHY, as_=Actor("p-c0"))
    assert (other.status_code, other.json()["rule"]) == (409, "review-under-way")
    assert (await views(service, Actor("p-c2")))[0]["asked_by"] == "p-c4"
    stranger = await service.post(f"{REVIEW}/request", WHY, as_=Actor("p-c5"))
    assert stranger.status_code in (403, 404)


async def test_a_petition_that_is_withdrawn_during_its_review_is_not_decided(
    service: ServiceUnderTest,
) -> None:
    await service.post(f"{REVIEW}/request", WHY, as_=CITIZEN)
    gone = sample(CaseWithdrawn).model_copy(update={**MARK, "at": service.now})
    await service.react_to(gone, f"intake-{CASE}", 9)
    refused = await service.post(f"{REVIEW}/opinion", OPINION, as_=ORGAN)
    assert refused.status_code in (403, 409), refused.text
    offered = (await service.get(f"/cases/{CASE}/actions", as_=ORGAN)).json()["actions"]
    assert not [each for each in offered if each["target"] == TASK]


async def test_the_office_enters_the_paper_of_a_citizen(service: ServiceUnderTest) -> None:
    body = WHY | {"on": business_day(service.now).isoformat()}
    assert (await service.post(f"{REVIEW}/request", body, as_=ORGAN)).status_code == 201
    [review] = await views(service)
    assert (review["asked_by"], review["asked_on"]) == ("p-xf", body["on"])


async def test_silence_ends_the_way_and_a_paper_that_came_in_time_undoes_it(
    service: ServiceUnderTest,
) -> None:
    [review] = await views(service)
    last = date.fromisoformat(review["ask_until"])
    service.now += timedelta(days=(last - business_day(service.now)).days + 2)
    rung = {"clock": "c" * 12, "rule": "review-request", "subject": TASK, "rung": "d0"}
    rung |= {"deems": True, "role": "proposer", "planned": service.now, "lateness_seconds": 0}
    silent = ReminderSent.model_validate({"at": service.now, **MARK, **rung})
    await service.react_to(silent, f"clocks-{CASE}", 1)
    assert (await views(service))[0]["concluded"] == "not-requested"
    late = await service.post(f"{REVIEW}/request", WHY, as_=CITIZEN)
    assert (late.status_code, late.json()["rule"]) == (409, "review-late")
    entered = await service.post(f"{REVIEW}/request", WHY | {"on": last.isoformat()}, as_=ORGAN)
    assert entered.status_code == 201, entered.text
    [review] = await views(service)
    assert (review["status"], review["concluded"]) == ("requested", None)


async def test_other_purposes_have_no_review() -> None:
    service = await answered(purpose="advice")
    assert await views(service) == []
    answer = await service.post(f"{REVIEW}/request", WHY, as_=CITIZEN)
    assert (answer.status_code, answer.json()["rule"]) == (409, "not-reviewable")
    unknown = await service.post(f"/cases/{CASE}/reviews/{'9' * 12}/request", WHY, as_=ORGAN)
    assert unknown.status_code == 404


async def test_another_place_has_each_level_at_an_organ_of_its_own() -> None:
    service = await answered(book=load_policies(Path("deploy/places/shancheng")))
    await service.post(f"{REVIEW}/request", WHY, as_=CITIZEN)
    refused = await service.post(f"{REVIEW}/opinion", OPINION, as_=GOVERNMENT)
    assert refused.status_code == 403
    await decided(service, VISITS)
    await service.post(f"{REVIEW}/request", WHY, as_=CITIZEN)
    assert (await service.post(f"{REVIEW}/opinion", OPINION, as_=VISITS)).status_code == 403
    day = (business_day(service.now) + timedelta(days=7)).isoformat()
    hearing = {"day": day, "place": "听证室"}
    assert (await service.post(f"{REVIEW}/hearing", hearing, as_=VISITS)).status_code == 403
    assert (await service.post(f"{REVIEW}/hearing", hearing, as_=GOVERNMENT)).status_code == 201
    service.now += timedelta(days=8)
    ended = {"held": True, "note": "双方陈述了意见", "on": day}
    over = await service.post(f"{REVIEW}/hearing-end", ended, as_=GOVERNMENT)
    assert over.status_code == 201, over.text
    await decided(service, GOVERNMENT)
    [held] = (await views(service, GOVERNMENT))[-1]["hearings"]
    assert (held["held"], held["paused"], held["note"]) == (True, True, ended["note"])


async def test_the_next_step_is_offered_to_whose_it_is(service: ServiceUnderTest) -> None:
    async def steps(who: Actor) -> set[str]:
        found = (await service.get(f"/cases/{CASE}/actions", as_=who)).json()["actions"]
        return {each["action"] for each in found if each["target"] == TASK}

    assert await steps(CITIZEN) == {"request-review"}
    assert await steps(ORGAN) == {"request-review"}
    await service.post(f"{REVIEW}/request", WHY, as_=CITIZEN)
    assert (await steps(CITIZEN), await steps(ORGAN)) == (set(), {"decide-review"})
