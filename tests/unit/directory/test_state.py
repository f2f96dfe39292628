"""Who administers an entry, and what is held on which day."""

from datetime import date

import pytest

from services.directory.domain.authorization import relations, situation
from services.directory.domain.entry import Unknown
from services.directory.domain.people import decider as people
from services.directory.domain.people.state import Person
from services.directory.domain.units import decider as units
from services.directory.domain.units.state import Unit
from shared.contracts.directory import PostCorrected
from shared.kernel.actor import Actor, Post
from shared.kernel.errors import NotFound
from tests.unit.directory.people import (
    LATER,
    MONDAY,
    YEAR,
    bureau,
    change_unit,
    filled,
    official,
    register_unit,
    renamed,
    vacated,
)

ADMIN = Actor("p-admin", (Post("system-admin", "u-city", ("u-city",)),))
BUREAU_ADMIN = Actor("p-b", (Post("system-admin", "u-edu", ("u-edu", "u-city")),))


def test_names_and_holders_keep_their_history() -> None:
    unit = units.DECIDER.fold(
        [bureau, filled(), vacated(), filled(since=date(2025, 2, 1)), renamed]
    )
    assert isinstance(unit, Unit)
    assert [naming.title for naming in unit.namings] == ["市教育局", "市教育体育局"]
    assert [(h.since, h.until) for h in unit.holdings] == [(YEAR, LATER), (date(2025, 2, 1), None)]


def test_a_corrected_post_has_other_days_and_all_other_posts_their_own() -> None:
    others = [filled(person="p-2"), filled("head"), filled(since=date(2025, 2, 1))]
    named = {"unit": "u-edu", "role": "handler", "person": "p-1", "recorded_from": YEAR}
    days = {"valid_from": date(2024, 2, 1), "valid_to": date(2024, 9, 1)}
    right = PostCorrected(at=MONDAY, **named, **days)
    unit = units.DECIDER.fold([bureau, filled(), *others, right])
    assert isinstance(unit, Unit)
    assert [(h.role, h.person, h.since, h.until) for h in unit.holdings] == [
        ("handler", "p-1", date(2024, 2, 1), date(2024, 9, 1)),
        *((other.role, other.person, other.valid_from, None) for other in others),
    ]


def test_facts_about_nobody_add_up_to_nobody() -> None:
    assert units.DECIDER.fold([filled(), renamed]) == Unknown()


def test_the_administrator_of_the_agency_administers_the_unit() -> None:
    unit = units.DECIDER.fold([bureau])
    assert relations(ADMIN, change_unit(), unit)["agency"] == {"system-admin"}
    assert relations(BUREAU_ADMIN, change_unit(), unit)["agency"] == frozenset()


def test_an_agency_is_begun_from_the_unit_above() -> None:
    county = register_unit(unit="u-c01", agency="u-c01", level="county", parent="u-city")
    assert relations(ADMIN, county, Unknown())["agency"] == {"system-admin"}
    assert relations(BUREAU_ADMIN, county, Unknown())["agency"] == frozenset()


def test_a_person_is_itself_to_its_own_entry() -> None:
    entry = people.DECIDER.fold([official])
    assert isinstance(entry, Person)
    assert relations(Actor("p-1"), None, entry)["self"] == {"self"}
    assert relations(Actor("p-2"), None, entry)["self"] == frozenset()


def test_what_nobody_registered_is_not_found() -> None:
    with pytest.raises(NotFound):
        relations(ADMIN, change_unit(), Unknown())
    assert situation(change_unit(), Unknown()) == "unknown"
    assert situation(None, units.DECIDER.fold([bureau])) == "registered"
