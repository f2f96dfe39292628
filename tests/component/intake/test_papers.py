"""Papers of proposers that a clerk enters later: they count on the day on which they came in."""

from datetime import date, timedelta
from typing import Any

import pytest

from shared.contracts.handling import CaseReplied
from shared.contracts.intake import CaseWithdrawn
from shared.contracts.signers import SignatureConfirmed, SignatureDeclined, WithdrawalEnded
from shared.kernel.messages import Sealed
from shared.testing.service import MONDAY, ServiceUnderTest
from tests.component.intake.test_api import accepted, intake, refused
from tests.component.intake.test_signers import own
from tests.unit.intake.papers import TASK, head
from tests.unit.intake.test_reactions import DISCLOSED

__all__ = ["intake"]
TODAY = MONDAY.date()
PAPER = {"on": TODAY.isoformat(), "evidence": "联名签名表第 2 页"}


def day(after: int) -> str:
    return (TODAY + timedelta(days=after)).isoformat()


async def replied(intake: ServiceUnderTest, case: str) -> None:
    fields = {"task": TASK, "unit": "u-hou", "number": "临建函〔2025〕1号", "part": "lead"}
    outcome = {"letter": "A", "meaning": "solved", "on_time": True}
    fact = CaseReplied.model_validate({**head(), **fields, **outcome, "at": intake.now})
    await intake.react_to(fact, f"handling-{case}")


async def answered(intake: ServiceUnderTest) -> str:
    """Accepted on Monday, answered ten days later."""
    case = await accepted(intake)
    intake.later(days=10)
    await replied(intake, case)
    return case


@pytest.mark.parametrize(
    ("what", "fact"), [("confirmation", SignatureConfirmed), ("refusal", SignatureDeclined)]
)
async def test_a_signature_on_paper_is_entered_with_its_day_and_evidence(
    intake: ServiceUnderTest, what: str, fact: type[Any]
) -> None:
    case = await own(intake)
    path = f"/cases/{case}/signatures/p-n2/{what}"
    refused(await intake.post(path, {}, "p-office"), 409, "signature-day")
    no_paper = {"on": TODAY.isoformat()}
    refused(await intake.post(path, no_paper, "p-office"), 409, "signature-evidence")
    ahead = PAPER | {"on": day(1)}
    refused(await intake.post(path, ahead, "p-office"), 409, "day-in-future")
    refused(await intake.post(path, PAPER | {"on": day(-61)}, "p-office"), 409, "entered-too-late")
    refused(await intake.post(path, PAPER, "p-n2"), 409, "signature-own")
    assert (await intake.post(path, PAPER, "p-office")).status_code == 201
    last = (await intake.facts(f"intake-{case}"))[-1]
    assert isinstance(last, fact)
    assert (last.on, type(last.evidence)) == (TODAY, Sealed)


async def test_the_evidence_is_shown_to_those_who_may_see_contacts(
    intake: ServiceUnderTest,
) -> None:
    case = await own(intake)
    await intake.post(f"/cases/{case}/signatures/p-n2/confirmation", PAPER, "p-office")
    for who, evidence in (("p-office", PAPER["evidence"]), ("p-n1", None)):
        view = (await intake.get(f"/cases/{case}", who)).json()
        [signed] = [one for one in view["proposers"] if one["id"] == "p-n2"]
        assert (signed["signed_on"], signed["evidence"]) == (TODAY.isoformat(), evidence)


async def test_a_request_that_came_before_the_reply_is_entered_after_it(
    intake: ServiceUnderTest,
) -> None:
    case = await answered(intake)
    path, reason = f"/cases/{case}/withdrawal", {"reason": "问题已经解决"}
    ended = (await intake.facts(f"intake-{case}"))[-1]
    assert isinstance(ended, WithdrawalEnded)
    assert ended.papers_until is not None
    refused(await intake.post(path, reason, "p-office"), 409, "withdrawal-late")
    refused(await intake.post(path, reason | {"on": day(10)}, "p-office"), 409, "withdrawal-late")
    refused(await intake.post(path, reason | {"on": day(9)}, "p-n1"), 409, "withdrawal-now")
    refused(await intake.post(path, reason | {"on": day(-1)}, "p-office"), 409, "day-too-early")
    done = await intake.post(path, reason | {"on": day(9)}, "p-office")
    assert done.status_code == 201, done.text
    fact = (await intake.facts(f"intake-{case}"))[-1]
    assert isinstance(fact, CaseWithdrawn)
    assert fact.on == date.fromisoformat(day(9))


async def test_a_request_is_entered_within_the_days_of_the_row(intake: ServiceUnderTest) -> None:
    case = await answered(intake)
    intake.later(days=7)
    body = {"reason": "问题已经解决", "on": day(1)}
    path = f"/cases/{case}/withdrawal"
    refused(await intake.post(path, body, "p-office"), 409, "entered-too-late")


async def buttons(intake: ServiceUnderTest, case: str, who: str) -> list[str]:
    answer = await intake.get(f"/cases/{case}/actions", who)
    return [each["action"] for each in answer.json()["actions"]]


async def test_the_button_stays_with_those_who_keep_the_papers(intake: ServiceUnderTest) -> None:
    case = await answered(intake)
    assert "withdraw-case" in await buttons(intake, case, "p-office")
    assert "withdraw-case" not in await buttons(intake, case, "p-n1")
    intake.later(days=16)
    assert "withdraw-case" not in await buttons(intake, case, "p-office")


async def test_no_paper_calls_a_published_case_back(intake: ServiceUnderTest) -> None:
    case = await answered(intake)
    await intake.react_to(DISCLOSED, f"disclosure-{case}")
    body = {"reason": "问题已经解决", "on": day(9)}
    refused(await intake.post(f"/cases/{case}/withdrawal", body, "p-office"), 409, "case-published")
    assert "withdraw-case" not in await buttons(intake, case, "p-office")
