"""Answers item by item through HTTP: refused until each item has one, printed behind the letter."""

from typing import Any

from services.handling.domain.tasks.state import Handling
from shared.contracts.handling import ReplySigned
from shared.contracts.intake import CaseAccepted
from shared.kernel.messages import Sealed
from shared.testing.samples import sample
from shared.testing.service import ServiceUnderTest
from tests.component.handling.test_api import (
    CASE,
    CLOSED_DRAFT,
    DEPUTY,
    DRAFT,
    HANDLER,
    HEAD,
    LEAD,
    SIGNATURE,
    STRANGER,
    STREAM,
    TEXT,
    assigned,
    head,
    path,
    ready,
    shown,
)

ASKS = ("夜间公交开到高铁站", "公布排水管网改造计划")
ANSWERS = [
    {"ask": 1, "outcome": "planned", "until": "2025-12-31", "text": "列入四季度线网调整"},
    {"ask": 2, "outcome": "declined", "text": "管网图涉密"},
]
LETTER = (
    f"{TEXT}\n\n逐项答复：\n"
    f"1. {ASKS[0]}\n答复：已采纳，列入计划（2025年12月31日前）。列入四季度线网调整\n"
    f"2. {ASKS[1]}\n答复：未采纳。管网图涉密"
)


async def asked(kind: str = "suggestion", channel: str = "session", asks: Any = ASKS) -> Any:
    """A case in the hands of its units, with the items of its paper."""
    service = await assigned(kind, channel)
    fact = sample(CaseAccepted).model_copy(update={**head(service, kind, channel), "asks": asks})
    await service.react_to(fact, f"intake-{CASE}", 2)
    return service


async def test_a_draft_answers_every_item() -> None:
    service = await asked()
    answer = await service.post(path("drafts"), DRAFT, as_=HANDLER)
    problem = answer.json()
    assert (answer.status_code, problem["rule"], problem["field"]) == (
        409, "ask-unanswered", "answers",
    )  # fmt: skip
    assert "第 1、2 项没有答复" in problem["detail"]
    body = DRAFT | {"answers": ANSWERS}
    assert (await service.post(path("drafts"), body, as_=HANDLER)).status_code == 201
    draft = (await shown(service, HANDLER))[LEAD]["drafts"][0]
    assert [each["text"] for each in draft["answers"]] == ["列入四季度线网调整", "管网图涉密"]
    assert (await shown(service, DEPUTY))[LEAD]["drafts"] == []


async def test_the_letter_that_the_proposer_and_the_public_read_has_the_answers() -> None:
    service = await asked()
    await ready(service, DRAFT | {"answers": ANSWERS})
    assert (await service.post(path("signature"), SIGNATURE, as_=HEAD)).status_code == 201
    signed = (await service.facts(STREAM))[-1]
    assert isinstance(signed, ReplySigned)
    assert signed.public_text == LETTER
    reply = (await shown(service, DEPUTY))[LEAD]["reply"]
    assert reply["public_text"] == LETTER
    assert [(each["ask"], each["outcome"]) for each in reply["answers"]] == [
        (1, "planned"), (2, "declined"),
    ]  # fmt: skip
    assert (await service.get(f"/cases/{CASE}", as_=STRANGER)).status_code == 404


async def test_answers_to_a_sealed_paper_stay_sealed_and_are_opened_for_its_readers() -> None:
    refs = tuple(Sealed(ref=f"r{n}", size=9, digest=f"d{n}") for n in range(2))
    service = await asked("hotline", "mailbox", refs)
    await ready(service, CLOSED_DRAFT | {"answers": ANSWERS})
    assert (await service.post(path("signature"), SIGNATURE, as_=HEAD)).status_code == 201
    signed = (await service.facts(STREAM))[-1]
    assert isinstance(signed, ReplySigned)
    assert isinstance(signed.public_text, Sealed)
    said = (await shown(service, DEPUTY))[LEAD]["reply"]["public_text"]
    assert said.startswith(f"{TEXT}\n\n逐项答复：\n1. 第 1 项\n答复：已采纳，列入计划")
    assert said.endswith("2. 第 2 项\n答复：未采纳。管网图涉密")


async def test_no_fact_has_the_words_of_an_answer_before_the_signature() -> None:
    service = await asked()
    await service.post(path("drafts"), DRAFT | {"answers": ANSWERS}, as_=HANDLER)
    draft = (await service.facts(STREAM))[-1]
    assert "管网图涉密" not in draft.model_dump_json()
    assert Handling().asks == ()


async def test_a_draft_sent_twice_is_one_draft() -> None:
    service: ServiceUnderTest = await asked()
    body = DRAFT | {"answers": ANSWERS}
    for _ in range(2):
        assert (await service.post(path("drafts"), body, as_=HANDLER, key="k")).status_code < 300
    assert len((await shown(service, HANDLER))[LEAD]["drafts"]) == 1
