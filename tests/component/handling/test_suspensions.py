"""Suspensions through HTTP: who asks, who decides, who ends a pause, and what each reader sees."""

from datetime import timedelta
from typing import Any

import pytest

from shared.contracts import suspensions as facts
from shared.contracts.assignment import AssignmentReassigned
from shared.contracts.intake import CaseWithdrawn
from shared.contracts.reminder import ReminderSent
from shared.kernel.calendar import midnight_after
from shared.testing.service import ServiceUnderTest
from tests.component.handling.test_api import (
    CASE,
    CO,
    CO_LIAISON,
    DEPUTY,
    DUE,
    HANDLER,
    HEAD,
    LEAD,
    LIAISON,
    SIGNATURE,
    STRANGER,
    STREAM,
    a_task,
    assigned,
    head,
    path,
    ready,
    rule_of,
    shown,
)
from tests.component.handling.test_extensions import ASSIGNING, SUPERVISING

WISH = {
    "until": "2025-04-30", "reason": "awaiting-superior", "explanation": "等待省厅新标准印发",
}  # fmt: skip
YES, NO = {"approved": True}, {"approved": False, "note": "可以先办其他事项"}
REQUEST, DECISION, NOTICE = (f"suspension-{what}" for what in ("request", "decision", "notice"))
RESUMPTION = "resumption"


@pytest.fixture
async def service() -> ServiceUnderTest:
    return await assigned()


async def asked(service: ServiceUnderTest) -> ServiceUnderTest:
    answer = await service.post(path(REQUEST), WISH, as_=HANDLER)
    assert answer.json()["facts"] == ["suspension.requested.v1"], answer.text
    return service


async def paused(service: ServiceUnderTest) -> ServiceUnderTest:
    await asked(service)
    answer = await service.post(path(DECISION), YES, as_=ASSIGNING)
    assert answer.json()["facts"] == ["task.suspended.v1", "cohandler.suspended.v1"], answer.text
    return service


async def actions(service: ServiceUnderTest, who: Any) -> set[str]:
    answer = await service.get(f"/cases/{CASE}/actions", as_=who)
    return {each["action"] for each in answer.json()["actions"]}


async def test_a_request_opens_the_clock_of_its_approver(service: ServiceUnderTest) -> None:
    await asked(service)
    fact = (await service.facts(STREAM))[-1]
    assert isinstance(fact, facts.SuspensionRequested)
    assert [each.due.rule for each in fact.opens or ()] == ["suspension-ruling"]
    assert fact.explanation != WISH["explanation"]  # sealed


async def test_the_clocks_stand_still_and_the_end_is_owed(service: ServiceUnderTest) -> None:
    await paused(service)
    begun, co = (await service.facts(STREAM))[-2:]
    assert isinstance(begun, facts.TaskSuspended)
    assert isinstance(co, facts.CohandlerSuspended)
    opened = {each.due.rule: each.due.at for each in begun.opened(CASE)}
    assert opened["suspension"] == begun.ends.at
    assert set(opened) == {"suspension", "suspension-notice"}


async def test_who_is_no_approver_may_not_decide(service: ServiceUnderTest) -> None:
    await asked(service)
    for other in (SUPERVISING, HEAD, HANDLER, LIAISON, DEPUTY, CO_LIAISON):
        answer = await service.post(path(DECISION), YES, as_=other)
        assert await rule_of(answer) == (403, "not-allowed-decide-suspension")
    answer = await service.post(path(DECISION), YES, as_=STRANGER)
    assert await rule_of(answer) == (404, "not-found")


async def test_only_the_unit_asks_and_tells_and_the_organ_may_let_it_go_on(
    service: ServiceUnderTest,
) -> None:
    for other in (HEAD, ASSIGNING, DEPUTY, CO_LIAISON):
        answer = await service.post(path(REQUEST), WISH, as_=other)
        assert await rule_of(answer) == (403, "not-allowed-request-suspension")
    await paused(service)
    answer = await service.post(path(NOTICE), {"mode": "letter"}, as_=ASSIGNING)
    assert await rule_of(answer) == (403, "not-allowed-tell-suspension")
    for other in (DEPUTY, CO_LIAISON):
        answer = await service.post(path(RESUMPTION), {}, as_=other)
        assert await rule_of(answer) == (403, "not-allowed-resume-task")
    answer = await service.post(path(RESUMPTION), {}, as_=ASSIGNING)
    assert answer.json()["facts"] == ["task.resumed.v1", "cohandler.resumed.v1"]


@pytest.mark.parametrize(
    ("change", "rule"),
    [
        ({"until": "2025-03-03"}, "suspension-not-ahead"),
        ({"until": "2025-05-03"}, "suspension-too-long"),
        ({"reason": "holiday"}, "suspension-reason"),
        ({"explanation": ""}, "validation"),
        ({"explanation": "见附件" * 1000}, "validation"),
    ],
)
async def test_a_wish_is_refused_with_its_rule(
    service: ServiceUnderTest, change: dict[str, Any], rule: str
) -> None:
    answer = await service.post(path(REQUEST), WISH | change, as_=HANDLER)
    assert (await rule_of(answer))[1] == rule


async def test_late_and_double_requests_are_refused(service: ServiceUnderTest) -> None:
    early = service.now
    service.now = DUE.at + timedelta(hours=1)
    late = await service.post(path(REQUEST), WISH | {"until": "2025-07-01"}, as_=HANDLER)
    assert await rule_of(late) == (409, "suspension-late")
    service.now = early
    first = await service.post(path(REQUEST), WISH, HANDLER, "suspension-1")
    same = await service.post(path(REQUEST), WISH, HANDLER, "suspension-1")
    assert (first.status_code, same.json()["version"]) == (201, first.json()["version"])
    again = await service.post(path(REQUEST), WISH, as_=HANDLER)
    assert await rule_of(again) == (409, "suspension-pending")


async def test_a_refusal_needs_its_reason_and_lets_the_unit_ask_again(
    service: ServiceUnderTest,
) -> None:
    await asked(service)
    silent = await service.post(path(DECISION), {"approved": False}, as_=ASSIGNING)
    assert await rule_of(silent) == (409, "suspension-note")
    answer = await service.post(path(DECISION), NO, as_=ASSIGNING)
    assert answer.json()["facts"] == ["suspension.refused.v1"]
    assert (await shown(service, HANDLER))[LEAD]["suspension_refused"]["note"] == NO["note"]
    await asked(service)


async def test_no_petition_stands_still_by_the_default_policy() -> None:
    service = await assigned("petition", "visit")
    answer = await service.post(path(REQUEST), WISH, as_=HANDLER)
    assert await rule_of(answer) == (409, "suspension-none")
    assert "request-suspension" not in await actions(service, HANDLER)


async def test_a_reply_waits_until_the_task_goes_on(service: ServiceUnderTest) -> None:
    await ready(service)
    await asked(service)
    assert (await service.post(path(DECISION), YES, as_=ASSIGNING)).status_code == 201
    answer = await service.post(path("signature"), SIGNATURE, as_=HEAD)
    assert await rule_of(answer) == (409, "task-suspended")
    assert "sign-reply" not in await actions(service, HEAD)
    assert (await service.post(path(RESUMPTION), {}, as_=HEAD)).status_code == 201
    assert (await service.post(path("signature"), SIGNATURE, as_=HEAD)).status_code == 201


async def test_the_rung_of_the_last_day_lets_it_go_on_once(service: ServiceUnderTest) -> None:
    await paused(service)
    begun = (await service.facts(STREAM))[-2]
    assert isinstance(begun, facts.TaskSuspended)
    end = midnight_after(begun.ends.at.date())
    service.now = end
    rung = ReminderSent(
        agency="u-city", kind="suggestion", channel="session", period="2025", at=end,
        clock="c" * 12, rule="suspension", subject=LEAD, unit="u-hou", rung="d0", role="handler",
        planned=begun.ends.at, lateness_seconds=0, deems=True,
    )  # fmt: skip
    await service.react_to(rung, f"clocks-{CASE}", 9)
    resumed, co = (await service.facts(STREAM))[-2:]
    assert isinstance(resumed, facts.TaskResumed)
    assert isinstance(co, facts.CohandlerResumed)
    assert (str(resumed.on), resumed.by) == ("2025-04-30", "system:handling")
    many = len(await service.facts(STREAM))
    await service.react_to(rung, f"clocks-{CASE}", 9)
    assert len(await service.facts(STREAM)) == many
    answer = await service.post(path(RESUMPTION), {}, as_=HANDLER)
    assert await rule_of(answer) == (409, "not-suspended")


async def test_proposers_read_the_reason_and_the_new_day(service: ServiceUnderTest) -> None:
    await asked(service)
    waiting = (await shown(service, DEPUTY))[LEAD]
    assert (waiting["suspensions"], waiting["suspension_asked"]) == ([], None)
    seen = (await shown(service, ASSIGNING))[LEAD]["suspension_asked"]
    assert (seen["reason"], seen["cause"]) == (WISH["explanation"], "等待上级答复或者政策出台")
    await service.post(path(DECISION), YES, as_=ASSIGNING)
    [told] = (await shown(service, DEPUTY))[LEAD]["suspensions"]
    assert (told["since"], told["until"], told["ended_on"], told["explanation"]) == (
        "2025-03-03", WISH["until"], None, WISH["explanation"],
    )  # fmt: skip
    service.now += timedelta(days=10)
    await service.post(path(RESUMPTION), {"note": "标准已经印发"}, as_=HANDLER)
    [told] = (await shown(service, DEPUTY))[LEAD]["suspensions"]
    assert (told["was"], told["due"], told["ended_on"]) == (
        "2025-06-03",
        "2025-06-13",
        "2025-03-13",
    )
    assert (await shown(service, ASSIGNING))[CO]["due_on"] <= "2025-06-13"


async def test_the_unit_tells_the_proposer_twice(service: ServiceUnderTest) -> None:
    early = await service.post(path(NOTICE), {"mode": "letter"}, as_=LIAISON)
    assert await rule_of(early) == (409, "suspension-not-given")
    await paused(service)
    body = {"mode": "letter", "on": "2025-03-03"}
    for _ in range(2):
        answer = await service.post(path(NOTICE), body, as_=LIAISON)
        assert answer.json()["facts"] == ["suspension.told.v1"]
        if "resume-task" in await actions(service, HANDLER):
            await service.post(path(RESUMPTION), {}, as_=HANDLER)
    assert "tell-suspension" not in await actions(service, LIAISON)


async def ended(service: ServiceUnderTest, end: str) -> Any:
    """The task is moved, or the case withdrawn; returns its view."""
    if end == "withdrawn":
        gone = CaseWithdrawn(**head(service), by="p-d1")
        await service.react_to(gone, f"intake-{CASE}", 3)
    else:
        other = a_task("b" * 12, "u-pol", "lead")
        move = {"task": LEAD, "unit": "u-hou", "to": other, "by": "p-office"}
        moved = AssignmentReassigned(**head(service), **move)
        await service.react_to(moved, f"assignment-{CASE}", 3)
    return (await shown(service, ASSIGNING))[LEAD]


@pytest.mark.parametrize("end", ["moved", "withdrawn"])
async def test_a_pause_runs_no_longer_when_its_task_is_over(
    service: ServiceUnderTest, end: str
) -> None:
    await paused(service)
    [pause] = (await shown(service, ASSIGNING))[LEAD]["suspensions"]
    assert not pause["with_task"]
    [pause] = (await ended(service, end))["suspensions"]
    assert (pause["ended_on"], pause["with_task"]) == (None, True)


@pytest.mark.parametrize("end", ["moved", "withdrawn"])
async def test_no_request_is_shown_as_waiting_when_its_task_is_over(
    service: ServiceUnderTest, end: str
) -> None:
    await asked(service)
    more = {"until": "2025-07-31", "reason": "正在协调管网移交"}
    assert (await service.post(path("extension-request"), more, as_=HANDLER)).status_code == 201
    waiting = (await shown(service, ASSIGNING))[LEAD]
    assert waiting["suspension_asked"]
    assert waiting["extension_asked"]
    over = await ended(service, end)
    assert (over["suspension_asked"], over["extension_asked"]) == (None, None)


async def foreseen(service: ServiceUnderTest, action: str, who: Any, **body: Any) -> Any:
    act = {"action": action, "target": LEAD, "body": body}
    told = (await service.post(f"/cases/{CASE}/consequences", act, as_=who)).json()
    return {(each["rule"], each["change"], each["due_on"]) for each in told["changes"]}


async def test_an_approval_foresees_which_clocks_stand_still_and_a_resumption_when_they_are_due(
    service: ServiceUnderTest,
) -> None:
    await asked(service)
    still = await foreseen(service, "decide-suspension", ASSIGNING, **YES)
    assert still == {("reply", "pause", None)}
    await service.post(path(DECISION), YES, as_=ASSIGNING)
    service.now += timedelta(days=10)
    again = await foreseen(service, "resume-task", HANDLER)
    assert ("reply", "resume", "2025-06-13") in again
