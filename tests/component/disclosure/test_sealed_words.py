"""Words of a publisher about a citizen's letter stay in the vault until they are public."""

from typing import Any

import pytest

from shared.contracts import intake
from shared.contracts.disclosure import (
    CaseDisclosed,
    DisclosureDecided,
    DisclosureRequested,
    PublicationReleased,
)
from shared.kernel.actor import Actor, Post
from shared.kernel.messages import Sealed
from shared.testing.service import ServiceUnderTest
from tests.component.disclosure.test_api import (
    CASE,
    CITY,
    HANDLER,
    OFFICE,
    PUBLISHER,
    SECOND,
    STREAM,
    WAY,
    head,
    refusal,
    replied,
)

SEALED = Sealed(ref="r", size=3, digest="d")
TITLE, TEXT = "关于夜间施工噪声的来信", "已责令停工整改，欧阳女士已知悉。"
ABSTRACT = {"mode": "open", "form": "abstract", "title": TITLE, "text": TEXT}
AUDITOR = Actor("p-audit", (Post("auditor", "u-city", CITY),))


@pytest.fixture
async def letter() -> ServiceUnderTest:
    """A citizen's letter that was answered."""
    return await replied("hotline", "mailbox", SEALED, SEALED)


def log_of(service: ServiceUnderTest) -> str:
    return str(service.store.documents) + str(service.requests.__dict__)


async def requested(service: ServiceUnderTest, body: Any = ABSTRACT) -> str:
    answer = await service.post(f"{WAY}/decision", body, as_=PUBLISHER, key="decided")
    assert answer.status_code == 201, answer.text
    await service.post(f"{WAY}/review", {"approved": True}, as_=SECOND)
    request = (await service.facts(STREAM))[-1]
    assert isinstance(request, DisclosureRequested)
    return request.request


async def cleared(service: ServiceUnderTest, request: str) -> Any:
    payload = {**head("hotline", "mailbox"), "request": request, "task": WAY.rpartition("/")[2]}
    await service.react_to(intake.PublicationCleared(**payload), f"intake-{CASE}", 5)
    return (await service.facts(STREAM))[-1]


async def test_a_decision_says_nothing_in_the_log_until_it_is_published(
    letter: ServiceUnderTest,
) -> None:
    request = await requested(letter)
    decided = next(f for f in await letter.facts(STREAM) if isinstance(f, DisclosureDecided))
    assert isinstance(decided.title, Sealed)
    assert isinstance(decided.text, Sealed)
    assert TITLE not in log_of(letter)
    assert TEXT not in log_of(letter)
    disclosed = await cleared(letter, request)
    assert isinstance(disclosed, CaseDisclosed)
    assert (disclosed.public.title, disclosed.public.text) == (TITLE, TEXT)
    assert disclosed.public.names == ("王建国",)


async def test_words_that_are_lost_give_the_reservation_back(letter: ServiceUnderTest) -> None:
    request = await requested(letter)
    await letter.runtime.personal_data.destroy(CASE)
    released = await cleared(letter, request)
    assert isinstance(released, PublicationReleased)
    assert (released.request, released.reason) == (request, "text-missing")


async def test_the_same_decision_sealed_twice_changes_nothing(letter: ServiceUnderTest) -> None:
    first = await letter.post(f"{WAY}/decision", ABSTRACT, as_=PUBLISHER)
    again = await letter.post(f"{WAY}/decision", ABSTRACT, as_=PUBLISHER)
    assert (len(first.json()["facts"]), again.json()["facts"]) == (1, [])


async def test_a_phone_is_found_before_it_is_sealed(letter: ServiceUnderTest) -> None:
    for field in ("title", "text"):
        body = ABSTRACT | {field: "联系电话13812345678"}
        answer = await letter.post(f"{WAY}/decision", body, as_=PUBLISHER)
        assert refusal(answer) == (409, "personal-data")
        assert answer.json()["field"] == field


async def test_remark_and_reason_of_a_sealed_case_are_sealed(letter: ServiceUnderTest) -> None:
    await letter.post(f"{WAY}/decision", ABSTRACT, as_=PUBLISHER)
    remark = {"approved": False, "remark": "欧阳女士的姓名应当隐去"}
    assert (await letter.post(f"{WAY}/review", remark, as_=SECOND)).status_code == 201
    disclosed = await cleared(letter, await requested(letter, ABSTRACT | {"text": "已整改。"}))
    assert isinstance(disclosed, CaseDisclosed)
    gone = await letter.post(f"{WAY}/withdrawal", {"reason": "欧阳女士要求"}, as_=PUBLISHER)
    assert gone.json()["facts"] == ["disclosure.withdrawn.v1"]
    assert "欧阳" not in log_of(letter)
    assert (await seen(letter, OFFICE))["note"] == "欧阳女士要求"


async def seen(service: ServiceUnderTest, reader: Actor) -> Any:
    return (await service.get(f"/cases/{CASE}", as_=reader)).json()["publications"][0]


async def test_who_may_read_texts_reads_them_and_an_auditor_reads_that_there_are_some(
    letter: ServiceUnderTest,
) -> None:
    await letter.post(f"{WAY}/decision", ABSTRACT, as_=PUBLISHER)
    await letter.post(f"{WAY}/review", {"approved": False, "remark": "请再核"}, as_=SECOND)
    for reader in (PUBLISHER, SECOND, OFFICE, HANDLER):
        publication = await seen(letter, reader)
        assert (publication["decision"]["title"], publication["decision"]["text"]) == (TITLE, TEXT)
        assert (publication["review"]["remark"], publication["note"]) == ("请再核", "请再核")
    publication = await seen(letter, AUDITOR)
    assert (publication["decision"]["mode"], publication["decision"]["text"]) == ("open", None)
    assert (publication["review"]["remark"], publication["note"]) == (None, None)


@pytest.mark.parametrize("reason", ["因涉及欧阳女士", "13812345678", "11010119900307001X", " "])
async def test_a_reason_is_a_code(letter: ServiceUnderTest, reason: str) -> None:
    body = {"mode": "closed", "reason": reason}
    answer = await letter.post(f"{WAY}/decision", body, as_=PUBLISHER)
    assert (answer.status_code, answer.json()["field"]) == (422, "reason")
