"""The disclosure service through HTTP, on ports in memory."""

from dataclasses import replace
from typing import Any

import httpx
import pytest

from services.disclosure.app import SERVICE
from shared.contracts import handling, intake
from shared.contracts.case_event import CaseMark, Kind, Proposer
from shared.contracts.disclosure import CaseDisclosed, DisclosureRequested
from shared.contracts.payloads.handling import DisclosureProposal
from shared.kernel.actor import Actor, Post
from shared.kernel.messages import Sealed, Text
from shared.testing.service import MONDAY, ServiceUnderTest, at_organs

CASE, TASK = "5" * 32, "a" * 12
STREAM = f"disclosure-{CASE}"
CITY, HOU, POL = ("u-city",), ("u-hou", "u-city"), ("u-pol", "u-city")
PUBLISHER = Actor("p-pub-1", at_organs("publisher"))
SECOND = Actor("p-pub-2", at_organs("publisher"))
UNIT_PUBLISHER = Actor("p-pub-3", (Post("publisher", "u-hou", HOU),))
OTHER_UNIT = Actor("p-pub-4", (Post("publisher", "u-pol", POL),))
OFFICE = Actor("p-office", at_organs("office"))
HANDLER = Actor("p-handler", (Post("handler", "u-hou", HOU),))
PEOPLE = (PUBLISHER, SECOND, UNIT_PUBLISHER, OTHER_UNIT, OFFICE, HANDLER)
TITLE, LABEL, TEXT = (
    "关于整治停车秩序的建议",
    "2025年第58号建议",
    "已排查三百二十条，年内完成整治。",
)
FULL = {"mode": "open", "form": "full"}
WAY = f"/cases/{CASE}/publications/{TASK}"


def head(kind: Kind, channel: str) -> dict[str, Any]:
    mark = CaseMark(agency="u-city", kind=kind, channel=channel, period="2025")
    return {**mark.model_dump(), "at": MONDAY}


async def replied(
    kind: Kind = "suggestion", channel: str = "session", title: Text = TITLE, text: Text = TEXT
) -> ServiceUnderTest:
    """An accepted, numbered case with a delivered reply."""
    service, mark = ServiceUnderTest(SERVICE, *PEOPLE), head(kind, channel)
    deputy = Proposer(id="p-d1", known=True, masked="王建国", part="lead")
    reply = {
        "task": TASK,
        "unit": "u-hou",
        "number": "临建字〔2025〕12号",
        "meaning": "planned",
        "letter": "B",
    }
    facts = (
        intake.CaseAccepted(
            **mark, by="p-office", title=title, text="正文", proposers=(deputy,),
            subject="urban-environment", region="direct", consent=True,
            received_on=MONDAY.date(),
        ),
        intake.CaseNumbered(**mark, number=58, label=LABEL),
        handling.ReplySigned(
            **mark, **reply, by="p-head", version=1, public_text=text, digest="ab" * 32,
            disclosure=DisclosureProposal(mode="open", form="full"),
        ),
        handling.CaseReplied(**mark, **reply, part="lead", on_time=True),
    )  # fmt: skip
    for n, fact in enumerate(facts):
        owner = "intake" if n < 2 else "handling"
        await service.react_to(fact, f"{owner}-{CASE}", n % 2 + 1)
    return service


@pytest.fixture
async def service() -> ServiceUnderTest:
    return await replied()


async def approved(service: ServiceUnderTest) -> DisclosureRequested:
    await service.post(f"{WAY}/decision", FULL, as_=PUBLISHER)
    await service.post(f"{WAY}/review", {"approved": True}, as_=SECOND)
    request = (await service.facts(STREAM))[-1]
    assert isinstance(request, DisclosureRequested)
    return request


async def answered(service: ServiceUnderTest, answer: str) -> None:
    """Intake's answer to the request."""
    request = (await approved(service)).request
    payload = {**head("suggestion", "session"), "task": TASK, "request": request}
    fact = (
        intake.PublicationCleared(**payload)
        if answer == "cleared"
        else intake.PublicationRefused(**payload, reason=answer)
    )
    await service.react_to(fact, f"intake-{CASE}", 5)


async def seen(service: ServiceUnderTest) -> dict[str, Any]:
    body = (await service.get(f"/cases/{CASE}", as_=OFFICE)).json()
    publication: dict[str, Any] = body["publications"][0]
    return publication


def refusal(answer: httpx.Response) -> tuple[int, str]:
    return answer.status_code, answer.json()["rule"]


async def test_a_decision_and_its_review_ask_intake(service: ServiceUnderTest) -> None:
    decided = await service.post(f"{WAY}/decision", FULL, as_=PUBLISHER)
    assert (decided.status_code, decided.json()["facts"]) == (201, ["disclosure.decided.v1"])
    reviewed = await service.post(f"{WAY}/review", {"approved": True}, as_=SECOND)
    assert reviewed.json()["facts"] == ["disclosure.reviewed.v1", "disclosure.requested.v1"]
    assert (await seen(service))["status"] == "requested"


async def test_what_intake_clears_is_public_with_its_digest(service: ServiceUnderTest) -> None:
    await answered(service, "cleared")
    fact = (await service.facts(STREAM))[-1]
    assert isinstance(fact, CaseDisclosed)
    assert (fact.url, fact.public.names, fact.public.text) == (f"/cases/{CASE}", ("王建国",), TEXT)
    publication = await seen(service)
    assert (publication["status"], publication["digest"]) == ("disclosed", fact.digest)


async def test_what_intake_refuses_stays_unpublished_and_says_why(
    service: ServiceUnderTest,
) -> None:
    await answered(service, "withdrawn")
    publication = await seen(service)
    assert (publication["status"], publication["note"]) == ("released", "refused:withdrawn")


async def test_the_decider_does_not_review_himself(service: ServiceUnderTest) -> None:
    await service.post(f"{WAY}/decision", FULL, as_=PUBLISHER)
    answer = await service.post(f"{WAY}/review", {"approved": True}, as_=PUBLISHER)
    assert refusal(answer) == (409, "second-person")


async def test_a_delegate_of_the_decider_does_not_review_in_the_deciders_post(
    service: ServiceUnderTest,
) -> None:
    """In a post of his own he may."""
    await service.post(f"{WAY}/decision", FULL, as_=PUBLISHER)
    lent = tuple(replace(post, held_by=PUBLISHER.sub) for post in PUBLISHER.posts)
    answer = await service.post(f"{WAY}/review", {"approved": True}, Actor("p-pub-5", lent))
    assert refusal(answer) == (409, "second-person")
    both = Actor("p-pub-5", (*SECOND.posts, *lent))
    answer = await service.post(f"{WAY}/review", {"approved": True}, both)
    assert answer.status_code == 201, answer.text


async def test_what_a_stranger_types_is_not_screened(service: ServiceUnderTest) -> None:
    """The screen lets numbers pass by the row of the case: access comes first."""
    body = {"mode": "open", "form": "abstract", "text": "联系电话 13805761234"}
    answer = await service.post(f"{WAY}/decision", body, as_=OTHER_UNIT)
    assert answer.status_code in (403, 404)
    answer = await service.post(f"{WAY}/decision", body, as_=PUBLISHER)
    assert refusal(answer) == (409, "personal-data")


async def test_a_returned_decision_is_decided_again(service: ServiceUnderTest) -> None:
    await service.post(f"{WAY}/decision", FULL, as_=PUBLISHER)
    back = {"approved": False, "remark": "请改为摘要"}
    assert (await service.post(f"{WAY}/review", back, as_=SECOND)).status_code == 201
    assert ((await seen(service))["status"], (await seen(service))["note"]) == (
        "returned",
        "请改为摘要",
    )
    again = {"mode": "open", "form": "abstract", "text": "年内完成整治。"}
    assert (await service.post(f"{WAY}/decision", again, as_=PUBLISHER)).status_code == 201


async def test_a_phone_number_is_refused_with_its_place(service: ServiceUnderTest) -> None:
    body = {"mode": "open", "form": "abstract", "text": "联系电话13812345678"}
    answer = await service.post(f"{WAY}/decision", body, as_=PUBLISHER)
    assert refusal(answer) == (409, "personal-data")
    assert "第 5 个字" in answer.json()["detail"]
    assert "13812345678" not in answer.text


@pytest.mark.parametrize(
    "text", ["另一篇文字。", TEXT + "全部解决。", TEXT.replace("三", "五", 1) + "x"]
)
async def test_a_full_text_is_the_signed_one(service: ServiceUnderTest, text: str) -> None:
    answer = await service.post(f"{WAY}/decision", FULL | {"text": text}, as_=PUBLISHER)
    assert refusal(answer) == (409, "text-not-signed")
    assert answer.json()["field"] == "text"
    stranger = await service.post(f"{WAY}/decision", FULL | {"text": text}, as_=OTHER_UNIT)
    assert stranger.status_code in {403, 404}


async def test_a_full_text_may_cover_passages_of_the_signed_one(service: ServiceUnderTest) -> None:
    body = FULL | {"text": TEXT[:2] + "█" + TEXT[4:]}
    assert (await service.post(f"{WAY}/decision", body, as_=PUBLISHER)).status_code == 201


async def test_a_petition_is_refused_by_its_kind() -> None:
    sealed = Sealed(ref="r", size=3, digest="d")
    service = await replied("petition", "letter", sealed, sealed)
    answer = await service.post(f"{WAY}/decision", FULL, as_=PUBLISHER)
    assert refusal(answer) == (409, "not-publishable")


async def test_the_units_own_publisher_decides_and_another_units_does_not(
    service: ServiceUnderTest,
) -> None:
    """政府信息公开条例 art. 10."""
    assert (await service.post(f"{WAY}/decision", FULL, as_=OTHER_UNIT)).status_code == 404
    assert (await service.post(f"{WAY}/decision", FULL, as_=HANDLER)).status_code == 403
    assert (await service.post(f"{WAY}/decision", FULL, as_=UNIT_PUBLISHER)).status_code == 201


async def test_an_unknown_reply_is_not_there(service: ServiceUnderTest) -> None:
    other = f"/cases/{CASE}/publications/{'9' * 12}/decision"
    assert (await service.post(other, FULL, as_=PUBLISHER)).status_code == 404


@pytest.mark.parametrize(
    "body", [{}, {"mode": "public"}, FULL | {"note": "x"}, FULL | {"title": "长" * 201}]
)
async def test_a_malformed_decision_names_its_field(
    service: ServiceUnderTest, body: dict[str, str]
) -> None:
    answer = await service.post(f"{WAY}/decision", body, as_=PUBLISHER)
    assert answer.status_code == 422
    assert answer.json()["errors"]


async def test_what_is_public_is_taken_down_with_a_reason(service: ServiceUnderTest) -> None:
    early = await service.post(f"{WAY}/withdrawal", {"reason": "更正"}, as_=PUBLISHER)
    assert refusal(early) == (409, "not-disclosed")
    await answered(service, "cleared")
    assert (await service.post(f"{WAY}/withdrawal", {"reason": ""})).status_code == 422
    answer = await service.post(f"{WAY}/withdrawal", {"reason": "更正"}, as_=PUBLISHER)
    assert answer.json()["facts"] == ["disclosure.withdrawn.v1"]
    assert (await seen(service))["status"] == "withdrawn"


async def test_the_actions_follow_the_publication(service: ServiceUnderTest) -> None:
    assert await actions(service, PUBLISHER) == ["decide-disclosure", "decide-with-exemptions"]
    assert await actions(service, HANDLER) == []
    await service.post(f"{WAY}/decision", FULL, as_=PUBLISHER)
    assert await actions(service, PUBLISHER) == ["decide-disclosure", "decide-with-exemptions"]
    assert await actions(service, SECOND) == [
        "decide-disclosure", "decide-with-exemptions", "review-disclosure"
    ]  # fmt: skip


async def test_strangers_do_not_read_the_case(service: ServiceUnderTest) -> None:
    assert (await service.get(f"/cases/{CASE}", as_=OTHER_UNIT)).status_code == 404
    assert (await service.get(f"/cases/{CASE}/actions", as_=OTHER_UNIT)).status_code == 404


async def actions(service: ServiceUnderTest, actor: Actor) -> list[str]:
    body = (await service.get(f"/cases/{CASE}/actions", as_=actor)).json()
    return [each["action"] for each in body["actions"] if each["target"] == TASK]
