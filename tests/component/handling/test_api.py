"""The handling service through HTTP, on ports in memory."""

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from services.handling.app import SERVICE
from services.handling.domain.letters.number import LetterNumber
from shared.contracts import assignment, intake
from shared.contracts.case_event import Proposer, Task
from shared.contracts.handling import CaseContacted, CaseReplied, ReplySigned
from shared.contracts.letters import NumberTaken
from shared.kernel.actor import Actor, Post
from shared.kernel.commit import Commit, Draft
from shared.kernel.deadline_rules import Gates
from shared.kernel.errors import Unavailable
from shared.kernel.messages import Sealed
from shared.kernel.policy import Due
from shared.kernel.seals import texts_of
from shared.testing.organisation import person
from shared.testing.service import ServiceUnderTest, at_organs, policies

CASE, LEAD, CO, NEXT = "5" * 32, "a" * 12, "c" * 12, "e" * 12
STREAM = f"handling-{CASE}"


def at(unit: str, role: str, *outer: str) -> tuple[Post, ...]:
    return (Post(role, unit, (unit, *outer, "u-city")),)


OFFICE = Actor("p-office", at_organs("office"))
LEADER = Actor("p-leader", at("u-city", "leader"))
AUDITOR = Actor("p-audit", at("u-city", "auditor"))
HANDLER = Actor("p-handler", at("u-hou-1", "handler", "u-hou"))
LIAISON = Actor("p-liaison", at("u-hou", "liaison"))
HEAD = Actor("p-head", at("u-hou", "head"))
CO_LIAISON = Actor("p-fin", at("u-fin", "liaison"))
OTHER_HEAD = Actor("p-pol", at("u-pol", "head"))
DEPUTY, CO_SIGNER, STRANGER = Actor("p-d1"), Actor("p-d2"), Actor("p-d9")
PEOPLE = (
    OFFICE, LEADER, AUDITOR, HANDLER, LIAISON, HEAD, CO_LIAISON, OTHER_HEAD, DEPUTY, CO_SIGNER,
    STRANGER,
)  # fmt: skip
PROPOSERS = (
    Proposer(id="p-d1", known=True, masked="李四", part="lead"),
    Proposer(id="p-d2", known=True, masked="王五", part="co"),
)
DUE = Due(at=datetime(2025, 6, 3, 16, tzinfo=UTC), rule="reply", policy="2025.1", calendar="2025")
TEXT = "您提出的建议收悉，现答复如下：……"
VISIT = {"phase": "before", "mode": "visit", "on": "2025-03-03", "summary": "登门听取意见"}
CONTACT = VISIT | {"people": ["p-d1"]}
DRAFT = {"text": TEXT, "meaning": "solved", "disclosure": {"mode": "open", "form": "full"}}
CLOSED_DRAFT = DRAFT | {"disclosure": {"mode": "closed", "reason": "personal-privacy"}}
SIGNATURE = {"number": "临住建字〔2025〕12号"}


def head(service: ServiceUnderTest, kind: str = "suggestion", channel: str = "session") -> Any:
    where = {"agency": "u-city", "kind": kind, "channel": channel, "period": "2025"}
    return {**where, "at": service.now}


def a_task(task: str, unit: str, part: str) -> Task:
    return Task.model_validate({"task": task, "unit": unit, "part": part, "due": DUE})


async def assigned(
    kind: str = "suggestion", channel: str = "session", **parts: Any
) -> ServiceUnderTest:
    service = ServiceUnderTest(SERVICE, *PEOPLE, **parts)
    fact = assignment.CaseAssigned(
        **head(service, kind, channel),
        tasks=(a_task(LEAD, "u-hou", "lead"), a_task(CO, "u-fin", "co")),
        by="p-office",
        proposers=PROPOSERS,
    )
    await service.react_to(fact, f"assignment-{CASE}", 2)
    return service


@pytest.fixture
async def service() -> ServiceUnderTest:
    """A suggestion in the hands of a lead and a co-handler."""
    return await assigned()


def path(what: str, task: str = LEAD) -> str:
    return f"/cases/{CASE}/tasks/{task}/{what}"


async def ready(service: ServiceUnderTest, draft: Any = DRAFT) -> None:
    """Contacted, the opinion in, the draft submitted."""
    for what, body, who, task in (
        ("contacts", CONTACT, HANDLER, LEAD),
        ("opinion", {"text": "资金已列入预算"}, CO_LIAISON, CO),
        ("drafts", draft, HANDLER, LEAD),
    ):
        answer = await service.post(path(what, task), body, as_=who)
        assert answer.status_code == 201, answer.text


async def replied(service: ServiceUnderTest, draft: Any = DRAFT) -> None:
    await ready(service, draft)
    assert (await service.post(path("signature"), SIGNATURE, as_=HEAD)).status_code == 201
    for proposer in PROPOSERS:
        body = {"recipient": proposer.id, "mode": "mail"}
        assert (await service.post(path("deliveries"), body, as_=LIAISON)).status_code == 201


async def shown(service: ServiceUnderTest, reader: Actor) -> Any:
    answer = await service.get(f"/cases/{CASE}", as_=reader)
    assert answer.status_code == 200, answer.text
    return {task["task"]: task for task in answer.json()["tasks"]}


async def rule_of(answer: Any) -> tuple[int, str]:
    return answer.status_code, answer.json()["rule"]


async def test_a_contact_is_recorded(service: ServiceUnderTest) -> None:
    body = CONTACT | {"people": ["p-d1"], "place": "代表之家", "attitude": "understands"}
    answer = await service.post(path("contacts"), body, as_=HANDLER)
    assert answer.json()["facts"] == ["case.contacted.v1"]
    fact = (await service.facts(STREAM))[-1]
    assert isinstance(fact, CaseContacted)
    assert (fact.unit, fact.by, fact.people) == ("u-hou", "p-handler", ("p-d1",))


async def test_an_unknown_choice_is_told_once_at_its_field(service: ServiceUnderTest) -> None:
    """Also of a field that may be empty."""
    answer = await service.post(path("contacts"), CONTACT | {"attitude": "banana"}, as_=HANDLER)
    [fault] = answer.json()["errors"]
    assert (answer.status_code, fault["field"]) == (422, "attitude")
    assert "理解" in fault["message"]


async def test_only_the_tasks_own_unit_records_a_contact(service: ServiceUnderTest) -> None:
    for other in (CO_LIAISON, OFFICE, DEPUTY):
        answer = await service.post(path("contacts"), CONTACT, as_=other)
        assert await rule_of(answer) == (403, "not-allowed-record-contact")
    stranger = await service.post(path("contacts"), CONTACT, as_=OTHER_HEAD)
    assert await rule_of(stranger) == (404, "not-found")
    assert (await service.post(path("contacts", CO), CONTACT, as_=CO_LIAISON)).status_code == 201


@pytest.mark.parametrize(
    ("change", "status", "rule"),
    [
        ({"on": "2025-03-04"}, 409, "contact-in-future"),
        ({"on": "2025-03-02"}, 409, "contact-before-task"),
        ({"summary": "  "}, 422, "validation"),
        ({"mode": "telepathy"}, 422, "validation"),
        ({"people": ["张三"]}, 422, "validation"),
        ({"weather": "sunny"}, 422, "validation"),
        ({"summary": "长" * 20_001}, 422, "validation"),
    ],
)
async def test_a_wrong_contact_is_refused_with_its_rule(
    service: ServiceUnderTest, change: dict[str, Any], status: int, rule: str
) -> None:
    answer = await service.post(path("contacts"), CONTACT | change, as_=HANDLER)
    assert await rule_of(answer) == (status, rule)


async def test_progress_is_reported_by_node(service: ServiceUnderTest) -> None:
    body = {"node": "investigation", "text": "已现场踏勘"}
    answer = await service.post(path("progress"), body, as_=HANDLER)
    assert answer.json()["facts"] == ["progress.reported.v1"]
    assert (await service.post(path("progress"), body, as_=DEPUTY)).status_code == 403


async def test_a_co_handler_gives_its_opinion_to_the_lead(service: ServiceUnderTest) -> None:
    body = {"text": "资金已列入预算", "doc_no": "临财建〔2025〕3号"}
    answer = await service.post(path("opinion", CO), body, as_=CO_LIAISON)
    assert answer.json()["facts"] == ["opinion.given.v1"]
    assert (await shown(service, HEAD))[CO]["opinions"][0]["text"] == "资金已列入预算"
    assert (await service.post(path("opinion"), body, as_=LIAISON)).status_code == 403


async def test_a_draft_needs_what_its_class_and_disclosure_need(service: ServiceUnderTest) -> None:
    late = await service.post(path("drafts"), DRAFT | {"meaning": "planned"}, as_=HANDLER)
    assert await rule_of(late) == (409, "target-date-required")
    assert late.json()["field"] == "target_date"
    closed = await service.post(path("drafts"), DRAFT | {"disclosure": {"mode": "closed"}},
                                as_=HANDLER)  # fmt: skip
    assert closed.json()["field"] == "disclosure.reason"
    assert (await service.post(path("drafts"), DRAFT, as_=HANDLER)).status_code == 201


async def test_a_draft_is_returned_and_written_anew(service: ServiceUnderTest) -> None:
    await ready(service)
    body = {"version": 1, "remark": "未逐条答复"}
    assert (await service.post(path("draft-return"), body, as_=HEAD)).status_code == 201
    refused = await service.post(path("signature"), SIGNATURE, as_=HEAD)
    assert await rule_of(refused) == (409, "no-draft")
    await service.post(path("drafts"), DRAFT, as_=HANDLER)
    old = await service.post(path("signature"), SIGNATURE | {"version": 1}, as_=HEAD)
    assert await rule_of(old) == (409, "draft-outdated")
    assert (await service.post(path("signature"), SIGNATURE, as_=HEAD)).status_code == 201


async def test_the_gates_stand_before_the_signature(service: ServiceUnderTest) -> None:
    await service.post(path("drafts"), DRAFT, as_=HANDLER)
    first = await service.post(path("signature"), SIGNATURE, as_=HEAD)
    assert await rule_of(first) == (409, "contact-before-reply")
    await service.post(path("contacts"), CONTACT, as_=HANDLER)
    second = await service.post(path("signature"), SIGNATURE, as_=HEAD)
    assert await rule_of(second) == (409, "opinions-before-signing")
    assert (second.json()["field"], "1 个会办单位" in second.json()["detail"]) == ("task", True)
    assert "u-" not in second.json()["detail"]
    await service.post(path("opinion", CO), {"text": "同意"}, as_=CO_LIAISON)
    for colleague in (HANDLER, LEADER):
        denied = await service.post(path("signature"), SIGNATURE, as_=colleague)
        assert await rule_of(denied) == (403, "not-allowed-sign-reply")
    for stranger in (OTHER_HEAD, STRANGER):
        hidden = await service.post(path("signature"), SIGNATURE, as_=stranger)
        assert await rule_of(hidden) == (404, "not-found")
    third = await service.post(path("signature"), SIGNATURE, as_=HEAD)
    assert third.json()["facts"] == ["reply.signed.v1"]


async def test_a_talk_with_nobody_is_no_talk_with_the_proposer(service: ServiceUnderTest) -> None:
    await service.knows(person("p-aide"))
    ghost = await service.post(path("contacts"), VISIT | {"people": ["p-ghost"]}, as_=HANDLER)
    assert (await rule_of(ghost), ghost.json()["field"]) == ((409, "person-unknown"), "people")
    for what, body in (
        ("contacts", VISIT),
        ("contacts", VISIT | {"people": ["p-aide"]}),
        ("contacts", VISIT | {"mode": "not-wanted"}),
        ("drafts", DRAFT),
    ):
        assert (await service.post(path(what), body, as_=HANDLER)).status_code == 201
    await service.post(path("opinion", CO), {"text": "同意"}, as_=CO_LIAISON)
    refused = await service.post(path("signature"), SIGNATURE, as_=HEAD)
    assert await rule_of(refused) == (409, "contact-before-reply")
    assert "提出人本人" in refused.json()["detail"]
    await service.post(path("contacts"), CONTACT | {"mode": "not-wanted"}, as_=HANDLER)
    assert (await service.post(path("signature"), SIGNATURE, as_=HEAD)).status_code == 201


async def test_every_proposer_gets_the_reply(service: ServiceUnderTest) -> None:
    await ready(service)
    body = {"recipient": "p-d1", "mode": "mail", "receipt": "EMS1"}
    early = await service.post(path("deliveries"), body, as_=LIAISON)
    assert await rule_of(early) == (409, "not-signed")
    await service.post(path("signature"), SIGNATURE, as_=HEAD)
    first = await service.post(path("deliveries"), body, as_=LIAISON)
    assert first.json()["facts"] == ["reply.delivered.v1"]
    again = await service.post(path("deliveries"), body, as_=LIAISON)
    assert again.json()["facts"] == []
    for change in ({"mode": "in-person"}, {"receipt": "EMS2"}, {"receipt": ""}):
        otherwise = await service.post(path("deliveries"), body | change, as_=LIAISON)
        assert await rule_of(otherwise) == (409, "delivered-already")
    wrong = await service.post(path("deliveries"), body | {"recipient": "p-d9"}, as_=LIAISON)
    assert await rule_of(wrong) == (409, "not-a-recipient")
    last = await service.post(path("deliveries"), body | {"recipient": "p-d2"}, as_=LIAISON)
    assert last.json()["facts"] == ["reply.delivered.v1", "case.replied.v1"]
    fact = (await service.facts(STREAM))[-1]
    assert isinstance(fact, CaseReplied)
    assert (fact.raters, fact.on_time, fact.letter) == (("p-d1", "p-d2"), True, "A")


async def test_a_reply_that_was_signed_without_an_opinion_is_stamped() -> None:
    gates = Gates(opinions_before_signing=False)
    rows = tuple(row.model_copy(update={"gates": gates}) for row in policies().rows)
    service = await assigned(book=replace(policies(), rows=rows, organs_by_day={}))
    for what, body in (("contacts", CONTACT), ("drafts", DRAFT)):
        assert (await service.post(path(what), body, as_=HANDLER)).status_code == 201
    assert (await service.post(path("signature"), SIGNATURE, as_=HEAD)).status_code == 201
    reply = (await shown(service, OFFICE))[LEAD]["reply"]
    assert (reply["without_opinion"], reply["stamps"]) == (["u-fin"], ["协办未会签"])


async def test_a_reply_with_every_opinion_has_no_stamp(service: ServiceUnderTest) -> None:
    await replied(service)
    assert (await shown(service, DEPUTY))[LEAD]["reply"]["stamps"] == []


async def test_the_leader_signs_a_second_handling_under_a_number_of_its_own(
    service: ServiceUnderTest,
) -> None:
    await replied(service)
    ordered = assignment.AssignmentProgressed(
        **head(service), what="rehandling", next_round=2, task=LEAD, higher_signer=True,
        tasks=(a_task(NEXT, "u-hou", "lead"),),
    )  # fmt: skip
    await service.react_to(ordered, f"assignment-{CASE}", 9)
    for what, body in (("contacts", CONTACT), ("drafts", DRAFT)):
        assert (await service.post(path(what, NEXT), body, as_=HANDLER)).status_code == 201
    below = await service.post(path("signature", NEXT), SIGNATURE, as_=HEAD)
    assert below.status_code == 403
    used = await service.post(path("signature", NEXT), SIGNATURE, as_=LEADER)
    assert await rule_of(used) == (409, "number-taken")
    free = {"number": "临住建字〔2025〕13号"}
    assert (await service.post(path("signature", NEXT), free, as_=LEADER)).status_code == 201
    fact = (await service.facts(STREAM))[-1]
    assert isinstance(fact, ReplySigned)
    assert (fact.round, [proposer.id for proposer in fact.recipients]) == (2, ["p-d1", "p-d2"])


async def test_officials_read_the_papers_and_proposers_the_reply(
    service: ServiceUnderTest,
) -> None:
    await ready(service)
    assert (await shown(service, DEPUTY))[LEAD]["reply"] is None
    assert (await shown(service, DEPUTY))[LEAD]["drafts"] == []
    assert (await shown(service, CO_LIAISON))[LEAD]["drafts"][0]["text"] == TEXT
    assert (await shown(service, OFFICE))[LEAD]["contacts"][0]["summary"] == "登门听取意见"
    hidden = (await shown(service, AUDITOR))[LEAD]
    assert (hidden["contacts"][0]["summary"], hidden["drafts"][0]["text"]) == ("已密封",) * 2
    await service.post(path("signature"), SIGNATURE, as_=HEAD)
    assert (await shown(service, CO_SIGNER))[LEAD]["reply"]["public_text"] == TEXT
    assert (await shown(service, AUDITOR))[LEAD]["reply"]["public_text"] == "已密封"
    assert (await service.get(f"/cases/{CASE}", as_=STRANGER)).status_code == 404
    assert (await service.get(f"/cases/{CASE}", as_=OTHER_HEAD)).status_code == 404


async def test_of_an_open_kind_only_the_signed_reply_is_open(service: ServiceUnderTest) -> None:
    progress = {"node": "investigation", "text": "走访了六户"}
    await service.post(path("progress"), progress, as_=HANDLER)
    await replied(service)
    facts = await service.facts(STREAM)
    words = {(fact.type, name): value for fact in facts for name, value in fact
             if name in texts_of(type(fact)) and value}  # fmt: skip
    assert {place for place, text in words.items() if isinstance(text, str)} == {
        ("reply.signed.v1", "public_text")
    }
    assert {wire for wire, _ in words} >= {"case.contacted.v1", "opinion.given.v1"}


async def test_words_that_a_rule_refuses_are_not_kept(service: ServiceUnderTest) -> None:
    late = VISIT | {"on": "2025-03-04", "summary": "李四家住……"}
    assert (await service.post(path("contacts"), late, as_=HANDLER)).status_code == 409
    assert service.vault_store.texts == {}


async def test_words_whose_append_never_came_are_dropped_after_an_hour(
    service: ServiceUnderTest, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As after a kill between vault and log; the words of every fact stay."""
    await service.post(path("contacts"), CONTACT, as_=HANDLER)
    with monkeypatch.context() as broken:
        broken.setattr(service.store, "append", unavailable)
        lost = CONTACT | {"summary": "李四家住……"}
        assert (await service.post(path("contacts"), lost, as_=HANDLER)).status_code == 503
    assert len(service.vault_store.texts) == 2
    assert await service.handler.drop_abandoned_texts() == 0, "it may still be on its way"
    service.later(hours=2)
    assert await service.handler.drop_abandoned_texts() == 2
    assert len(service.vault_store.texts) == 1
    service.later(hours=2)
    assert await service.handler.drop_abandoned_texts() == 0
    [contact] = (await shown(service, HANDLER))[LEAD]["contacts"]
    assert contact["summary"] == "登门听取意见"


async def unavailable(draft: Draft) -> Commit:
    raise Unavailable("for tests")


async def test_what_is_written_about_a_petition_is_sealed_for_ever() -> None:
    service = await assigned("petition", "letter")
    outcome = {"meaning": "supported"}
    refused = await service.post(path("drafts"), DRAFT | outcome, as_=HANDLER)
    assert await rule_of(refused) == (409, "not-publishable")
    await replied(service, CLOSED_DRAFT | outcome)
    facts = await service.facts(STREAM)
    [contact] = [fact for fact in facts if isinstance(fact, CaseContacted)]
    [signed] = [fact for fact in facts if isinstance(fact, ReplySigned)]
    assert isinstance(contact.summary, Sealed)
    assert isinstance(signed.public_text, Sealed)
    assert signed.digest == signed.public_text.digest
    log = str(service.store.documents)
    assert TEXT not in log
    assert "登门听取意见" not in log
    assert (await shown(service, DEPUTY))[LEAD]["reply"]["public_text"] == TEXT
    assert (await shown(service, HANDLER))[LEAD]["contacts"][0]["summary"] == "登门听取意见"
    assert (await shown(service, AUDITOR))[LEAD]["contacts"][0]["summary"] == "已密封"


async def test_a_withdrawn_case_stops(service: ServiceUnderTest) -> None:
    fact = intake.CaseWithdrawn(**head(service), by="p-d1")
    await service.react_to(fact, f"intake-{CASE}", 3)
    answer = await service.post(path("contacts"), CONTACT, as_=HANDLER)
    assert await rule_of(answer) == (409, "case-stopped")


async def test_a_task_that_moves_ends_here(service: ServiceUnderTest) -> None:
    moved = assignment.AssignmentReassigned(
        **head(service),
        task=LEAD,
        unit="u-hou",
        to=a_task("b" * 12, "u-pol", "lead"),
        by="p-office",
        proposers=PROPOSERS,
    )
    [outcome] = await service.react_to(moved, f"assignment-{CASE}", 3)
    assert outcome.facts == ("task.closed.v1", "task.opened.v1")
    answer = await service.post(path("contacts"), CONTACT, as_=HANDLER)
    assert await rule_of(answer) == (409, "task-closed")
    assert (await service.get(f"/cases/{CASE}", as_=HANDLER)).status_code == 404


async def test_an_unknown_task_or_case_is_not_there(service: ServiceUnderTest) -> None:
    assert (await service.get(f"/cases/{'0' * 32}", as_=OFFICE)).status_code == 404
    other = f"/cases/{'0' * 32}/tasks/{LEAD}/contacts"
    assert (await service.post(other, CONTACT, as_=HANDLER)).status_code == 404


async def test_the_actions_are_those_that_fit(service: ServiceUnderTest) -> None:
    async def actions(actor: Actor) -> set[tuple[str, str]]:
        answer = await service.get(f"/cases/{CASE}/actions", as_=actor)
        return {(action["action"], action["target"]) for action in answer.json()["actions"]}

    assert ("submit-draft", LEAD) in await actions(HANDLER)
    assert ("give-opinion", CO) in await actions(CO_LIAISON)
    assert all(task == CO for _, task in await actions(CO_LIAISON))
    assert ("sign-reply", LEAD) not in await actions(HEAD)
    await ready(service)
    assert {("sign-reply", LEAD), ("return-draft", LEAD)} <= await actions(HEAD)
    assert await actions(OFFICE) == {("return-draft", LEAD)}
    assert await actions(DEPUTY) == set()


async def test_a_number_is_that_of_one_reply(service: ServiceUnderTest) -> None:
    """文号不重复, also in another way of writing it."""
    await ready(service)
    place = {"agency": "u-city", "case": "d" * 32, "unit": "u-fin", "task": "d" * 12}
    other = NumberTaken(at=service.now, by="p-fin-head", number="临住建字[2025]第012号", **place)
    register = LetterNumber.of(SIGNATURE["number"]).stream
    await service.given(register, other)
    refused = await service.post(path("signature"), SIGNATURE, as_=HEAD)
    assert await rule_of(refused) == (409, "number-taken")
    assert refused.json()["field"] == "number"
    assert (await shown(service, HANDLER))[LEAD]["reply"] is None
    free = {"number": "临住建字〔2025〕13号"}
    assert (await service.post(path("signature"), free, as_=HEAD)).status_code == 201
    taken = (await service.facts(register))[-1]
    assert isinstance(taken, NumberTaken)
    assert (taken.case, taken.task, taken.unit, taken.by) == (CASE, LEAD, "u-hou", HEAD.sub)


async def test_a_signature_that_is_refused_takes_no_number(service: ServiceUnderTest) -> None:
    refused = await service.post(path("signature"), SIGNATURE, as_=HEAD)
    assert await rule_of(refused) == (409, "no-draft")
    assert await service.facts(LetterNumber.of(SIGNATURE["number"]).stream) == []


async def test_a_signature_repeated_under_its_key_takes_its_number_once(
    service: ServiceUnderTest,
) -> None:
    await ready(service)
    for _ in range(2):
        answer = await service.post(path("signature"), SIGNATURE, as_=HEAD, key="k1")
        assert answer.status_code == 201
    assert len(await service.facts(LetterNumber.of(SIGNATURE["number"]).stream)) == 1
