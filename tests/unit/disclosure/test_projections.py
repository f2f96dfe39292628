"""Documents of the public site: fields on the allow-list, and no others."""

import json
from collections.abc import Iterator, Sequence
from datetime import date
from typing import Any

import pytest

from services.disclosure.domain.projections import (
    ALLOWED,
    PUBLIC_SITE,
    PUBLIC_UNITS,
    count,
)
from shared.contracts.assignment import CaseClosed, CaseReopened
from shared.contracts.case_event import CaseMark
from shared.contracts.catalogue import OWNERS
from shared.contracts.directory import UnitChanged
from shared.contracts.disclosure import CaseDisclosed
from shared.contracts.intake import CaseWithdrawn
from shared.kernel.grams import grams_of
from shared.kernel.messages import Event, Recorded
from shared.kernel.moment import stamp
from shared.testing.fold import folded
from tests.component.site.published import (
    MONDAY,
    Log,
    accepted,
    case_id,
    closed,
    disclosed,
    registered,
    taken_down,
    unit_registered,
)
from tests.unit.disclosure.renditions import rendition

PLANTED = "王小明13812345678"
CASE = case_id("suggestion", 1)
SOURCES = {**PUBLIC_SITE.parts, **PUBLIC_UNITS.parts}
FACTS = [fact for owner in OWNERS for fact in owner.facts if owner.name in SOURCES]
HARMLESS: dict[str, Any] = {
    "kind": "suggestion",
    "agency": "u-city",
    "channel": "session",
    "period": "2025",
    "region": "c01",
    "subject": "general",
    "round": 1,
    "task": "a" * 12,
    "public": rendition(),
    "digest": "ab" * 32,
    "title": "市教育局",
    "short": "教育局",
    "level": "bureau",
    "valid_from": date(2024, 1, 1),
}


def planted(kind: type[Event]) -> Event:
    """A fact with a person's name and phone in every field that is not on the list."""
    allowed = ALLOWED[kind.type].fields if kind.type in ALLOWED else ()
    fields = {n: HARMLESS[n] if n in allowed else PLANTED for n in kind.model_fields}
    return kind.model_construct(**{**fields, "at": MONDAY})


@pytest.mark.parametrize("kind", FACTS, ids=lambda kind: str(kind.type))
def test_names_and_phones_in_facts_never_reach_the_site(kind: type[Event]) -> None:
    log = Log()
    stream = f"{next(o.prefixes[0] for o in OWNERS if kind in o.facts)}-{CASE}"
    for event in (planted(CaseDisclosed), planted(kind)):
        log.tell(stream, event)
    for projection in (PUBLIC_SITE, PUBLIC_UNITS):
        documents = folded(projection, log.facts)
        assert PLANTED not in json.dumps(documents, ensure_ascii=False)
        assert PLANTED not in json.dumps([count(d) for d in documents.values()])


def test_the_list_is_this_and_whoever_lengthens_it_says_so_here() -> None:
    assert {wire: row.fields for wire, row in ALLOWED.items()} == {
        "case.registered.v1": ("agency", "kind", "channel", "period", "region", "subject"),
        "case.diverted.v1": ("kind", "channel", "subject"),
        "case.accepted.v1": (),
        "case.withdrawn.v1": (),
        "case.closed.v1": (),
        "case.reopened.v1": (),
        "case.disclosed.v1": ("kind", "period", "round", "task", "public", "digest"),
        "disclosure.withdrawn.v1": ("task",),
        "unit.registered.v1": ("title", "short", "level", "region", "valid_from"),
        "unit.changed.v1": ("title", "short", "valid_from"),
    }


def test_owners_without_a_part_are_not_heard() -> None:
    assert set(PUBLIC_SITE.parts) == {"intake", "assignment", "disclosure"}
    assert (PUBLIC_SITE.database, PUBLIC_UNITS.database) == ("site", "site")


def site_case(*events: tuple[str, Event]) -> dict[str, Any]:
    log = Log()
    for prefix, event in events:
        log.tell(f"{prefix}-{CASE}", event)
    return folded(PUBLIC_SITE, log.facts).get(CASE, {})


PAPER = registered("suggestion", "session", "c01", "general")
REGISTERED, INTAKE = ("intake", PAPER), ("intake", accepted(PAPER))
CLOSED = ("assignment", closed("suggestion", "session"))
SHOWN = ("disclosure", disclosed(1))
GONE = ("disclosure", taken_down())
REOPENED = (
    "assignment",
    CaseReopened(at=MONDAY, kind="suggestion", channel="session", period="2025", reason="round"),
)


def test_a_published_case_has_the_fields_of_its_reply() -> None:
    case = site_case(REGISTERED, INTAKE, CLOSED, SHOWN)
    [reply] = case["disclosure"]["replies"].values()
    fact = disclosed(1)
    added = {"digest": fact.digest, "round": 1, "published": stamp(fact.at)}
    assert reply == {**fact.public.model_dump(mode="json"), **added}
    shown = {
        "public": True, "labels": [reply["label"]], "kind": "suggestion", "period": "2025",
        "title": reply["title"], "label": reply["label"], "names": reply["names"],
        "replied_on": reply["replied_on"], "published": stamp(fact.at), "units": [reply["unit"]],
        "meanings": [reply["meaning"]],
    }  # fmt: skip
    parts = {"_id", "seen", "search", "grams", "intake", "assignment", "disclosure"}
    assert {name: value for name, value in case.items() if name not in parts} == shown
    [gone] = site_case(REGISTERED, INTAKE, CLOSED, SHOWN, GONE)["disclosure"]["replies"].values()
    assert gone == {"label": reply["label"], "taken_down": stamp(MONDAY)}


def test_a_petition_is_nothing_but_a_number() -> None:
    paper = registered("petition", "letter", "c01", "school-fees")
    case = site_case(("intake", paper), ("intake", accepted(paper)))
    assert case["public"] is False
    assert case["intake"] == {
        "accepted": True,
        "agency": "u-city",
        "kind": "petition",
        "channel": "letter",
        "period": "2025",
        "region": "c01",
        "subject": "school-fees",
    }
    assert count(case) == {
        "u-city|2025|petition|all|-|registered": 1,
        "u-city|2025|petition|channel|letter|registered": 1,
        "u-city|2025|petition|region|c01|registered": 1,
        "u-city|2025|petition|subject|school-fees|registered": 1,
    }


def test_a_case_counts_from_its_acceptance_until_its_withdrawal() -> None:
    """Registering alone changes no public figure."""
    assert count(site_case(REGISTERED)) == {}
    assert count(site_case(REGISTERED, INTAKE))["u-city|2025|suggestion|all|-|registered"] == 1
    withdrawn = CaseWithdrawn(at=MONDAY, by="p-1", **PAPER.fields(CaseMark))
    assert count(site_case(REGISTERED, INTAKE, ("intake", withdrawn))) == {}


def test_a_published_reply_is_found_by_what_it_says() -> None:
    case = site_case(REGISTERED, INTAKE, SHOWN)
    assert (case["public"], case["title"], case["labels"]) == (
        True,
        "关于完善城市排水防涝设施的建议",
        ["2025年第1号建议"],
    )
    assert "三百二十条" in case["search"]
    assert count(case)["u-city|2025|suggestion|all|-|public"] == 1


def test_the_document_of_a_public_case_has_these_fields() -> None:
    case, fact = site_case(REGISTERED, INTAKE, SHOWN), disclosed(1)
    reply = fact.public.model_dump(mode="json")
    about = {"digest": fact.digest, "round": 1, "published": stamp(fact.at)}
    assert case["disclosure"] == {
        "kind": "suggestion", "period": "2025", "replies": {fact.task: reply | about},
    }  # fmt: skip
    derived = {name: case[name] for name in case.keys() - {"_id", "seen", *PUBLIC_SITE.parts}}
    search = derived.pop("search")
    assert search.startswith(f"{reply['title']}\n{reply['label']}\n")
    assert derived.pop("grams") == grams_of(search)
    assert derived == {
        "public": True, "labels": [reply["label"]], "kind": "suggestion", "period": "2025",
        "title": reply["title"], "label": reply["label"], "names": reply["names"],
        "replied_on": "2025-04-02", "published": stamp(fact.at), "units": ["u-hou"],
        "meanings": ["solved"],
    }  # fmt: skip


def test_what_was_taken_down_leaves_only_its_number() -> None:
    case = site_case(REGISTERED, INTAKE, SHOWN, GONE)
    assert (case["public"], case["labels"]) == (False, ["2025年第1号建议"])
    [reply] = case["disclosure"]["replies"].values()
    assert reply == {"label": "2025年第1号建议", "taken_down": stamp(MONDAY)}
    assert "停车" not in json.dumps(case, ensure_ascii=False)
    assert "三百二十条" not in json.dumps(case, ensure_ascii=False)
    assert "u-city|2025|suggestion|all|-|public" not in count(case)


def test_what_is_published_anew_is_there_again() -> None:
    again = ("disclosure", disclosed(1, title="关于停车的建议"))
    case = site_case(REGISTERED, INTAKE, SHOWN, GONE, again)
    assert (case["public"], case["title"]) == (True, "关于停车的建议")


def test_several_units_reply_to_one_case() -> None:
    other = disclosed(1, task="b" * 12, unit="u-pol", replied_on=date(2025, 6, 1))
    case = site_case(REGISTERED, INTAKE, SHOWN, ("disclosure", other))
    assert (case["units"], case["replied_on"]) == (["u-hou", "u-pol"], "2025-06-01")
    assert site_case(REGISTERED, INTAKE, SHOWN, ("disclosure", other), GONE)["units"] == ["u-pol"]


def test_a_reopened_case_is_not_closed() -> None:
    assert count(site_case(REGISTERED, INTAKE, CLOSED))["u-city|2025|suggestion|all|-|closed"] == 1
    assert "u-city|2025|suggestion|all|-|closed" not in count(
        site_case(REGISTERED, INTAKE, CLOSED, REOPENED)
    )


def test_the_streams_commute() -> None:
    streams = ((INTAKE,), (CLOSED, REOPENED, CLOSED), (SHOWN, GONE, SHOWN))
    orders = list(merged(streams))
    assert len(orders) == 140
    expected = site_case(*orders[0])
    for order in orders:
        assert site_case(*order) == expected
        assert count(site_case(*order)) == count(expected)


def merged(streams: Sequence[Sequence[Any]]) -> Iterator[tuple[Any, ...]]:
    if not any(streams):
        yield ()
    for n, stream in enumerate(streams):
        if stream:
            rest = [s[1:] if m == n else s for m, s in enumerate(streams)]
            for order in merged(rest):
                yield (stream[0], *order)


def test_a_unit_keeps_its_names_by_their_days() -> None:
    log = Log()
    log.tell("unit-u-edu", unit_registered("u-edu", "市教育局", "教育局", "bureau", "direct"))
    for title, day in (("市教育体育局", date(2025, 1, 1)), ("市教委", date(2023, 1, 1))):
        change = UnitChanged(at=MONDAY, unit="u-edu", title=title, short=title, valid_from=day)
        log.tell("unit-u-edu", change)
    namings = folded(PUBLIC_UNITS, log.facts)["u-edu"]["directory"]["namings"]
    assert [naming["title"] for naming in namings] == ["市教委", "市教育局", "市教育体育局"]


def test_an_unread_fact_changes_nothing() -> None:
    log = Log()
    log.tell(f"intake-{CASE}", planted(CaseClosed))
    recorded: Recorded = log.facts[0]
    part = {"closed": True}
    assert PUBLIC_SITE.parts["assignment"](part, recorded) == part
