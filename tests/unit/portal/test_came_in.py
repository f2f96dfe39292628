"""Counts of papers that came in: parts with numerator and base, beside the year before until the
same day."""

from datetime import date
from typing import Any

from services.portal.domain import came_in
from services.portal.domain.came_in import Comparison, Figure, Year, by, day_before, percent


def case(**fields: Any) -> dict[str, Any]:
    usual = {"kind": "suggestion", "subject": "urban", "units": [], "leads": [], "measures": []}
    return {**usual, "received_on": "2025-03-03", "status": "accepted", **fields}


ONE = case(units=["u-hou"], leads=["u-hou"])
TWO = case(kind="proposal", units=["u-fin", "u-hou"], leads=["u-hou"])
NONE = case(subject=None)
NOW = Year([ONE, TWO, NONE])
BEFORE = Year([case(), case(received_on="2025-12-01", kind="motion")])


def test_each_part_has_its_numerator_and_base_and_those_of_the_year_before() -> None:
    kinds = Comparison(NOW, BEFORE).split(by("kind"))
    assert kinds == [
        Figure("suggestion", 2, 3, 1, 2),
        Figure("proposal", 1, 3, 0, 2),
        Figure("motion", 0, 3, 1, 2),
    ]
    first = kinds[0]
    assert (first.percent, first.percent_before, first.difference) == ("66.67", "50.00", 1)
    assert sum(each.n for each in kinds) == kinds[0].base


def test_an_empty_base_has_no_share_and_a_missing_year_no_numbers() -> None:
    empty = Comparison(Year([]), Year([])).chosen(came_in.team, ("one", "several"))
    assert empty == [Figure("one", 0, 0, 0, 0), Figure("several", 0, 0, 0, 0)]
    assert (empty[0].percent, empty[0].percent_before, empty[0].difference) == (None, None, 0)
    [alone, _] = Comparison(NOW, None).split(by("kind"))
    assert alone == Figure("suggestion", 2, 3)
    assert (alone.percent_before, alone.difference) == (None, None)
    assert (percent(0, 5), percent(5, 0), percent(None, 5), percent(1, None)) == (
        ("0.00", None, None, None)
    )


def test_what_no_paper_states_is_a_part_of_its_own() -> None:
    found = Comparison(NOW, None).split(by("subject"))
    assert [(each.key, each.n) for each in found] == [("urban", 2), ("-", 1)]


def test_the_share_of_several_units_is_one_of_the_cases_that_were_handed_out() -> None:
    handed_out = Comparison(NOW, BEFORE).among(came_in.is_handed_out)
    assert handed_out.chosen(came_in.team, ("one", "several")) == [
        Figure("one", 1, 2, 0, 0),
        Figure("several", 1, 2, 0, 0),
    ]
    assert handed_out.split(came_in.involved) == [
        Figure("u-hou", 2, 2, 0, 0),
        Figure("u-fin", 1, 2, 0, 0),
    ]
    assert handed_out.now.counted(came_in.leading) == {"u-hou": 2}
    assert handed_out.now.counted(came_in.beside) == {"u-fin": 1}


def test_a_year_is_counted_until_a_day() -> None:
    assert len(BEFORE.until(date(2025, 11, 30))) == 1
    assert len(BEFORE.until(date(2025, 12, 1))) == 2
    assert (day_before(date(2025, 3, 3)), day_before(date(2024, 2, 29))) == (
        (date(2024, 3, 3), date(2023, 2, 28))
    )


def test_a_paper_counts_for_all_that_became_of_it() -> None:
    merged = case(measures=["registered", "accepted", "merged"])
    back = case(status="sent-back")
    assert [*came_in.became(merged)] == ["accepted", "merged"]
    assert [*came_in.became(back)] == ["sent-back"]
    assert [*came_in.became(case(status="split", measures=["registered", "split"]))] == ["split"]
    joint = case(intake={"proposers": [{"id": "p-1"}, {"id": "p-2"}]})
    assert [*came_in.signed_by(joint), *came_in.signed_by(ONE)] == ["joint", "single"]
