"""Extensions through HTTP: who asks, who decides in which seat, and what each reader sees."""

from datetime import datetime, timedelta
from typing import Any

import pytest

from shared.contracts import handling as work
from shared.contracts.extensions import ExtensionRequested, ExtensionTold, TaskExtended
from shared.kernel.actor import Actor, Post
from shared.kernel.commit import from_document
from shared.testing.service import ServiceUnderTest, policies
from tests.component.handling.test_api import (
    CASE,
    CO,
    CO_LIAISON,
    DEPUTY,
    DUE,
    HANDLER,
    HEAD,
    LEAD,
    LEADER,
    LIAISON,
    STRANGER,
    STREAM,
    assigned,
    path,
    rule_of,
    shown,
)

ORGANS = policies().resolve("u-city", "suggestion", "session", DUE.at).row.organs


def officer(person: str, organ: str, held_by: str | None = None) -> Actor:
    return Actor(person, (Post("office", organ, (organ,), held_by),))


ASSIGNING = officer("p-npc", ORGANS.assignment)
COLLEAGUE = officer("p-npc-2", ORGANS.assignment)
SUPERVISING = officer("p-sup", ORGANS.supervision)
DEPUTISING = officer("p-for-sup", ORGANS.supervision, "p-sup")
BOTH = Actor("p-npc", (*ASSIGNING.posts, *DEPUTISING.posts))
"""The officer of one organ, to whom the officer of the other has delegated."""
WISH = {"until": "2025-07-31", "reason": "涉及三个部门的管网产权，正在协调移交"}
YES, NO = {"approved": True}, {"approved": False, "note": "理由不充分"}
REQUEST, DECISION, NOTICE = (f"extension-{what}" for what in ("request", "decision", "notice"))


@pytest.fixture
async def service() -> ServiceUnderTest:
    return await assigned()


async def asked(service: ServiceUnderTest) -> ServiceUnderTest:
    answer = await service.post(path(REQUEST), WISH, as_=HANDLER)
    assert answer.json()["facts"] == ["extension.requested.v1"], answer.text
    return service


async def granted(service: ServiceUnderTest) -> ServiceUnderTest:
    await asked(service)
    for who in (ASSIGNING, SUPERVISING):
        assert (await service.post(path(DECISION), YES, as_=who)).status_code == 201
    return service


async def test_a_request_opens_the_clock_of_its_approvers(service: ServiceUnderTest) -> None:
    await asked(service)
    fact = (await service.facts(STREAM))[-1]
    assert isinstance(fact, ExtensionRequested)
    [ruling] = fact.opens or ()
    assert (ruling.due.rule, ruling.unit) == ("extension-ruling", None)
    assert fact.reason != WISH["reason"]  # sealed


async def test_all_organs_agree_each_once_and_then_the_day_moves(service: ServiceUnderTest) -> None:
    await asked(service)
    first = await service.post(path(DECISION), YES, as_=ASSIGNING)
    assert first.json()["facts"] == ["extension.approved.v1"]
    again = await service.post(path(DECISION), YES, as_=COLLEAGUE)
    assert await rule_of(again) == (409, "request-agreed-already")
    last = await service.post(path(DECISION), YES, as_=SUPERVISING)
    assert last.json()["facts"] == ["task.extended.v1", "cohandler.extended.v1"]
    facts = await service.facts(STREAM)
    [task] = [each for each in facts if isinstance(each, TaskExtended)]
    assert [each.due.rule for each in task.opens or ()] == ["extension-notice"]
    assert task.changes(CASE)[0].due == task.due
    assert (await shown(service, DEPUTY))[LEAD]["due_on"] == "2025-07-31"


async def test_a_deputy_of_the_approver_decides_for_the_organ(service: ServiceUnderTest) -> None:
    await asked(service)
    await service.post(path(DECISION), YES, as_=ASSIGNING)
    last = await service.post(path(DECISION), YES, as_=DEPUTISING)
    assert last.json()["facts"][0] == "task.extended.v1"
    assert from_document(service.store.documents[-1]).on_behalf_of == "p-sup"


async def test_one_person_does_not_speak_for_both_organs(service: ServiceUnderTest) -> None:
    await asked(service)
    assert (await service.post(path(DECISION), YES, as_=BOTH)).json()["facts"] == [
        "extension.approved.v1"
    ]
    again = await service.post(path(DECISION), YES, as_=BOTH)
    assert await rule_of(again) == (409, "request-agreed-already")


async def test_an_approver_who_left_is_followed_by_the_next_at_the_organ(
    service: ServiceUnderTest,
) -> None:
    """An agreement stays after its giver: the seat is the organ's."""
    await asked(service)
    await service.post(path(DECISION), YES, as_=SUPERVISING)
    service.actors["p-sup"] = Actor("p-sup")
    last = await service.post(path(DECISION), YES, as_=COLLEAGUE)
    assert last.json()["facts"][0] == "task.extended.v1"


async def test_who_is_no_approver_of_the_request_may_not_decide(service: ServiceUnderTest) -> None:
    """Leader and head have rows for other kinds, but no seat here."""
    await asked(service)
    for other in (LEADER, HEAD, HANDLER, LIAISON, DEPUTY, CO_LIAISON):
        answer = await service.post(path(DECISION), YES, as_=other)
        assert await rule_of(answer) == (403, "not-allowed-decide-extension")
    answer = await service.post(path(DECISION), YES, as_=STRANGER)
    assert await rule_of(answer) == (404, "not-found")


async def test_only_the_unit_of_the_task_asks_and_tells(service: ServiceUnderTest) -> None:
    for other in (HEAD, ASSIGNING, DEPUTY, CO_LIAISON):
        answer = await service.post(path(REQUEST), WISH, as_=other)
        assert await rule_of(answer) == (403, "not-allowed-request-extension")
    await granted(service)
    answer = await service.post(path(NOTICE), {"mode": "letter"}, as_=ASSIGNING)
    assert await rule_of(answer) == (403, "not-allowed-tell-extension")


async def test_the_head_of_the_unit_decides_on_petitions() -> None:
    """信访工作条例第34条."""
    service = await assigned("petition", "visit")
    wish = WISH | {"until": "2025-06-30"}
    assert (await service.post(path(REQUEST), wish, as_=HANDLER)).status_code == 201
    answer = await service.post(path(DECISION), YES, as_=ASSIGNING)
    assert answer.status_code in {403, 404}
    answer = await service.post(path(DECISION), YES, as_=HEAD)
    assert answer.json()["facts"][0] == "task.extended.v1"


@pytest.mark.parametrize(
    ("change", "rule"),
    [
        ({"until": "2025-06-03"}, "extension-not-later"),
        ({"until": "2025-09-04"}, "extension-too-long"),
        ({"reason": "见附件" * 1000}, "validation"),
    ],
)
async def test_a_wish_is_refused_with_its_rule(
    service: ServiceUnderTest, change: dict[str, Any], rule: str
) -> None:
    answer = await service.post(path(REQUEST), WISH | change, as_=HANDLER)
    assert (await rule_of(answer))[1] == rule


async def test_late_and_double_requests_are_refused(service: ServiceUnderTest) -> None:
    day: datetime = DUE.at
    early = service.now
    service.now = day + timedelta(hours=1)
    late = await service.post(path(REQUEST), WISH, as_=HANDLER)
    assert await rule_of(late) == (409, "extension-late")
    service.now = early
    first = await service.post(path(REQUEST), WISH, HANDLER, "extension-1")
    same = await service.post(path(REQUEST), WISH, HANDLER, "extension-1")
    assert (first.status_code, same.json()["version"]) == (201, first.json()["version"])
    again = await service.post(path(REQUEST), WISH, as_=HANDLER)
    assert await rule_of(again) == (409, "extension-pending")


async def test_a_refusal_needs_its_reason_and_lets_the_unit_ask_again(
    service: ServiceUnderTest,
) -> None:
    await asked(service)
    silent = await service.post(path(DECISION), {"approved": False}, as_=ASSIGNING)
    assert await rule_of(silent) == (409, "extension-note")
    answer = await service.post(path(DECISION), NO, as_=ASSIGNING)
    assert answer.json()["facts"] == ["extension.refused.v1"]
    assert (await shown(service, HANDLER))[LEAD]["extension_refused"]["note"] == NO["note"]
    await asked(service)


async def test_proposers_read_the_reason_once_it_was_granted(service: ServiceUnderTest) -> None:
    await asked(service)
    waiting = (await shown(service, DEPUTY))[LEAD]
    assert (waiting["extensions"], waiting["extension_asked"]) == ([], None)
    seen = (await shown(service, ASSIGNING))[LEAD]["extension_asked"]
    assert (seen["reason"], seen["agreed"]) == (WISH["reason"], [])
    for who in (ASSIGNING, SUPERVISING):
        await service.post(path(DECISION), YES, as_=who)
    [told] = (await shown(service, DEPUTY))[LEAD]["extensions"]
    assert (told["was"], told["until"], told["reason"]) == (
        "2025-06-03", WISH["until"], WISH["reason"],
    )  # fmt: skip
    assert (await shown(service, ASSIGNING))[CO]["due_on"] > "2025-06-03"


async def test_the_unit_tells_the_proposer(service: ServiceUnderTest) -> None:
    early = await service.post(path(NOTICE), {"mode": "letter"}, as_=LIAISON)
    assert await rule_of(early) == (409, "extension-not-given")
    await granted(service)
    body = {"mode": "letter", "on": "2025-03-03"}
    answer = await service.post(path(NOTICE), body, as_=LIAISON)
    assert answer.json()["facts"] == ["extension.told.v1"]
    assert isinstance((await service.facts(STREAM))[-1], ExtensionTold)


async def test_the_clocks_of_a_request_end_with_its_task(service: ServiceUnderTest) -> None:
    mark = {"agency": "u-city", "kind": "suggestion", "channel": "session", "period": "2025"}
    closed = work.TaskClosed(**mark, at=service.now, task=LEAD, unit="u-hou", reason="reassigned")
    withdrawn = {rule for change in closed.changes(CASE) for rule in change.rules}
    assert {"extension-ruling", "extension-notice"} <= withdrawn
