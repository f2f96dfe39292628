"""The organisation on a day, from the facts of the directory."""

from collections.abc import Sequence
from datetime import UTC, date, datetime
from typing import Any

from shared.contracts.clients import ClientRegistered
from shared.contracts.directory import (
    DelegationGranted,
    DelegationRevoked,
    DeputyRegistered,
    PersonBlocked,
    PersonRegistered,
    PostCorrected,
    PostFilled,
    PostVacated,
    UnitChanged,
    UnitDissolved,
    UnitRegistered,
)
from shared.kernel.messages import Event, Recorded
from shared.kernel.organisation import DirectoryEntry, Organisation
from shared.service.identity.actor_repository import ActorRepository
from shared.service.identity.actors_projection import ACTORS
from shared.testing import organisation as small
from shared.testing.fold import folded

AT = datetime(2025, 1, 1, tzinfo=UTC)
FIRST, LAST = date(2024, 1, 1), date(2024, 12, 31)
SPRING, SUMMER = date(2025, 3, 1), date(2025, 7, 1)
NEXT_YEAR = date(2026, 3, 1)


def unit(name: str, parent: str | None = None) -> tuple[str, Event]:
    event = UnitRegistered(
        at=AT, unit=name, title=name, short=name, level="bureau", parent=parent, agency="u-city",
        valid_from=FIRST,
    )  # fmt: skip
    return f"unit-{name}", event


def filled(where: str, role: str, person: str, since: date = FIRST) -> tuple[str, Event]:
    event = PostFilled(at=AT, unit=where, role=role, person=person, valid_from=since)
    return f"unit-{where}", event


def vacated(where: str, role: str, person: str, until: date) -> tuple[str, Event]:
    event = PostVacated(at=AT, unit=where, role=role, person=person, valid_to=until)
    return f"unit-{where}", event


def person(name: str) -> tuple[str, Event]:
    return f"person-{name}", PersonRegistered(at=AT, person=name, title=name)


def organisation(day: date, facts: Sequence[tuple[str, Event]]) -> Organisation:
    versions: dict[str, int] = {}
    seen = []
    for stream, event in facts:
        versions[stream] = versions.get(stream, 0) + 1
        seen.append(_recorded(stream, versions[stream], event))
    return Organisation.on(day, folded(ACTORS, seen).values())


def _recorded(stream: str, version: int, event: Event) -> Recorded:
    return Recorded(
        id=f"{stream}@{version}",
        stream=stream,
        version=version,
        event=event,
        source="directory",
        agency="u-city",
        actor="p-admin",
        recorded_at=AT,
        correlation_id="c",
    )


TREE = [unit("u-city"), unit("u-edu", "u-city"), unit("u-basic", "u-edu")]


def test_a_post_is_held_with_the_path_above_it() -> None:
    organisation_in_spring = organisation(
        SPRING, [*TREE, person("p-1"), filled("u-basic", "handler", "p-1")]
    )
    actor = organisation_in_spring.actor("p-1")
    assert actor is not None
    assert [(post.role, post.path) for post in actor.posts] == [
        ("handler", ("u-basic", "u-edu", "u-city"))
    ]


def test_nobody_is_known_without_being_registered() -> None:
    assert organisation(SPRING, TREE).actor("p-1") is None


def test_a_post_begins_and_ends_with_its_days() -> None:
    facts = [
        *TREE,
        person("p-1"),
        filled("u-edu", "head", "p-1", SPRING),
        vacated("u-edu", "head", "p-1", SUMMER),
    ]

    def roles(day: date) -> set[str]:
        actor = organisation(day, facts).actor("p-1")
        return set(actor.roles) if actor else set()

    assert roles(date(2025, 2, 28)) == set()
    assert roles(SPRING) == {"head"}
    assert roles(date(2025, 6, 30)) == {"head"}
    assert roles(SUMMER) == set()


def test_a_moved_unit_has_its_old_path_before_the_day_of_the_move() -> None:
    moved = UnitChanged(
        at=AT, unit="u-basic", title="b", short="b", parent="u-city", valid_from=SUMMER
    )
    facts = [*TREE, ("unit-u-basic", moved)]
    assert organisation(SPRING, facts).path("u-basic") == ("u-basic", "u-edu", "u-city")
    assert organisation(SUMMER, facts).path("u-basic") == ("u-basic", "u-city")


def test_units_that_stand_above_each_other_end_a_path() -> None:
    facts = [unit("u-a", "u-b"), unit("u-b", "u-a")]
    assert organisation(SPRING, facts).path("u-a") == ("u-a", "u-b")


def test_a_delegate_holds_the_posts_of_who_delegates_between_two_days() -> None:
    given = DelegationGranted(
        at=AT, person="p-1", delegate="p-2", valid_from=SPRING, valid_to=SUMMER
    )
    facts = [
        *TREE,
        person("p-1"),
        person("p-2"),
        filled("u-edu", "head", "p-1"),
        filled("u-basic", "handler", "p-2"),
        ("person-p-1", given),
    ]

    def roles(day: date) -> set[str]:
        actor = organisation(day, facts).actor("p-2")
        return {post.role for post in actor.posts if post.held_by} if actor else set()

    assert roles(date(2025, 2, 28)) == set()
    assert roles(SPRING) == roles(SUMMER) == {"head"}
    assert roles(date(2025, 7, 2)) == set()


def units_of(organisation: Organisation, person: str) -> list[str]:
    actor = organisation.actor(person)
    assert actor is not None
    return [post.unit for post in actor.posts]


def test_a_delegate_who_left_or_administers_represents_nobody() -> None:
    """A delegation is for colleagues in office; its last day does not change that."""
    given = DelegationGranted(
        at=AT, person="p-1", delegate="p-2", valid_from=FIRST, valid_to=NEXT_YEAR
    )
    facts = [*TREE, person("p-1"), person("p-2"), filled("u-edu", "head", "p-1")]
    facts += [filled("u-edu", "handler", "p-2"), ("person-p-1", given)]
    left = vacated("u-edu", "handler", "p-2", SPRING)
    administers = filled("u-city", "auditor", "p-2", SPRING)

    def represented(*more: tuple[str, Event]) -> set[str | None]:
        actor = organisation(SUMMER, [*facts, *more]).actor("p-2")
        return {post.held_by for post in actor.posts} - {None} if actor else set()

    assert represented() == {"p-1"}
    assert represented(left) == represented(left, administers) == set()


def test_people_who_represent_each_other_have_one_anothers_posts_once() -> None:
    facts = [*TREE, filled("u-edu", "head", "p-1"), filled("u-edu", "handler", "p-2")]
    for giver, to in (("p-1", "p-2"), ("p-2", "p-1")):
        event = DelegationGranted(
            at=AT, person=giver, delegate=to, valid_from=FIRST, valid_to=NEXT_YEAR
        )
        facts += [person(giver), (f"person-{giver}", event)]
    for sub, own in (("p-1", "head"), ("p-2", "handler")):
        actor = organisation(SPRING, facts).actor(sub)
        assert actor is not None
        assert [post.role for post in actor.posts if not post.held_by] == [own]
        assert len(actor.posts) == 2


def test_posts_end_with_their_unit() -> None:
    ended = UnitDissolved(at=AT, unit="u-basic", valid_to=SPRING)
    facts = [*TREE, person("p-1"), filled("u-basic", "head", "p-1"), filled("u-edu", "head", "p-2")]
    facts.append(("unit-u-basic", ended))
    last, first = date(2025, 2, 28), SPRING
    before, after = (organisation(day, facts) for day in (last, first))
    assert [units_of(each, "p-1") for each in (before, after)] == [["u-basic"], []]
    assert (before.holder("head", "u-basic"), after.holder("head", "u-basic")) == ("p-1", "p-2")
    assert after.roles_from("p-1", first) == frozenset()


def test_leaving_ends_all_that_is_open_in_the_post() -> None:
    """Also where a correction has made two records of one."""
    back = PostCorrected(
        at=AT, unit="u-edu", role="handler", person="p-1", recorded_from=FIRST, valid_from=LAST
    )
    handler = filled("u-edu", "handler", "p-1")
    facts = [*TREE, person("p-1"), handler, vacated("u-edu", "handler", "p-1", FIRST), handler]
    facts += [("unit-u-edu", back), vacated("u-edu", "handler", "p-1", SPRING)]
    assert units_of(organisation(SPRING, facts), "p-1") == []


def test_a_delegation_is_not_handed_on() -> None:
    def given(giver: str, to: str) -> tuple[str, Event]:
        event = DelegationGranted(
            at=AT, person=giver, delegate=to, valid_from=FIRST, valid_to=NEXT_YEAR
        )
        return f"person-{giver}", event

    people = [person("p-1"), person("p-2"), person("p-3")]
    facts = [
        *TREE,
        *people,
        filled("u-edu", "head", "p-1"),
        given("p-1", "p-2"),
        given("p-2", "p-3"),
    ]
    actor = organisation(SPRING, facts).actor("p-3")
    assert actor is not None
    assert actor.posts == ()


def test_a_deputy_is_one_during_the_term() -> None:
    elected = DeputyRegistered(
        at=AT, person="p-1", title="李四", body="npc", number="1", delegation="东", agency="u-city",
        term_from=FIRST, term_to=SUMMER,
    )  # fmt: skip
    facts = [("person-p-1", elected)]
    during, after = (organisation(day, facts).actor("p-1") for day in (SUMMER, NEXT_YEAR))
    assert during is not None
    assert after is not None
    assert (during.deputy, after.deputy) == (True, False)


def test_a_client_acts_for_its_agency() -> None:
    registered = ClientRegistered(at=AT, client="c-npc", title="人大平台", agency="u-city")
    actor = organisation(SPRING, [("client-c-npc", registered)]).actor("c-npc")
    assert actor is not None
    assert (actor.client_of, actor.posts) == ("u-city", ())


def test_a_vacant_post_is_answered_for_by_the_unit_above() -> None:
    facts = [
        *TREE,
        filled("u-city", "leader", "p-9"),
        filled("u-edu", "leader", "p-1"),
        vacated("u-edu", "leader", "p-1", SUMMER),
    ]
    assert organisation(SPRING, facts).holder("leader", "u-basic") == "p-1"
    assert organisation(SUMMER, facts).holder("leader", "u-basic") == "p-9"
    assert organisation(SUMMER, facts).holder("head", "u-basic") is None


def test_of_several_holders_the_one_who_came_last_is_told() -> None:
    facts = [*TREE, filled("u-edu", "handler", "p-1"), filled("u-edu", "handler", "p-2", SPRING)]
    assert organisation(SUMMER, facts).holder("handler", "u-edu") == "p-2"


def test_a_unit_stands_from_its_first_day_until_the_day_it_is_dissolved() -> None:
    ended = UnitDissolved(at=AT, unit="u-edu", valid_to=SUMMER)
    facts = [*TREE, ("unit-u-edu", ended)]
    days = (date(2023, 12, 31), FIRST, date(2025, 6, 30), SUMMER)
    assert [organisation(day, facts).stands("u-edu") for day in days] == [False, True, True, False]
    assert organisation(SUMMER, facts).knows("u-edu")
    assert not organisation(SUMMER, facts).knows("u-ghost")


def test_posts_of_a_dissolved_section_fill_none_of_its_bureau() -> None:
    section = small.unit("u-edu-1", "u-edu", level="section")
    facts = (small.city(), small.unit("u-edu"), section, small.seat("handler", "u-edu-1"))
    assert known_on(SUMMER, *facts).is_filled("u-edu", ("handler",))
    ended = UnitDissolved(at=AT, unit="u-edu-1", valid_to=SUMMER)
    assert not known_on(SUMMER, *facts, ended).is_filled("u-edu", ("handler",))


def test_a_unit_answers_to_who_keeps_it_and_to_all_above_it_on_the_day() -> None:
    moved = UnitChanged(
        at=AT, unit="u-basic", title="b", short="b", parent="u-new", valid_from=SUMMER
    )
    facts = [*TREE, unit("u-new"), ("unit-u-basic", moved)]
    spring, summer = organisation(SPRING, facts), organisation(SUMMER, facts)
    assert spring.answers_to("u-basic", "u-edu")
    assert spring.answers_to("u-basic", "u-city")
    assert not spring.answers_to("u-basic", "u-new")
    assert summer.answers_to("u-basic", "u-new")
    assert not summer.answers_to("u-basic", "u-edu")
    assert summer.answers_to("u-basic", "u-city")  # which keeps it, wherever it stands


def test_a_deputy_sits_in_one_body_of_one_agency_during_the_term() -> None:
    elected = DeputyRegistered(
        at=AT, person="p-1", title="李四", body="npc", number="1", delegation="东", agency="u-city",
        term_from=FIRST, term_to=SUMMER,
    )  # fmt: skip
    facts = [("person-p-1", elected)]
    assert organisation(SUMMER, facts).sits("p-1", "npc", "u-city")
    assert not organisation(SUMMER, facts).sits("p-1", "cppcc", "u-city")
    assert not organisation(SUMMER, facts).sits("p-1", "npc", "u-c01")
    assert not organisation(NEXT_YEAR, facts).sits("p-1", "npc", "u-city")
    assert not organisation(SUMMER, facts).sits("p-ghost", "npc", "u-city")


def known_on(day: date, *facts: Event) -> Organisation:
    return small.organisation(day, *facts)


def test_a_unit_has_the_name_of_the_day() -> None:
    renamed = UnitChanged(
        at=AT, unit="u-edu", title="市教体局", short="教体局", parent="u-city", valid_from=SUMMER
    )
    facts = (small.city(), small.unit("u-edu", title="市教育局"), renamed)
    titles = [known_on(day, *facts).title("u-edu") for day in (SPRING, SUMMER)]
    assert titles == ["市教育局", "市教体局"]


class Entries:
    """Entries of a small directory."""

    def __init__(self, *facts: Event) -> None:
        known = known_on(FIRST, *facts).entries
        self.entries = [{**entry, "_id": name} for name, entry in known.items()]

    async def about(self, name: str) -> list[DirectoryEntry]:
        return self.entries

    above = one = about

    async def names(self, role: str) -> bool:
        return False


HEAD_OF_BOTH = (
    small.city(),
    small.unit("u-edu"),
    small.unit("u-basic", "u-edu"),
    small.unit("u-fin"),
    small.person("p-1"),
    small.person("p-2"),
    small.seat("head", "u-edu", person="p-1"),
    small.seat("head", "u-fin", person="p-1"),
    small.seat("handler", "u-edu", person="p-2"),
)


async def acting(*facts: Event, day: date = SUMMER, role: str = "head", unit: str = "u-edu") -> Any:
    found = ActorRepository("reminder", Entries(*HEAD_OF_BOTH, *facts))
    return await found.delegates_of("p-1", role, unit, day)


async def test_delegates_are_told_on_their_days_in_the_posts_that_they_were_given() -> None:
    between = {"at": AT, "person": "p-1", "delegate": "p-2"}
    given = DelegationGranted(
        **between, roles=("head",), units=("u-edu",), valid_from=SPRING, valid_to=SUMMER
    )
    assert await acting(given) == await acting(given, unit="u-basic") == ("p-2",)
    assert await acting(given, unit="u-fin") == await acting(given, role="handler") == ()
    assert await acting(given, day=NEXT_YEAR) == await acting(given, day=LAST) == ()
    assert await acting(given, PersonBlocked(at=AT, person="p-1")) == ()
    assert await acting(given, PersonBlocked(at=AT, person="p-2")) == ()
    assert await acting(given, DelegationRevoked(**between)) == ()
    longer = given.model_copy(update={"units": ("u-fin",), "valid_to": NEXT_YEAR})
    assert await acting(given, longer, unit="u-fin") == ("p-2",), "delegations may overlap"
    assert await acting(given, longer, day=NEXT_YEAR) == (), "each counts on its own days"
    facts = [*HEAD_OF_BOTH, given, longer]
    represented = known_on(NEXT_YEAR, *facts).actor("p-2")
    assert represented
    assert [p.unit for p in represented.posts if p.held_by] == ["u-fin"]
