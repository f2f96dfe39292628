"""Whether a unit is staffed: posts of the day, at the unit or below, held by people who may act."""

from datetime import date, timedelta

import pytest

from shared.contracts.directory import PersonBlocked, PostVacated
from shared.kernel.organisation import Organisation
from shared.testing.organisation import AT, city, organisation, seat, unit

TODAY = date(2025, 3, 3)
SIGNS = ("liaison", "section-head", "head")
TREE = (city(), unit("u-hou"), unit("u-hou-1", "u-hou", level="section"), unit("u-fin"))


def known(*facts: object) -> Organisation:
    return organisation(TODAY, *TREE, *facts)  # type: ignore[arg-type]


def test_a_unit_without_posts_is_not_staffed() -> None:
    assert not known().is_filled("u-hou", SIGNS)
    assert not known(seat("liaison", "u-fin")).is_filled("u-hou", SIGNS)


def test_a_section_signs_for_its_bureau_but_does_not_head_it() -> None:
    inside = known(seat("section-head", "u-hou-1"), seat("head", "u-hou-1"))
    assert inside.is_filled("u-hou", SIGNS)
    assert not inside.is_filled("u-hou", ("head",))


def test_the_post_of_a_unit_above_or_beside_does_not_count() -> None:
    assert not known(seat("head", "u-hou"), seat("liaison", "u-city")).is_filled("u-hou-1", SIGNS)


@pytest.mark.parametrize("days", [-1, 0])
def test_a_vacated_post_does_not_count(days: int) -> None:
    end = {"unit": "u-hou", "role": "head", "person": "p-hou-head"}
    vacated = PostVacated(at=AT, **end, valid_to=TODAY + timedelta(days=days))
    assert not known(seat("head", "u-hou"), vacated).is_filled("u-hou", SIGNS)


def test_a_post_that_begins_tomorrow_or_whose_holder_is_blocked_does_not_count() -> None:
    later = seat("head", "u-hou", valid_from=TODAY + timedelta(days=1))
    assert not known(later).is_filled("u-hou", SIGNS)
    blocked = PersonBlocked(at=AT, person="p-hou-head")
    assert not known(seat("head", "u-hou"), blocked).is_filled("u-hou", SIGNS)
