"""Rules of the directory, one test per rule and refusal."""

from datetime import date
from typing import get_args

import pytest

from services.directory.domain.clients import decider as clients
from services.directory.domain.clients.commands import RegisterClient
from services.directory.domain.people import decider as people
from services.directory.domain.people.state import Person
from services.directory.domain.units import decider as units
from services.directory.domain.units.rules import ABOVE
from services.directory.domain.units.rules import LEVELS as NAMES
from shared.contracts.clients import ClientRegistered
from shared.contracts.directory import (
    DelegationGranted,
    DelegationRevoked,
    Level,
    PersonRegistered,
    PostCorrected,
)
from shared.kernel.errors import NotFound
from shared.testing.given import Specification
from shared.testing.organisation import city, organisation
from shared.testing.organisation import unit as a_unit
from tests.unit.directory.people import (
    DELEGATED,
    KNOWN,
    LATER,
    MONDAY,
    RULES,
    SAID,
    YEAR,
    bureau,
    change_unit,
    correct_post,
    delegate,
    deputy,
    dissolve,
    dissolved,
    end_term,
    fill,
    filled,
    official,
    register_deputy,
    register_person,
    register_unit,
    renamed,
    sealed,
    vacate,
    vacated,
)

unit, person = Specification(units.DECIDER), Specification(people.DECIDER)
client = Specification(clients.DECIDER)


def test_a_unit_is_registered_with_its_place_in_the_tree() -> None:
    unit.given().when(register_unit()).then(bureau)


def test_registering_the_same_unit_again_changes_nothing() -> None:
    unit.given(bureau).when(register_unit()).then_nothing()
    unit.given(bureau, renamed).when(register_unit()).then_nothing()


def test_another_unit_under_the_same_id_is_refused() -> None:
    unit.given(bureau).when(register_unit(title="市卫健委")).then_refused("unit-exists", "unit")


def test_a_unit_is_never_its_own_parent() -> None:
    own = register_unit(parent="u-edu")
    unit.given().when(own).then_refused("unit-own-parent", "parent")
    unit.given(bureau).when(change_unit(parent="u-edu")).then_refused("unit-own-parent", "parent")


@pytest.mark.parametrize("level", ["bureau", "section"])
def test_bureaus_and_sections_stand_below_another_unit(level: str) -> None:
    alone = register_unit(level=level, parent=None)
    unit.given().when(alone).then_refused("unit-needs-parent", "parent")


def test_an_agency_may_stand_alone() -> None:
    city = unit.given().when(register_unit(unit="u-city", level="city", parent=None)).outcome()
    assert [fact.type for fact in city] == ["unit.registered.v1"]


def test_a_change_is_recorded_with_its_day() -> None:
    unit.given(bureau).when(change_unit()).then(renamed)


def test_a_change_to_what_is_already_so_is_repeated_or_refused() -> None:
    unit.given(bureau, renamed).when(change_unit()).then_nothing()
    later = change_unit(valid_from=date(2025, 6, 1))
    unit.given(bureau, renamed).when(later).then_refused("nothing-changed", "title")


def test_history_runs_forward() -> None:
    earlier = change_unit(title="市教委", valid_from=YEAR)
    unit.given(bureau, renamed).when(earlier).then_refused("history-runs-forward", "valid_from")


def test_what_is_not_registered_cannot_be_changed_or_filled() -> None:
    for command in (change_unit(), fill(), vacate()):
        assert isinstance(unit.given().when(command).refusal(), NotFound)


def test_a_post_is_filled_from_a_day_on() -> None:
    unit.given(bureau).when(fill()).then(filled())


def test_a_post_is_filled_once_and_other_days_are_not_swallowed() -> None:
    unit.given(bureau, filled()).when(fill()).then_nothing()
    unit.given(bureau, filled()).when(fill(since=LATER)).then_refused("post-held", "role")
    unit.given(bureau, filled(), vacated()).when(fill()).then_refused("post-held", "role")


def test_several_people_may_be_handlers() -> None:
    unit.given(bureau, filled()).when(fill(person="p-2")).then(filled(person="p-2"))


def test_a_unit_has_one_head_at_a_time() -> None:
    head = filled("head")
    unit.given(bureau, head).when(fill("head", "p-2", LATER)).then_refused("post-held", "role")


def test_the_next_head_begins_when_the_last_one_has_left() -> None:
    history = (bureau, filled("head"), vacated("head"))
    early = fill("head", "p-2", date(2024, 12, 31))
    unit.given(*history).when(early).then_refused("post-held", "role")
    unit.given(*history).when(fill("head", "p-2", LATER)).then(filled("head", "p-2", LATER))


def test_who_left_may_come_back_but_not_before_leaving() -> None:
    history = (bureau, filled(), vacated())
    unit.given(*history).when(fill(since=LATER)).then(filled(since=LATER))
    unit.given(*history).when(fill(since=date(2024, 7, 1))).then_refused("post-held", "role")


def test_a_post_is_vacated_from_a_day_on() -> None:
    unit.given(bureau, filled()).when(vacate()).then(vacated())


def test_vacating_twice_changes_nothing() -> None:
    unit.given(bureau, filled(), vacated()).when(vacate()).then_nothing()


def test_a_post_that_is_not_held_cannot_be_vacated() -> None:
    unit.given(bureau).when(vacate()).then_refused("post-not-held", "person")
    other_day = vacate(until=date(2025, 2, 1))
    unit.given(bureau, filled(), vacated()).when(other_day).then_refused("post-not-held", "person")


def test_nobody_leaves_before_he_came() -> None:
    early = vacate(until=date(2023, 12, 31))
    unit.given(bureau, filled()).when(early).then_refused("period-backwards", "valid_to")


@pytest.mark.parametrize(
    ("since", "until", "apart"),
    [
        (YEAR, date(2024, 6, 1), True),
        (YEAR, date(2024, 6, 2), False),
        (date(2024, 9, 1), None, True),
        (date(2024, 8, 31), None, False),
        (date(2024, 7, 1), date(2024, 8, 1), False),
    ],
)
def test_a_corrected_post_shares_no_day_with_another_holder(
    since: date, until: date | None, apart: bool
) -> None:
    """The other head held it from June to August."""
    other = filled("head", "p-2", date(2024, 6, 1))
    left = vacated("head", "p-2", date(2024, 9, 1))
    history = unit.given(bureau, filled("head"), vacated("head"), other, left)
    asked = history.when(correct_post(since, until))
    if apart:
        days = {"recorded_from": YEAR, "valid_from": since, "valid_to": until}
        named = {"unit": "u-edu", "role": "head", "person": "p-1"}
        asked.then(PostCorrected(at=MONDAY, **named, **days))
    else:
        asked.then_refused("post-held", "valid_from")


def test_an_official_is_registered_once() -> None:
    person.given().when(register_person()).then(official)
    person.given(official).when(register_person()).then_nothing()


def test_registering_again_replaces_the_phone_only() -> None:
    known = official.model_copy(update={"phone": sealed("a")})
    new = official.model_copy(update={"phone": sealed("b", "r2")})
    person.given(known).when(register_person(phone=sealed("b", "r2"))).then(new)
    person.given(known).when(register_person(phone=sealed("a", "r2"))).then_nothing()
    person.given(known).when(register_person()).then_nothing()


def test_the_phone_of_a_deputy_is_the_person_s_phone() -> None:
    term = deputy.model_copy(update={"person": "p-1", "title": "王芳", "phone": sealed("a")})
    person.given(official, term).when(register_person(phone=sealed("a", "r2"))).then_nothing()


def test_a_known_term_that_brings_another_phone_is_registered_again() -> None:
    known = deputy.model_copy(update={"phone": sealed("a")})
    new = deputy.model_copy(update={"phone": sealed("b", "r2")})
    person.given(known).when(register_deputy(phone=sealed("b", "r2"))).then(new)
    person.given(known).when(register_deputy(phone=sealed("a", "r2"))).then_nothing()


def test_another_person_under_the_same_id_is_refused() -> None:
    person.given(official).when(register_person(title="赵六")).then_refused(
        "person-exists", "person"
    )
    someone = register_deputy(person="p-1")
    person.given(official).when(someone).then_refused("person-exists", "person")


def test_a_deputy_may_be_an_official_too() -> None:
    both = register_person(person="p-n1", title="李四")
    person.given(deputy).when(both).then(
        PersonRegistered(at=MONDAY, person="p-n1", title="李四", agency="u-city")
    )


def test_a_deputy_is_registered_for_a_term() -> None:
    person.given().when(register_deputy()).then(deputy)
    person.given(deputy).when(register_deputy()).then_nothing()


def test_a_deputy_may_be_elected_again() -> None:
    again = {"term_from": date(2027, 1, 1), "term_to": date(2031, 12, 31)}
    facts = person.given(deputy).when(register_deputy(**again)).outcome()
    assert [fact.type for fact in facts] == ["deputy.registered.v1"]


def test_nobody_sits_twice_in_one_body_at_one_time() -> None:
    twice = register_deputy(term_from=date(2024, 1, 1))
    person.given(deputy).when(twice).then_refused("mandate-overlaps", "term_from")


def test_a_term_ends_after_it_begins() -> None:
    wrong = register_deputy(term_to=date(2021, 1, 1))
    person.given().when(wrong).then_refused("period-backwards", "term_to")


def test_a_delegation_is_granted_for_some_days() -> None:
    granted = DelegationGranted(
        at=MONDAY, person="p-1", delegate="p-2", roles=("handler",), units=("u-edu",), **DELEGATED
    )
    person.given(official).when(delegate()).then(granted)
    person.given(official, granted).when(delegate()).then_nothing()


def test_a_place_may_let_posts_and_delegations_begin_some_days_back() -> None:
    rules = RULES.model_copy(update={"post_days_back": 2, "delegation_days_back": 2})
    changes = {"founding": False, "organisation_rules": rules}
    in_time, late = (date(2025, 3, day) for day in (1, 2)), date(2025, 2, 28)
    for day in in_time:
        taken = fill(since=day).model_copy(update=changes)
        assert len(unit.given(bureau).when(taken).outcome()) == 1
        granted = delegate(valid_from=day, organisation_rules=rules)
        assert len(person.given(official).when(granted).outcome()) == 1
    too_late = fill(since=late).model_copy(update=changes)
    unit.given(bureau).when(too_late).then_refused("backdated", "valid_from")
    refused = delegate(valid_from=late, organisation_rules=rules)
    person.given(official).when(refused).then_refused("backdated", "valid_from")


def test_only_the_delegations_of_that_delegate_are_revoked() -> None:
    granted = [
        DelegationGranted(at=MONDAY, person="p-1", delegate=who, roles=("handler",), **DELEGATED)
        for who in ("p-2", "p-3")
    ]
    revoked = DelegationRevoked(at=MONDAY, person="p-1", delegate="p-2")
    entry = people.DECIDER.fold([official, *granted, revoked])
    assert isinstance(entry, Person)
    assert [delegation.delegate for delegation in entry.delegations] == ["p-3"]


def test_nobody_is_his_own_delegate() -> None:
    person.given(official).when(delegate(delegate="p-1")).then_refused("own-delegate", "delegate")


def test_a_delegation_ends_after_it_begins() -> None:
    wrong = delegate(valid_to=YEAR)
    person.given(official).when(wrong).then_refused("period-backwards", "valid_to")


def test_only_who_is_registered_can_delegate() -> None:
    assert isinstance(person.given().when(delegate()).refusal(), NotFound)


def test_a_client_is_registered_once() -> None:
    ask = RegisterClient(
        **SAID, client="c-npc", title="履职平台", agency="u-city", organisation=KNOWN
    )
    npc = ClientRegistered(at=MONDAY, client="c-npc", title="履职平台", agency="u-city")
    client.given().when(ask).then(npc)
    client.given(npc).when(ask).then_nothing()
    other = ask.model_copy(update={"title": "别的平台"})
    client.given(npc).when(other).then_refused("client-exists", "client")


def test_a_client_keeps_the_kinds_that_it_brings() -> None:
    ask = RegisterClient(
        **SAID,
        client="c-npc",
        title="履职平台",
        agency="u-city",
        kinds=("motion",),
        organisation=KNOWN,
    )
    npc = ClientRegistered(
        at=MONDAY, client="c-npc", title="履职平台", agency="u-city", kinds=("motion",)
    )
    client.given().when(ask).then(npc)
    client.given(npc).when(ask).then_nothing()
    more = ask.model_copy(update={"kinds": ("motion", "proposal")})
    client.given(npc).when(more).then_refused("client-exists", "client")


def test_a_unit_stands_below_one_that_is_registered_by_then() -> None:
    ghost = register_unit(parent="u-ghost")
    unit.given().when(ghost).then_refused("unit-unknown", "parent")
    known = organisation(YEAR, city(), a_unit("u-c02", level="county", valid_from=LATER))
    early = register_unit(parent="u-c02", organisation=known)
    unit.given().when(early).then_refused("unit-not-valid", "parent")
    moved = change_unit(parent="u-ghost")
    unit.given(bureau).when(moved).then_refused("unit-unknown", "parent")


LEVELS = ("city", "county", "bureau", "section", "external")


@pytest.mark.parametrize(
    ("level", "above"),
    [
        ("city", set()),
        ("county", {"city"}),
        ("bureau", {"city", "county"}),
        ("section", {"bureau", "external"}),
        ("external", {"city", "county"}),
    ],
)
def test_a_unit_stands_below_a_higher_level(level: str, above: set[str]) -> None:
    for parent in LEVELS:
        known = organisation(LATER, city(), a_unit("u-above", level=parent))
        below = {"parent": "u-above", "organisation": known}
        registering = unit.given().when(register_unit(level=level, **below))
        history = bureau.model_copy(update={"level": level})
        moving = unit.given(history).when(change_unit(**below))
        if parent in above:
            assert len(registering.outcome()) == len(moving.outcome()) == 1
        else:
            registering.then_refused("parent-level", "parent")
            moving.then_refused("parent-level", "parent")


def test_every_level_has_a_place_and_a_name() -> None:
    assert ABOVE.keys() == NAMES.keys() == set(get_args(Level)) == set(LEVELS)


def test_no_circle_can_close_because_a_parent_always_stands_higher() -> None:
    """Levels never change; so from any unit upwards the level only rises."""
    rank = {level: LEVELS.index(level) for level in LEVELS if level != "external"}
    rank["external"] = rank["bureau"]
    assert all(rank[above] < rank[level] for level in LEVELS for above in ABOVE[level])
    section = a_unit("u-edu-1", "u-edu", level="section")
    known = organisation(LATER, city(), a_unit("u-edu"), section)
    below_itself = change_unit(parent="u-edu-1", organisation=known)
    unit.given(bureau).when(below_itself).then_refused("parent-level", "parent")


def test_an_agency_that_nobody_registered_keeps_nobody() -> None:
    ghost = {"agency": "u-ghost"}
    unit.given().when(register_unit(**ghost)).then_refused("agency-unknown", "agency")
    person.given().when(register_person(**ghost)).then_refused("agency-unknown", "agency")
    person.given().when(register_deputy(**ghost)).then_refused("agency-unknown", "agency")
    ask = RegisterClient(**SAID, client="c-1", title="平台", agency="u-ghost", organisation=KNOWN)
    client.given().when(ask).then_refused("agency-unknown", "agency")


def test_an_agency_keeps_itself_from_the_beginning() -> None:
    first = {"unit": "u-c02", "agency": "u-c02", "level": "county"}
    assert len(unit.given().when(register_unit(**first)).outcome()) == 1


@pytest.mark.parametrize("role", ["boss", "proposer", "client", "any"])
def test_a_post_has_a_role_that_there_is(role: str) -> None:
    unit.given(bureau).when(fill(role)).then_refused("role-unknown", "role")


def test_a_post_is_held_by_somebody_who_is_registered() -> None:
    unit.given(bureau).when(fill(person="p-ghost")).then_refused("person-unknown", "person")


def test_a_delegate_is_somebody_who_is_registered() -> None:
    ghost = delegate(delegate="p-ghost")
    person.given(official).when(ghost).then_refused("person-unknown", "delegate")


def test_a_unit_is_dissolved_from_a_day_on_and_once() -> None:
    unit.given(bureau).when(dissolve()).then(dissolved)
    unit.given(bureau, dissolved).when(dissolve()).then_nothing()
    other_day = dissolve(date(2026, 1, 1))
    unit.given(bureau, dissolved).when(other_day).then_refused("unit-dissolved", "valid_to")
    assert isinstance(unit.given().when(dissolve()).refusal(), NotFound)


def test_no_unit_is_dissolved_before_what_is_known_of_it() -> None:
    early = dissolve(date(2024, 12, 31))
    unit.given(bureau, renamed).when(early).then_refused("period-backwards", "valid_to")


def test_a_unit_that_is_no_more_or_not_yet_is_not_changed_and_has_no_posts() -> None:
    history = (bureau, dissolved)
    unit.given(*history).when(change_unit()).then_refused("unit-not-valid", "valid_from")
    unit.given(*history).when(fill(since=LATER)).then_refused("unit-not-valid", "valid_from")
    unit.given(*history).when(fill(since=YEAR)).then(filled())
    early = fill(since=date(2023, 12, 31))
    unit.given(bureau).when(early).then_refused("unit-not-valid", "valid_from")


def test_a_term_that_ended_early_keeps_the_reason_on_record() -> None:
    resigned = end_term()
    (ended,) = person.given(deputy).when(resigned).outcome()
    person.given(deputy, ended).when(resigned).then_nothing()
    person.given(deputy, ended).when(end_term(reason="died")).then_refused(
        "recorded-otherwise", "reason"
    )
    person.given(deputy).when(end_term(term_to=date(2026, 12, 31))).then_refused(
        "term-longer", "term_to"
    )
