"""The register: units with their history, names of persons, the tree of a day."""

from datetime import UTC, date, datetime
from typing import Any

from services.directory.domain.projections import REGISTER
from services.directory.queries import as_of, tree
from shared.contracts.clients import (
    ClientNarrowed,
    ClientRegistered,
    ClientRevoked,
    PartnerClient,
)
from shared.contracts.directory import PersonCorrected, PostCorrected, TermEnded
from shared.kernel.messages import Event, Recorded
from shared.testing.fold import folded
from tests.unit.directory.people import (
    MONDAY,
    YEAR,
    bureau,
    deputy,
    dissolved,
    filled,
    official,
    renamed,
    vacated,
)


def recorded(event: Event) -> Recorded:
    return Recorded(
        id="f",
        stream="unit-u-edu",
        version=1,
        event=event,
        source="directory",
        agency="u-city",
        actor="p-admin",
        recorded_at=datetime(2025, 3, 3, tzinfo=UTC),
        correlation_id="c",
    )


def document(*events: Event) -> dict[str, Any]:
    entry: dict[str, Any] = folded(REGISTER, map(recorded, events))["u-edu"]["directory"]
    return entry


def test_a_unit_is_kept_with_what_never_changes_its_names_its_holders_and_its_end() -> None:
    naming = {
        "title": "市教育局",
        "short": "教育局",
        "parent": "u-city",
        "letter_words": [],
        "since": "2024-01-01",
    }
    kept = {"unit": "u-edu", "level": "bureau", "agency": "u-city", "region": "direct"}
    assert document(bureau) == {**kept, "namings": [naming], "holdings": []}
    assert document(bureau, dissolved)["until"] == "2025-01-01"


def test_a_deputy_is_kept_with_the_mandate() -> None:
    assert document(deputy) == {
        "person": "p-n1",
        "title": "李四",
        "mandates": [
            {
                "body": "npc",
                "number": "D0001",
                "delegation": "临江区代表团",
                "agency": "u-city",
                "term_from": "2022-01-01",
                "term_to": "2026-12-31",
            }
        ],
    }


def test_a_unit_keeps_every_name_and_every_holder() -> None:
    entry = document(bureau, filled(), vacated(), filled(since=date(2025, 2, 1)), renamed)
    assert [naming["since"] for naming in entry["namings"]] == ["2024-01-01", "2025-01-01"]
    assert [(h["since"], h["until"]) for h in entry["holdings"]] == [
        ("2024-01-01", "2025-01-01"),
        ("2025-02-01", None),
    ]


def test_a_corrected_name_replaces_the_old_one() -> None:
    right = PersonCorrected(at=MONDAY, person="p-1", title="王方")
    assert document(official, right) == {"person": "p-1", "title": "王方"}


def test_only_the_post_that_was_entered_wrongly_is_corrected() -> None:
    posts = filled(), filled(person="p-2"), filled("head"), filled(since=date(2025, 2, 1))
    days = {"valid_from": date(2024, 2, 1), "valid_to": date(2024, 9, 1)}
    named = {"unit": "u-edu", "role": "handler", "person": "p-1", "recorded_from": YEAR}
    others = document(bureau, *posts)["holdings"][1:]
    right = PostCorrected(at=MONDAY, **named, **days)
    assert document(bureau, *posts, right)["holdings"] == [
        {"role": "handler", "person": "p-1", "since": "2024-02-01", "until": "2024-09-01"},
        *others,
    ]
    held = PostCorrected(at=MONDAY, **named, valid_from=date(2024, 2, 1))
    assert document(bureau, vacated(), *posts, held)["holdings"][0]["until"] is None


def test_only_the_term_that_ended_early_is_shorter() -> None:
    other_seats = (
        {"body": "cppcc"},
        {"agency": "u-c01"},
        {"term_from": date(2027, 1, 1), "term_to": date(2031, 12, 31)},
    )
    terms = [deputy, *(deputy.model_copy(update=seat) for seat in other_seats)]
    named = {"person": "p-n1", "body": "npc", "agency": "u-city", "term_from": date(2022, 1, 1)}
    ended = TermEnded(at=MONDAY, **named, term_to=date(2025, 1, 1), reason="resigned")
    later = ended.model_copy(update={"term_to": date(2029, 1, 1)})
    ends = [term.term_to.isoformat() for term in terms]
    for event, expected in ((ended, ["2025-01-01", *ends[1:]]), (later, ends)):
        assert [m["term_to"] for m in document(*terms, event)["mandates"]] == expected


def test_a_holding_ends_the_day_before_it_is_vacated() -> None:
    """`filled` begins in March, `vacated` is from 2025-01-01 on."""
    entry = document(bureau, filled(since=date(2024, 3, 1)), vacated())
    holders = {day: len(as_of(entry, day)["posts"]) for day in ("2024-02-29", "2024-03-01")}
    assert holders == {"2024-02-29": 0, "2024-03-01": 1}
    assert len(as_of(entry, "2024-12-31")["posts"]) == 1
    assert as_of(entry, "2025-01-01")["posts"] == []


def test_a_person_is_a_name() -> None:
    assert document(official) == {"person": "p-1", "title": "王芳"}
    assert document(deputy)["title"] == "李四"


def test_a_deputy_keeps_every_term() -> None:
    later = {"term_from": date(2027, 1, 1), "term_to": date(2031, 12, 31)}
    mandates = document(deputy, deputy.model_copy(update=later))["mandates"]
    assert [mandate["term_from"] for mandate in mandates] == ["2022-01-01", "2027-01-01"]
    assert mandates[0]["number"] == "D0001"


def test_units_stand_below_their_parents() -> None:
    roots = tree([{"unit": "u-a", "parent": None}, {"unit": "u-b", "parent": "u-a"}])
    assert [root["unit"] for root in roots] == ["u-a"]
    assert [below["unit"] for below in roots[0]["units"]] == ["u-b"]


def test_units_that_name_each_other_as_parent_are_shown_as_roots() -> None:
    pair = [{"unit": "u-a", "parent": "u-b"}, {"unit": "u-b", "parent": "u-a"}]
    below = {"unit": "u-c", "parent": "u-a"}
    roots = tree([*pair, below])
    assert [root["unit"] for root in roots] == ["u-a", "u-b"]
    assert [unit["unit"] for unit in roots[0]["units"]] == ["u-c"]


def test_a_unit_whose_parent_is_not_known_is_a_root() -> None:
    assert [root["unit"] for root in tree([{"unit": "u-x", "parent": "u-gone"}])] == ["u-x"]


def test_a_platform_is_kept_with_the_kinds_that_it_may_register_until_it_is_revoked() -> None:
    npc = PartnerClient(client="c-npc", title="履职平台", agency="u-city", kinds=("motion",))
    registered = ClientRegistered(at=MONDAY, **npc.model_dump())
    narrowed = ClientNarrowed(at=MONDAY, client="c-npc", kinds=("suggestion",))
    revoked = ClientRevoked(at=MONDAY, client="c-npc")
    shown = {**npc.model_dump(), "revoked": False}
    assert document(registered) == {"client": shown}
    shown["kinds"] = ["suggestion"]
    assert document(registered, narrowed) == {"client": shown}
    assert document(registered, narrowed, revoked) == {"client": {**shown, "revoked": True}}


def names(*events: Event) -> list[str]:
    found: list[str] = folded(REGISTER, map(recorded, events))["u-edu"]["names"]
    return found


def test_an_entry_is_found_by_every_name_that_it_has_or_had() -> None:
    changed = renamed.model_copy(update={"title": "市教育 体育局", "short": "教体局"})
    assert names(bureau, changed) == sorted({"市教育局", "教育局", "市教育体育局", "教体局"})
    assert names(official) == ["王芳"]
    client = {"client": "c-npc", "title": "履职平台", "agency": "u-city"}
    assert names(ClientRegistered(at=MONDAY, **client)) == []
