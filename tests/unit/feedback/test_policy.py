"""What foreign facts make feedback ask of itself."""

from datetime import date, timedelta
from typing import Any

import pytest

from services.feedback.domain.commands import LapseEvaluation, OpenEvaluations, StopFeedback
from services.feedback.domain.reactions import RATERS_AT_ONCE, react
from shared.contracts.handling import CaseReplied
from shared.contracts.intake import CaseErased, CaseWithdrawn
from shared.contracts.reminder import CaseEscalated, ReminderSent
from shared.kernel.messages import Event, Recorded
from tests.unit.feedback.forms import MONDAY, RATER, TASK, UNIT, form, mark

CASE = "5" * 32
DELIVERED = date(2025, 3, 2)


def seen(event: Event, source: str = "handling") -> Recorded:
    return Recorded(
        id="f-1",
        stream=f"{source}-{CASE}",
        version=4,
        event=event,
        source=source,
        agency="u-city",
        actor="p-1",
        recorded_at=MONDAY,
        correlation_id="r-1",
        case_id=CASE,
    )


def replied(*raters: str) -> CaseReplied:
    return CaseReplied(
        at=MONDAY,
        **mark().model_dump(),
        round=2,
        task=TASK,
        unit=UNIT,
        part="separate",
        scope="泊位部分",
        number="临住建字〔2025〕12号",
        letter="B",
        meaning="in-progress",
        raters=raters,
        on=DELIVERED,
        on_time=True,
    )


def reminded(rule: str, rung: str) -> ReminderSent:
    return ReminderSent(
        at=MONDAY,
        **mark().model_dump(),
        clock="c" * 12,
        rule=rule,
        subject=form(),
        rung=rung,
        role="proposer",
        planned=MONDAY - timedelta(hours=1),
        lateness_seconds=3600,
    )


def test_a_delivered_reply_asks_its_raters() -> None:
    (found,) = react(seen(replied(RATER, "p-d2")))
    assert found.stream == f"feedback-{CASE}"
    assert found.key == f"{TASK}:{RATER}"
    command = found.command
    assert isinstance(command, OpenEvaluations)
    assert (command.raters, command.part, command.scope) == (
        (RATER, "p-d2"),
        "separate",
        "泊位部分",
    )
    assert (command.mark, command.round, command.at) == (mark(), 2, MONDAY)
    assert command.on == DELIVERED


def test_a_reply_that_nobody_is_to_rate_asks_nobody() -> None:
    assert react(seen(replied())) == []


def test_a_whole_delegation_is_asked_in_several_commits() -> None:
    raters = tuple(f"p-d{n}" for n in range(RATERS_AT_ONCE + 3))
    found = [reaction.command for reaction in react(seen(replied(*raters)))]
    assert [len(command.raters) for command in found if isinstance(command, OpenEvaluations)] == [
        RATERS_AT_ONCE,
        3,
    ]


@pytest.mark.parametrize("kind", [ReminderSent, CaseEscalated])
def test_the_last_rung_of_the_rating_clock_lets_the_evaluation_lapse(
    kind: type[ReminderSent | CaseEscalated],
) -> None:
    fields = {**dict(reminded("rating", "wd+5")), "deems": True}
    told = kind.model_validate(fields, extra="ignore")
    (found,) = react(seen(told, "reminder"))
    assert isinstance(found.command, LapseEvaluation)
    assert (found.command.evaluation, found.key) == (form(), form())


def test_other_rungs_and_other_clocks_are_none_of_its_business() -> None:
    assert react(seen(reminded("rating", "d-7"), "reminder")) == []
    assert react(seen(reminded("rating", "d0"), "reminder")) == []
    assert react(seen(reminded("reply", "d0"), "reminder")) == []


def test_withdrawn_and_erased_stop_it() -> None:
    facts: dict[str, Any] = {"at": MONDAY, **mark().model_dump()}
    withdrawn = react(seen(CaseWithdrawn(**facts, by="p-1"), "intake"))
    erased = react(seen(CaseErased(**facts, by="p-1", reason="person-asked"), "intake"))
    reasons = [
        r.command.reason for r in (*withdrawn, *erased) if isinstance(r.command, StopFeedback)
    ]
    assert reasons == ["withdrawn", "erased"]


def test_the_agency_of_an_old_fact_is_that_of_its_commit() -> None:
    bare = replied(RATER).model_copy(update={"agency": ""})
    command = react(seen(bare))[0].command
    assert isinstance(command, OpenEvaluations)
    assert command.mark.agency == "u-city"
