"""Findings of the screen are published only with reasons and a second person."""

from typing import Any

import pytest

from shared.contracts import intake
from shared.contracts.disclosure import CaseDisclosed, FindingsExempted, PublicationReleased
from shared.contracts.pending_acts import ActConfirmed
from shared.contracts.recusal import AgainstNamed
from shared.kernel.actor import Actor
from shared.kernel.messages import Sealed
from shared.testing.service import ServiceUnderTest
from tests.component.disclosure.test_api import (
    CASE,
    FULL,
    HANDLER,
    OTHER_UNIT,
    PUBLISHER,
    SECOND,
    STREAM,
    TEXT,
    WAY,
    head,
    refusal,
    replied,
)

PHONE = "0539-8123456"
SIGNED = f"{TEXT}如有疑问请致电本局值班室{PHONE}。"
START = SIGNED.index(PHONE) + 1
WHY = "本局对外公布的值班电话"
EXEMPTED: dict[str, Any] = {
    **FULL,
    "exemptions": [{"field": "text", "start": START, "reason": WHY}],
}
EXEMPTIONS = f"{WAY}/exemptions"


@pytest.fixture
async def service() -> ServiceUnderTest:
    return await replied(text=SIGNED)


async def proposed(service: ServiceUnderTest, body: Any = EXEMPTED) -> str:
    answer = await service.post(EXEMPTIONS, body, as_=PUBLISHER)
    assert (answer.status_code, answer.json()["facts"]) == (202, ["act.proposed.v1"]), answer.text
    act: str = answer.json()["pending"]
    return act


async def test_an_act_for_two_persons_foresees_that_it_waits(service: ServiceUnderTest) -> None:
    act = {"action": "decide-with-exemptions", "target": WAY.split("/")[-1], "body": EXEMPTED}
    answer = await service.post(f"/cases/{CASE}/consequences", act, as_=PUBLISHER)
    told = answer.json()
    assert (answer.status_code, told["second_person"], told["public"]) == (200, True, None)


async def confirm(service: ServiceUnderTest, act: str, as_: Actor = SECOND) -> Any:
    return await service.post(f"/pending-acts/{act}/confirmation", as_=as_)


async def published(service: ServiceUnderTest) -> Any:
    reviewed = await service.post(f"{WAY}/review", {"approved": True}, as_=SECOND)
    assert reviewed.status_code == 201, reviewed.text
    request = (await service.facts(STREAM))[-1].model_dump()["request"]
    mark = (await service.runtime.handler.loaded(STREAM)).state.mark
    payload = {**head(mark.kind, mark.channel), "task": WAY.rpartition("/")[2], "request": request}
    await service.react_to(intake.PublicationCleared(**payload), f"intake-{CASE}", 5)
    return (await service.facts(STREAM))[-1]


async def test_the_screen_says_what_it_found_in_words(service: ServiceUnderTest) -> None:
    answer = await service.post(f"{WAY}/decision", FULL, as_=PUBLISHER)
    assert refusal(answer) == (409, "personal-data")
    assert f"公开文本第 {START} 个字起疑似固定电话，" in answer.json()["detail"]
    assert "8123456" not in answer.text


async def test_two_persons_let_a_finding_pass(service: ServiceUnderTest) -> None:
    act = await proposed(service)
    assert refusal(await confirm(service, act, PUBLISHER)) == (403, "own-act")
    answer = await confirm(service, act)
    assert answer.json()["facts"] == [
        "disclosure.decided.v1", "findings.exempted.v1", "act.confirmed.v1"
    ]  # fmt: skip
    exempted, confirmed = (await service.facts(STREAM))[-2:]
    assert isinstance(exempted, FindingsExempted)
    assert isinstance(confirmed, ActConfirmed)
    assert (exempted.by, exempted.proposed_by, exempted.confirmed_by) == (
        PUBLISHER.sub, PUBLISHER.sub, SECOND.sub
    )  # fmt: skip
    [one] = exempted.exemptions
    assert (one.field, one.start, one.length, one.kind) == ("text", START, 12, "landline")
    assert isinstance(one.reason, Sealed)
    disclosed = await published(service)
    assert isinstance(disclosed, CaseDisclosed)
    assert PHONE in disclosed.public.text


async def test_the_fact_does_not_repeat_what_was_found(service: ServiceUnderTest) -> None:
    await confirm(service, await proposed(service))
    commits = [c for c in await service.store.read(STREAM) if c.actor in ("p-pub-1", "p-pub-2")]
    assert len(commits) == 2
    for commit in commits:
        assert "8123456" not in str(commit)
        assert WHY not in str(commit)


async def test_the_second_person_sees_what_was_found_and_why(service: ServiceUnderTest) -> None:
    act = await proposed(service)
    [shown] = (await service.get("/pending-acts", as_=SECOND)).json()
    assert (shown["act"], shown["action"], shown["own"]) == (act, "decide-with-exemptions", False)
    [one] = shown["content"]["exemptions"]
    assert (one["kind"], one["start"], one["reason"]) == ("landline", START, WHY)
    assert one["excerpt"] == SIGNED[START - 13 : START + 23]
    assert (await service.get("/pending-acts", as_=HANDLER)).json() == []
    assert (await confirm(service, act, OTHER_UNIT)).status_code == 404


async def test_readers_of_the_case_see_who_let_what_pass(service: ServiceUnderTest) -> None:
    await confirm(service, await proposed(service))
    body = (await service.get(f"/cases/{CASE}", as_=SECOND)).json()
    [one] = body["publications"][0]["exemptions"]
    assert (one["kind_name"], one["reason"]) == ("固定电话", WHY)


async def test_a_changed_text_has_no_exemption(service: ServiceUnderTest) -> None:
    await confirm(service, await proposed(service))
    for text in (SIGNED, SIGNED.replace("三百", "█")):
        answer = await service.post(f"{WAY}/decision", {**FULL, "text": text}, as_=PUBLISHER)
        assert refusal(answer) == (409, "personal-data")
    covered = {**FULL, "text": SIGNED.replace(PHONE, "█")}
    assert (await service.post(f"{WAY}/decision", covered, as_=PUBLISHER)).status_code == 201
    assert (await service.facts(STREAM))[-1].type == "disclosure.decided.v1"
    body = (await service.get(f"/cases/{CASE}", as_=SECOND)).json()
    assert body["publications"][0]["exemptions"] == []


async def test_every_finding_needs_its_own_exemption(service: ServiceUnderTest) -> None:
    text = f"值班电话{PHONE}，负责人手机13812345678。"
    abstract = {**EXEMPTED, "form": "abstract", "text": text}
    one = [{"field": "text", "start": 5, "reason": WHY}]
    answer = await service.post(EXEMPTIONS, {**abstract, "exemptions": one}, as_=PUBLISHER)
    assert refusal(answer) == (409, "personal-data")
    assert "第 23 个字起疑似手机号码" in answer.json()["detail"]
    both = [*one, {"field": "text", "start": 23, "reason": "同上"}]
    await confirm(service, await proposed(service, {**abstract, "exemptions": both}))
    assert (await published(service)).public.text == text


async def test_where_nothing_was_found_nothing_is_exempted(service: ServiceUnderTest) -> None:
    wrong = {**EXEMPTED, "exemptions": [{"field": "text", "start": 1, "reason": WHY}]}
    answer = await service.post(EXEMPTIONS, wrong, as_=PUBLISHER)
    assert refusal(answer) == (409, "finding-unknown")


@pytest.mark.parametrize(
    ("number", "name"),
    [("370102198002290127", "身份证号码"), ("6222020200112233446", "银行卡号")],
)
async def test_some_kinds_never_pass(service: ServiceUnderTest, number: str, name: str) -> None:
    body = {
        **EXEMPTED,
        "form": "abstract",
        "text": f"编号{number}。",
        "exemptions": [{"field": "text", "start": 3, "reason": "项目编号"}],
    }
    answer = await service.post(EXEMPTIONS, body, as_=PUBLISHER)
    assert refusal(answer) == (409, "never-exempt")
    assert name in answer.json()["detail"]
    assert number not in answer.text


async def test_people_without_the_right_get_no_look_at_the_words(
    service: ServiceUnderTest,
) -> None:
    assert (await service.post(EXEMPTIONS, EXEMPTED, as_=HANDLER)).status_code == 403
    for path in (EXEMPTIONS, f"{WAY}/decision"):
        body = EXEMPTED if path == EXEMPTIONS else FULL
        assert (await service.post(path, body, as_=OTHER_UNIT)).status_code == 404


async def test_an_act_ends_with_its_case(service: ServiceUnderTest) -> None:
    act = await proposed(service)
    withdrawn = intake.CaseWithdrawn(**head("suggestion", "session"), by="p-d1", reason="不再需要")
    await service.react_to(withdrawn, f"intake-{CASE}", 5)
    assert (await confirm(service, act)).status_code in (404, 409)
    assert "findings.exempted.v1" not in [f.type for f in await service.facts(STREAM)]


async def test_the_words_are_screened_again_when_they_are_published() -> None:
    """A number that was public when the decision was made may not be any more."""
    service = await replied()
    abstract = {**FULL, "form": "abstract", "text": "已整改，详询值班室。"}
    await service.post(f"{WAY}/decision", abstract, as_=PUBLISHER)
    vault = service.runtime.personal_data
    opened = vault.opened

    async def with_a_phone(*args: Any) -> dict[str, str]:
        return {**await opened(*args), "text": "联系13812345678。"}

    vault.opened = with_a_phone  # type: ignore[method-assign]
    released = await published(service)
    assert isinstance(released, PublicationReleased)
    assert released.reason == "personal-data"


async def test_the_words_of_a_case_against_the_publisher_are_not_screened_for_him(
    service: ServiceUnderTest,
) -> None:
    named = AgainstNamed(**head("suggestion", "session"), by="p-office", persons=(PUBLISHER.sub,))
    await service.react_to(named, f"intake-{CASE}", 9)
    wrong = {**EXEMPTED, "exemptions": [{"field": "text", "start": 1, "reason": WHY}]}
    answers = [await service.post(EXEMPTIONS, body, as_=PUBLISHER) for body in (wrong, EXEMPTED)]
    assert [answer.status_code for answer in answers] == [404, 404]
