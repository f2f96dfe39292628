"""The next number of a unit's letters: offered, taken under concurrency, voided with a reason."""

import asyncio
from typing import Any

import pytest

from services.handling.domain.letters.number import stream_of
from shared.contracts import assignment, intake
from shared.contracts.handling import ReplySigned
from shared.contracts.letters import NumberTaken
from shared.contracts.recusal import AgainstNamed
from shared.http.idempotency import Requests
from shared.kernel.errors import Unavailable
from shared.kernel.messages import Sealed
from shared.testing.organisation import city, unit
from shared.testing.service import ServiceUnderTest
from tests.component.handling.test_api import (
    CASE,
    CO_LIAISON,
    CONTACT,
    DRAFT,
    HANDLER,
    HEAD,
    LEAD,
    LIAISON,
    OTHER_HEAD,
    PROPOSERS,
    SIGNATURE,
    STRANGER,
    STREAM,
    a_task,
    assigned,
    head,
    path,
    ready,
    rule_of,
)

REGISTER = stream_of("临住建字", "2025")
OTHER_CASE = "6" * 32
ANOTHER_LEAD = "b" * 12


@pytest.fixture
async def service() -> ServiceUnderTest:
    service = await assigned()
    await service.knows(city(), unit("u-hou", letter_words=("临住建字",)))
    return service


async def another_case(service: ServiceUnderTest) -> str:
    """Returns the path of a task of the same unit in another case, its draft ready."""
    fact = assignment.CaseAssigned(
        **head(service), tasks=(a_task(ANOTHER_LEAD, "u-hou", "lead"),),
        by="p-office", proposers=PROPOSERS,
    )  # fmt: skip
    await service.react_to(fact, f"assignment-{OTHER_CASE}", 2)
    base = f"/cases/{OTHER_CASE}/tasks/{ANOTHER_LEAD}"
    for what, body in (("contacts", CONTACT), ("drafts", DRAFT)):
        answer = await service.post(f"{base}/{what}", body, as_=HANDLER)
        assert answer.status_code == 201, answer.text
    return base


async def taken(service: ServiceUnderTest) -> list[str]:
    return [f.number for f in await service.facts(REGISTER) if isinstance(f, NumberTaken)]


async def following(service: ServiceUnderTest, as_: Any = HEAD, **query: Any) -> Any:
    return await service.get(path("next-number"), as_=as_, **query)


async def test_the_next_number_is_offered_and_taken(service: ServiceUnderTest) -> None:
    await ready(service)
    first = (await following(service)).json()
    assert first == {
        "number": "临住建字〔2025〕1号", "word": "临住建字", "year": "2025", "gapless": False
    }  # fmt: skip
    answer = await service.post(path("signature"), {}, as_=HEAD)
    assert answer.status_code == 201, answer.text
    signed = (await service.facts(STREAM))[-1]
    assert isinstance(signed, ReplySigned)
    assert signed.number == first["number"]
    assert (await following(service, LIAISON)).json()["number"] == first["number"]


async def test_two_who_sign_at_once_get_two_numbers(service: ServiceUnderTest) -> None:
    await ready(service)
    other = await another_case(service)
    answers = await asyncio.gather(
        service.post(path("signature"), {}, as_=HEAD),
        service.post(f"{other}/signature", {}, as_=HEAD),
    )
    assert [answer.status_code for answer in answers] == [201, 201]
    assert sorted(await taken(service)) == ["临住建字〔2025〕1号", "临住建字〔2025〕2号"]


async def test_a_number_survives_the_process_that_took_it(
    service: ServiceUnderTest, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Dead after the number and before the signature: the reply gets it at the next try."""
    await ready(service)
    append = service.store.append

    async def dies(draft: Any) -> Any:
        if draft.stream == STREAM:
            raise Unavailable("the process is gone")
        return await append(draft)

    monkeypatch.setattr(service.store, "append", dies)
    assert (await service.post(path("signature"), {}, as_=HEAD)).status_code == 503
    monkeypatch.undo()
    assert await taken(service) == ["临住建字〔2025〕1号"]
    other = await another_case(service)
    assert (await service.post(f"{other}/signature", {}, as_=HEAD)).status_code == 201
    assert (await service.post(path("signature"), {}, as_=HEAD)).status_code == 201
    assert await taken(service) == ["临住建字〔2025〕1号", "临住建字〔2025〕2号"]


async def test_a_repeated_request_takes_no_second_number(service: ServiceUnderTest) -> None:
    await ready(service)
    for _ in range(2):
        assert (await service.post(path("signature"), {}, as_=HEAD, key="k")).status_code == 201
    assert len(await taken(service)) == 1


NINTH, TENTH = ({"number": f"临住建字〔2025〕{serial}号"} for serial in (9, 10))


async def test_another_number_under_the_key_of_a_lost_signature_is_entered(
    service: ServiceUnderTest, monkeypatch: pytest.MonkeyPatch
) -> None:
    await ready(service)
    await lost(service, NINTH, monkeypatch)
    assert (await service.post(path("signature"), TENTH, as_=HEAD, key="k")).status_code == 201
    other = await another_case(service)
    doubled = await service.post(f"{other}/signature", TENTH, as_=HEAD)
    assert await rule_of(doubled) == (409, "number-taken")
    assert (await service.post(f"{other}/signature", NINTH, as_=HEAD)).status_code == 201


async def lost(service: ServiceUnderTest, body: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """Has the store fail between the number and the signature."""
    append = service.store.append

    async def fails(draft: Any) -> Any:
        if draft.stream == STREAM:
            raise Unavailable("no primary")
        return await append(draft)

    monkeypatch.setattr(service.store, "append", fails)
    answer = await service.post(path("signature"), body, as_=HEAD, key="k")
    assert answer.status_code == 503
    monkeypatch.undo()


@pytest.mark.parametrize("body", [{}, NINTH])
async def test_one_key_for_two_letters_takes_a_number_for_each(
    service: ServiceUnderTest, body: dict[str, str]
) -> None:
    """By a process that does not remember the first request (ADR 68)."""
    await ready(service)
    other = await another_case(service)
    assert (await service.post(path("signature"), {}, as_=HEAD, key="k")).status_code == 201
    service.requests = Requests()
    del service.app, service.http
    answer = await service.post(f"{other}/signature", body, as_=HEAD, key="k")
    assert answer.status_code == 201, answer.text
    signed = (await service.facts(f"handling-{OTHER_CASE}"))[-1]
    assert isinstance(signed, ReplySigned)
    assert signed.number == (body.get("number") or "临住建字〔2025〕2号")
    assert await taken(service) == ["临住建字〔2025〕1号", signed.number]


async def test_a_unit_says_which_of_its_series(service: ServiceUnderTest) -> None:
    await service.knows(city(), unit("u-hou", letter_words=("临住建字", "临房字")))
    await ready(service)
    assert await rule_of(await service.post(path("signature"), {}, as_=HEAD)) == (
        409, "number-series-choice"
    )  # fmt: skip
    foreign = await service.post(path("signature"), {"word": "临教字"}, as_=HEAD)
    assert await rule_of(foreign) == (409, "number-series")
    answer = await service.post(path("signature"), {"word": "临房字"}, as_=HEAD)
    assert answer.status_code == 201
    signed = (await service.facts(STREAM))[-1]
    assert isinstance(signed, ReplySigned)
    assert signed.number == "临房字〔2025〕1号"


async def test_a_unit_without_a_series_writes_the_whole_number() -> None:
    service = await assigned()
    await ready(service)
    answer = await service.post(path("signature"), {}, as_=HEAD)
    assert await rule_of(answer) == (409, "number-series-unknown")
    assert (await service.post(path("signature"), SIGNATURE, as_=HEAD)).status_code == 201


async def test_a_voided_number_stays_visible_with_its_reason(service: ServiceUnderTest) -> None:
    await ready(service)
    body = {"number": "临住建字〔2025〕1号", "reason": "打印有误，改用下一个文号"}
    answer = await service.post(path("numbers/voidings"), body, as_=HEAD)
    assert answer.json()["facts"] == ["letter.number-voided.v1"], answer.text
    assert isinstance((await service.facts(REGISTER))[-1].model_dump()["reason"], dict)
    assert (await service.post(path("signature"), {}, as_=HEAD)).status_code == 201
    shown = (await service.get(path("numbers"), as_=LIAISON)).json()
    rows = [(one["number"], one["status"], one["reason"]) for one in shown["numbers"]]
    assert rows == [
        ("临住建字〔2025〕1号", "voided", body["reason"]), ("临住建字〔2025〕2号", "taken", None)
    ]  # fmt: skip
    assert (shown["free"], shown["numbers"][1]["case_id"]) == ([], CASE)
    kept = {"number": "临住建字〔2025〕2号", "reason": "误签"}
    assert await rule_of(await service.post(path("numbers/voidings"), kept, as_=HEAD)) == (
        409, "number-taken"
    )  # fmt: skip


async def test_the_number_of_a_case_that_was_withdrawn_may_be_voided(
    service: ServiceUnderTest,
) -> None:
    """It was taken, and the case ended before the signature: the gap is explained."""
    other = await another_case(service)
    place = {"agency": "u-city", "case": CASE, "task": LEAD, "unit": "u-hou"}
    number = "临住建字〔2025〕1号"
    await service.given(REGISTER, NumberTaken(at=service.now, by=HEAD.sub, number=number, **place))
    body = {"number": number, "reason": "该件已撤回，未签发"}
    early = await service.post(f"{other}/numbers/voidings", body, as_=HEAD)
    assert await rule_of(early) == (409, "number-taken")
    withdrawn = intake.CaseWithdrawn(
        **head(service), by="p-d1", reason=Sealed(ref="r", size=1, digest="d")
    )
    await service.react_to(withdrawn, f"intake-{CASE}", 5)
    late = await service.post(f"{other}/numbers/voidings", body, as_=HEAD)
    assert late.status_code == 201, late.text


@pytest.mark.parametrize("way", ["next-number", "numbers"])
async def test_numbers_are_for_those_who_sign_or_keep_them(
    service: ServiceUnderTest, way: str
) -> None:
    for who in (HANDLER, CO_LIAISON, OTHER_HEAD, STRANGER):
        assert (await service.get(path(way), as_=who)).status_code == 404
    body = {"number": "临住建字〔2025〕1号", "reason": "无"}
    for who, status in ((HANDLER, 404), (OTHER_HEAD, 404), (STRANGER, 404)):
        answer = await service.post(path("numbers/voidings"), body, as_=who)
        assert answer.status_code == status
    assert (await service.post(path("signature"), {}, as_=STRANGER)).status_code == 404
    assert (await service.post(path("signature"), SIGNATURE, as_=OTHER_HEAD)).status_code == 404


async def test_a_unit_that_the_case_is_against_learns_no_number_by_it(
    service: ServiceUnderTest,
) -> None:
    mark = {"at": service.now, "agency": "u-city", "kind": "petition", "channel": "letter"}
    named = AgainstNamed(**mark, period="2025", by="p-office", units=("u-hou",))
    assert (await following(service)).status_code == 200
    await service.react_to(named, f"intake-{CASE}", 9)
    answers = [await following(service), await service.get(path("numbers"), as_=HEAD)]
    body = {"number": "临住建字〔2025〕1号", "reason": "打印有误"}
    answers.append(await service.post(path("numbers/voidings"), body, as_=HEAD))
    assert [answer.status_code for answer in answers] == [404] * 3
    assert not await service.facts(REGISTER)
