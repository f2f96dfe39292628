"""A petition whose earlier one is finally reviewed: shown when it is screened, and not accepted
unless whoever accepts it says why (信访工作条例第36条)."""

from typing import Any

import pytest

from shared.contracts import reviews as facts
from shared.contracts.case_event import CaseEvent
from shared.contracts.feedback import RehandlingOrdered
from shared.testing.checklist import checked, refusing
from shared.testing.samples import sample
from shared.testing.service import ServiceUnderTest
from tests.component.intake.test_particulars import (
    AUDITOR,
    OFFICE,
    OTHER_WORDS,
    intake,
    registered,
    seen,
)

__all__ = ["intake"]
TASK = "1f0c2b9a77de"
DELIVERED = sample(facts.DeliveryNoted)
ENDED = sample(facts.PetitionConcluded)


async def heard(intake: ServiceUnderTest, case: str, *told: CaseEvent) -> None:
    for version, fact in enumerate(told, 1):
        await intake.react_to(fact, f"feedback-{case}", version)


async def repeated(intake: ServiceUnderTest, *told: CaseEvent) -> tuple[str, str]:
    """Returns a petition with this history, and one that repeats it."""
    first = await registered(intake)
    await heard(intake, first, *told)
    return first, await registered(intake, **OTHER_WORDS, repeated=True, earlier=[first])


async def observed(intake: ServiceUnderTest, case: str) -> Any:
    answer = await intake.get(f"/cases/{case}/checklist", as_=OFFICE)
    rows = {row["check"]: row["observed"] for row in answer.json()["checks"]}
    return rows["not-reviewed"]


async def test_a_matter_that_is_finally_reviewed_is_shown_and_not_accepted_again(
    intake: ServiceUnderTest,
) -> None:
    first, again = await repeated(intake, DELIVERED, ENDED)
    assert (await seen(intake, again))["concluded"] == [first]
    assert await observed(intake, again) == {"what": "conclusion", "number": 1, "fits": False}
    way = f"/cases/{again}/acceptance"
    blind = await intake.post(way, checked("petition"), as_=OFFICE)
    assert (blind.status_code, blind.json()["rule"]) == (409, "check-unlike-observation")
    failed = await intake.post(way, checked("petition", "not-reviewed"), as_=OFFICE)
    assert (failed.status_code, failed.json()["rule"]) == (409, "check-failed")
    declined = refusing("finally-reviewed", "petition")
    answer = await intake.post(f"/cases/{again}/refusal", declined, as_=OFFICE)
    assert answer.status_code == 201, answer.text


@pytest.mark.parametrize(
    "told",
    [
        (),
        (DELIVERED,),
        (DELIVERED, ENDED.model_copy(update={"ending": "not-requested"})),
        (DELIVERED, ENDED, sample(facts.ReviewRequested)),
        (DELIVERED, ENDED, DELIVERED.model_copy(update={"task": "b" * 12})),
        (
            DELIVERED, ENDED,
            sample(RehandlingOrdered).model_copy(update={"previous_task": TASK}),
        ),
    ],
    ids=["unanswered", "open", "not asked for", "undone", "another unit's", "given anew"],
)  # fmt: skip
async def test_a_way_that_goes_on_or_ended_in_silence_bars_nothing(
    intake: ServiceUnderTest, told: tuple[CaseEvent, ...]
) -> None:
    _, again = await repeated(intake, *told)
    assert (await seen(intake, again))["concluded"] == []
    assert await observed(intake, again) == {"what": "conclusion", "number": 0, "fits": True}


async def test_a_paper_that_repeats_nothing_is_not_judged(intake: ServiceUnderTest) -> None:
    case = await registered(intake)
    assert await observed(intake, case) == {"what": "conclusion", "number": 0, "fits": None}
    assert (await seen(intake, case, AUDITOR))["concluded"] == []
