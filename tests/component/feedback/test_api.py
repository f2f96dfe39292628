"""The feedback service through HTTP, on ports in memory."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from services.feedback.app import SERVICE
from shared.contracts.feedback import CaseRated, RehandlingOrdered
from shared.contracts.handling import CaseReplied
from shared.contracts.intake import CaseWithdrawn
from shared.contracts.reminder import ReminderSent
from shared.kernel import ids
from shared.kernel.actor import Actor, Post
from shared.kernel.calendar import business_day
from shared.kernel.messages import Sealed
from shared.service.config.policies import PolicyBook, load_policies
from shared.testing.service import ServiceUnderTest, at_organs

CASE, TASK = "5" * 32, "a" * 12
DEPUTY, OTHER = Actor("p-d1", deputy=True), Actor("p-d2", deputy=True)
OFFICE = Actor("p-office", at_organs("office"))
COUNTY_OFFICE = Actor("p-county", (Post("office", "u-c01", ("u-c01", "u-city")),))
HEAD = Actor("p-head", (Post("head", "u-hou", ("u-hou", "u-city")),))
AUDITOR = Actor("p-audit", (Post("auditor", "u-city", ("u-city",)),))
STREAM = f"feedback-{CASE}"
BAD = {"attitude": "satisfied", "result": "unsatisfied", "reason": "没有写明完成时间"}
GOOD = {"attitude": "satisfied", "result": "satisfied"}
ORGAN = Actor("p-organ", (Post("office", "u-deputies", ("u-deputies", "u-city")),))
"""Of deploy/places/shancheng, where the organ decides on a second handling."""
PEOPLE = (DEPUTY, OTHER, OFFICE, COUNTY_OFFICE, HEAD, AUDITOR)


@pytest.fixture
async def service() -> ServiceUnderTest:
    """A suggestion whose reply reached its two proposers."""
    return await replied("suggestion", "session", "p-d1", "p-d2")


async def replied(
    kind: str, channel: str, *raters: str, book: PolicyBook | None = None
) -> ServiceUnderTest:
    service = ServiceUnderTest(SERVICE, *PEOPLE, ORGAN, book=book)
    fact = CaseReplied.model_validate(
        {
            "at": service.now,
            "agency": "u-city",
            "kind": kind,
            "channel": channel,
            "period": "2025",
            "task": TASK,
            "unit": "u-hou",
            "part": "lead",
            "number": "临住建字〔2025〕12号",
            "letter": "B",
            "meaning": "in-progress",
            "raters": raters,
            "on_time": True,
        }
    )
    await service.react_to(fact, f"handling-{CASE}", 7)
    return service


async def evaluation_of(service: ServiceUnderTest, rater: str, by: Actor = OFFICE) -> str:
    body = (await service.get(f"/cases/{CASE}", as_=by)).json()
    return str(next(e["evaluation"] for e in body["evaluations"] if e["rater"] == rater))


async def path(service: ServiceUnderTest, rater: str = "p-d1", way: str = "rating") -> str:
    return f"/cases/{CASE}/evaluations/{await evaluation_of(service, rater)}/{way}"


async def test_whose_form_an_id_is_cannot_be_computed(service: ServiceUnderTest) -> None:
    """A unit knows the proposers, the fact that it caused and the commands that follow from it."""
    [commit] = await service.store.read(STREAM)
    seed = ids.fact_id(STREAM, 1, commit.command_id)
    guesses = {ids.entity_id(seed, f"evaluation:{TASK}:{who}") for who in ("p-d1", "p-d2")}
    real = {await evaluation_of(service, who) for who in ("p-d1", "p-d2")}
    assert len(real) == 2
    assert real.isdisjoint(guesses)
    again = await replied("suggestion", "session", "p-d1", "p-d2")
    assert real.isdisjoint({await evaluation_of(again, who) for who in ("p-d1", "p-d2")})


async def test_a_deputy_rates_and_the_answer_says_what_was_recorded(
    service: ServiceUnderTest,
) -> None:
    answer = await service.post(await path(service), GOOD, as_=DEPUTY)
    assert answer.status_code == 201
    assert answer.json()["facts"] == ["case.rated.v1"]
    assert answer.headers["ETag"] == '"3"'


async def test_unsatisfied_opens_the_second_round_at_once(service: ServiceUnderTest) -> None:
    answer = await service.post(await path(service), BAD, as_=DEPUTY)
    assert answer.json()["facts"] == ["case.rated.v1", "rehandling.ordered.v1"]
    rated, ordered = (await service.facts(STREAM))[-2:]
    assert isinstance(rated, CaseRated)
    assert isinstance(ordered, RehandlingOrdered)
    assert (rated.rehandling, ordered.next_round, ordered.tasks[0].unit) == (2, 2, "u-hou")


async def test_unsatisfied_without_a_reason_is_refused_with_the_field(
    service: ServiceUnderTest,
) -> None:
    answer = await service.post(await path(service), BAD | {"reason": "   "}, as_=DEPUTY)
    assert answer.status_code == 409
    assert (answer.json()["rule"], answer.json()["field"]) == ("reason-required", "reason")
    assert "理由" in answer.json()["detail"]


@pytest.mark.parametrize("stranger", [OTHER, HEAD, OFFICE, COUNTY_OFFICE])
async def test_nobody_but_the_rater_rates(service: ServiceUnderTest, stranger: Actor) -> None:
    answer = await service.post(await path(service), GOOD, as_=stranger)
    assert answer.status_code == (404 if stranger is COUNTY_OFFICE else 403)


async def test_the_office_enters_a_paper_form(service: ServiceUnderTest) -> None:
    answer = await service.post(await path(service, way="proxy-rating"), GOOD, as_=OFFICE)
    assert answer.status_code == 201
    body = (await service.get(f"/cases/{CASE}", as_=OFFICE)).json()
    found = next(e for e in body["evaluations"] if e["rater"] == "p-d1")
    assert (found["status"], found["entered_by"]) == ("rated", "p-office")


@pytest.mark.parametrize("stranger", [HEAD, DEPUTY, COUNTY_OFFICE])
async def test_no_unit_and_no_other_office_is_a_proxy(
    service: ServiceUnderTest, stranger: Actor
) -> None:
    """朝天政协系统说明: departments must not fill in a rating."""
    answer = await service.post(await path(service, way="proxy-rating"), GOOD, as_=stranger)
    assert answer.status_code == (404 if stranger is COUNTY_OFFICE else 403)


async def test_an_unknown_evaluation_is_not_there(service: ServiceUnderTest) -> None:
    answer = await service.post(f"/cases/{CASE}/evaluations/{'9' * 12}/proxy-rating", GOOD)
    assert answer.status_code == 404


@pytest.mark.parametrize(
    "body",
    [
        {"attitude": "satisfied"},
        GOOD | {"result": "excellent"},
        GOOD | {"stars": 5},
        GOOD | {"reason": "长" * 2_001},
    ],
)
async def test_a_malformed_form_names_its_field(
    service: ServiceUnderTest, body: dict[str, str]
) -> None:
    answer = await service.post(await path(service), body, as_=DEPUTY)
    assert answer.status_code == 422
    assert answer.json()["errors"]


async def test_a_withdrawn_case_takes_no_rating(service: ServiceUnderTest) -> None:
    way = await path(service)
    gone = CaseWithdrawn.model_validate(
        {
            "at": service.now,
            "agency": "u-city",
            "kind": "suggestion",
            "channel": "session",
            "period": "2025",
            "by": "p-d1",
        }
    )
    await service.react_to(gone, f"intake-{CASE}", 5)
    answer = await service.post(way, GOOD, as_=DEPUTY)
    assert (answer.status_code, answer.json()["rule"]) == (409, "case-stopped")


async def test_a_petitioners_reason_is_sealed_and_read_only_by_those_who_handle_it() -> None:
    service = await replied("petition", "letter", "office")
    way = await path(service, "office", "proxy-rating")
    assert (await service.post(way, BAD, as_=OFFICE)).status_code == 201
    rated = next(fact for fact in await service.facts(STREAM) if isinstance(fact, CaseRated))
    assert isinstance(rated.reason, Sealed)
    assert BAD["reason"] not in str(service.store.documents)
    seen = {
        actor.sub: (await service.get(f"/cases/{CASE}", as_=actor)).json()["evaluations"][0]
        for actor in (HEAD, AUDITOR)
    }
    assert seen["p-head"]["reason"] == BAD["reason"]
    assert seen["p-audit"]["reason"] is None


async def test_the_unit_learns_who_rated_when_everybody_was_heard(
    service: ServiceUnderTest,
) -> None:
    async def raters(reader: Actor) -> list[str | None]:
        body = (await service.get(f"/cases/{CASE}", as_=reader)).json()
        assert all(each["entered_by"] in (each["rater"], None) for each in body["evaluations"])
        return [each["rater"] for each in body["evaluations"]]

    last = await path(service, "p-d2")
    await service.post(await path(service), GOOD, as_=DEPUTY)
    assert await raters(HEAD) == [None, None]
    assert await raters(AUDITOR) == ["p-d1", "p-d2"]
    assert set(await raters(DEPUTY)) == {"p-d1", None}
    await service.post(last, GOOD, as_=OTHER)
    assert await raters(HEAD) == ["p-d1", "p-d2"]


async def test_while_a_second_handling_is_awaited_the_unit_does_not_learn_who_ordered_it(
    service: ServiceUnderTest,
) -> None:
    last = await path(service, "p-d2")
    await service.post(await path(service), BAD, as_=DEPUTY)
    await service.post(last, GOOD, as_=OTHER)
    body = (await service.get(f"/cases/{CASE}", as_=HEAD)).json()
    assert [each["rater"] for each in body["evaluations"]] == [None, None]


async def silent(service: ServiceUnderTest, form: str) -> None:
    """A month passes, and the rung that takes silence for an answer."""
    service.now += timedelta(days=30)
    rung = {"clock": "c" * 12, "rule": "rating", "subject": form, "rung": "wd+5", "deems": True}
    rung |= {"role": "proposer", "planned": service.now, "lateness_seconds": 0}
    mark = {"agency": "u-city", "kind": "suggestion", "channel": "session", "period": "2025"}
    passed = ReminderSent.model_validate({"at": service.now, **mark, **rung})
    await service.react_to(passed, f"clocks-{CASE}", 1)


async def test_a_form_that_came_in_time_is_entered_after_the_lapse_with_both_days(
    service: ServiceUnderTest,
) -> None:
    way, form = await path(service, way="proxy-rating"), await evaluation_of(service, "p-d1")
    await silent(service, form)
    came = business_day(service.now - timedelta(days=1)).isoformat()
    service.now += timedelta(days=2)
    answer = await service.post(way, GOOD | {"on": came}, as_=OFFICE)
    assert answer.status_code == 201
    body = (await service.get(f"/cases/{CASE}", as_=OFFICE)).json()
    found = next(e for e in body["evaluations"] if e["evaluation"] == form)
    assert (found["status"], found["replaces_lapse"], found["on"]) == ("rated", True, came)
    assert found["entered_on"] == business_day(service.now).isoformat()
    assert found["entered_by"] == "p-office"


async def test_the_button_for_a_lapsed_form_is_shown_while_it_may_be_entered(
    service: ServiceUnderTest,
) -> None:
    form = await evaluation_of(service, "p-d1")
    await silent(service, form)
    assert ("rate-by-proxy", form) in await actions(service, OFFICE)
    assert ("rate-reply", form) not in await actions(service, DEPUTY)
    service.now += timedelta(days=16)
    assert ("rate-by-proxy", form) not in await actions(service, OFFICE)


async def test_the_organ_decides_on_a_second_handling_and_the_proposer_reads_why() -> None:
    book = load_policies(Path("deploy/places/shancheng"))
    service = await replied("suggestion", "session", "p-d1", "p-d2", book=book)
    mine, other = [await evaluation_of(service, who, ORGAN) for who in ("p-d1", "p-d2")]
    for who, form in ((DEPUTY, mine), (OTHER, other)):
        await service.post(f"/cases/{CASE}/evaluations/{form}/rating", BAD, as_=who)
    assert await actions(service, ORGAN) == {("decide-rehandling", one) for one in (mine, other)}
    decision = f"/cases/{CASE}/evaluations/{mine}/rehandling-decision"
    for nobody in (DEPUTY, HEAD, AUDITOR):
        refused = await service.post(decision, {"ordered": True}, as_=nobody)
        assert refused.status_code == 403, nobody
    why = {"ordered": False, "note": "答复已写明完成时间。"}
    assert (await service.post(decision, why, as_=ORGAN)).status_code == 201
    seen = await seen_by(service, DEPUTY, mine)
    assert (seen["review"], seen["review_note"]) == ("refused", "答复已写明完成时间。")
    assert (await seen_by(service, AUDITOR, mine))["review_note"] is None
    waiting = await seen_by(service, ORGAN, other)
    assert (waiting["review"], waiting["review_on"]) == ("open", "2025-03-10")
    ordered = f"/cases/{CASE}/evaluations/{other}/rehandling-decision"
    assert (await service.post(ordered, {"ordered": True}, as_=ORGAN)).status_code == 201
    again = await seen_by(service, ORGAN, other)
    assert (again["review"], again["rehandling"]) == ("ordered", 2)
    assert await actions(service, ORGAN) == set()


async def seen_by(service: ServiceUnderTest, who: Actor, form: str) -> dict[str, Any]:
    body = (await service.get(f"/cases/{CASE}", as_=who)).json()
    found: dict[str, Any] = next(e for e in body["evaluations"] if e["evaluation"] == form)
    return found


async def test_strangers_do_not_read_the_case(service: ServiceUnderTest) -> None:
    assert (await service.get(f"/cases/{CASE}", as_=COUNTY_OFFICE)).status_code == 404
    assert (await service.get(f"/cases/{'0' * 32}", as_=OFFICE)).status_code == 404


async def test_the_actions_are_those_that_would_be_accepted(service: ServiceUnderTest) -> None:
    mine = await evaluation_of(service, "p-d1")
    both = {mine, await evaluation_of(service, "p-d2")}
    found = await actions(service, DEPUTY)
    assert found == {("rate-reply", mine)}
    assert await actions(service, OFFICE) == {("rate-by-proxy", one) for one in both}
    assert await actions(service, HEAD) == set()
    await service.post(await path(service), GOOD, as_=DEPUTY)
    assert await actions(service, DEPUTY) == set()


async def actions(service: ServiceUnderTest, actor: Actor) -> set[tuple[str, str]]:
    body = (await service.get(f"/cases/{CASE}/actions", as_=actor)).json()
    return {(one["action"], one["target"]) for one in body["actions"]}
