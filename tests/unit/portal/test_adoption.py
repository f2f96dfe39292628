"""采纳率: items that are done, adopted or planned, of those that were answered."""

from collections import Counter
from typing import Any

import pytest

from services.portal.counts import selection_of
from services.portal.domain.derived import OF_ASKS, RATES, asked_measures, contribution
from services.portal.domain.folds import signed
from shared.contracts.handling import ReplySigned
from shared.contracts.payloads.handling import Answered
from shared.testing.samples import sample


def task(answers: dict[str, str], round_: int = 1, **changes: Any) -> dict[str, Any]:
    row = {
        "part": "lead",
        "unit": "u-hou",
        "round": round_,
        "replied_at": "2025-05-12",
        "answers": answers,
    }
    return row | {"answers": answers} | changes


def counted(*tasks: dict[str, Any]) -> tuple[int, int]:
    """Returns the items adopted, and those answered."""
    case = {"handling": {"tasks": {f"{n}": each for n, each in enumerate(tasks)}}}
    numbers = Counter(asked_measures(case))
    return numbers["asks-adopted"], numbers["asks-answered"]


@pytest.mark.parametrize(
    ("tasks", "share"),
    [
        ((), (0, 0)),
        ((task({}),), (0, 0)),
        ((task({"1": "done", "2": "adopted", "3": "planned", "4": "declined"}),), (3, 4)),
        ((task({"1": "done"}, replied_at=None),), (0, 0)),
        ((task({"1": "done"}, ended=True),), (0, 0)),
        ((task({"1": "declined"}), task({"1": "adopted"}, 2)), (1, 1)),
        ((task({"1": "adopted"}), task({"1": "declined"}, 2)), (0, 1)),
        ((task({"1": "declined"}), task({"1": "adopted"}, 2, replied_at=None)), (0, 1)),
        (
            (task({"1": "elsewhere", "2": "done"}), task({"1": "declined", "2": "elsewhere"})),
            (1, 2),
        ),
        ((task({"1": "declined"}), task({"1": "adopted"})), (1, 1)),
        ((task({"1": "elsewhere"}),), (0, 0)),
    ],
)
def test_each_item_counts_once_by_its_last_round(
    tasks: tuple[dict[str, Any], ...], share: tuple[int, int]
) -> None:
    assert counted(*tasks) == share


def test_a_signature_brings_the_answers_by_their_numbers() -> None:
    answers = (Answered(ask=2, outcome="declined"), Answered(ask=1, outcome="done"))
    fact = sample(ReplySigned)
    assert isinstance(fact, ReplySigned)
    with_answers = fact.model_copy(update={"answers": answers})
    assert signed({}, with_answers, "t")["answers"] == {"2": "declined", "1": "done"}
    assert "answers" not in signed({}, fact, "t")


def test_counters_count_items_and_not_papers() -> None:
    intake = {"registered_at": "t", "agency": "u-city", "kind": "suggestion", "channel": "session",
              "period": "2025"}  # fmt: skip
    answered = task({"1": "done", "2": "planned", "3": "declined"})
    case = {"intake": intake, "handling": {"tasks": {"a": answered}}}
    counters = contribution(case)
    place = "u-city|2025|suggestion|session|all|all|"
    assert counters[f"{place}asks-answered"] == 3
    assert counters[f"{place}asks-adopted"] == 2
    assert counters[f"{place}registered"] == 1


def test_the_list_behind_the_rate_has_papers_and_is_counted_from_them() -> None:
    """A counter of items says nothing about how many papers have them."""
    place = {"agency": "u-city", "period": "2025"}
    assert selection_of({**place, "measures": "closed"}) is not None
    for measure in OF_ASKS:
        assert selection_of({**place, "measures": measure}) is None
    (adoption,) = (rate for rate in RATES if rate.code == "adoption")
    assert {adoption.numerator, adoption.denominator} == OF_ASKS
