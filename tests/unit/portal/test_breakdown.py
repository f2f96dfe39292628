"""Breakdowns by unit: a case of several units counts once at each, and once above them."""

from services.portal.domain.breakdown import alone, in_order, spread

ABOVE = {"u-a1": ("u-a1", "u-a", "u-city"), "u-a2": ("u-a2", "u-a", "u-city"),
         "u-a": ("u-a", "u-city"), "u-b": ("u-b", "u-city")}  # fmt: skip
COUNTED = {"u-a1+u-a2": {"closed": 2}, "u-a1": {"closed": 1, "registered": 4}, "u-b": {"closed": 5}}


def path(unit: str) -> tuple[str, ...]:
    return ABOVE.get(unit, (unit,))


def test_each_unit_that_answers_counts_the_case() -> None:
    found = {unit: counts["closed"] for unit, counts in spread(COUNTED, alone).items()}
    assert found == {"u-a1": 3, "u-a2": 2, "u-b": 5}


def test_above_several_units_a_case_counts_once() -> None:
    found = {unit: counts["closed"] for unit, counts in spread(COUNTED, path).items()}
    assert found == {"u-a1": 3, "u-a2": 2, "u-a": 3, "u-b": 5, "u-city": 8}


def test_units_stand_behind_the_one_above_the_largest_first() -> None:
    size = {unit: counts["closed"] for unit, counts in spread(COUNTED, path).items()}
    in_tree = in_order(size, lambda unit: size.get(unit, 0), path)
    assert in_tree == ["u-city", "u-b", "u-a", "u-a1", "u-a2"]
