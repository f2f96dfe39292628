"""The portal shows of a case what each owner would show itself."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from services.portal.domain.derived import OWNERS
from services.portal.domain.parts import READING, relations, shown_as_member, shown_to
from shared.kernel.access import RolesByRelation
from shared.kernel.actor import Actor, Post
from shared.service.config.access_tables import load_access
from shared.testing.service import MONDAY, policies

POLICIES = Path("deploy/policies")
TABLES = {owner: load_access(POLICIES, owner) for owner in OWNERS}
BEFORE, MOVED = "2025-03-01T01:00:00.000Z", "2025-03-05T01:00:00.000Z"
LATER = "2025-04-01T01:00:00.000Z"


def allows(owner: str, action: str, roles: RolesByRelation, situation: str) -> bool:
    return TABLES[owner].allows(action, roles, situation)


def line(at: str, **about: str) -> dict[str, str]:
    return {"at": at, "recorded": at, "type": "x.y.v1", "actor": "p-1", **about}


CASE: dict[str, Any] = {
    "agency": "u-city",
    "kind": "suggestion",
    "channel": "session",
    "client": "c-npc",
    "proposers": ["p-d1", "p-d2"],
    "intake": {"registered_at": BEFORE, "timeline": [line(BEFORE), line(LATER)]},
    "assignment": {
        "closed_at": LATER,
        "tasks": {
            "old": {"unit": "u-hou", "part": "lead", "status": "ended", "ended_at": MOVED},
            "new": {"unit": "u-tra", "part": "lead", "status": "received"},
            "help": {"unit": "u-fin", "part": "co", "status": "received"},
        },
        "timeline": [
            line(BEFORE, task="old"),
            line(BEFORE, task="help"),
            line(LATER, task="new"),
            line(LATER),
        ],
    },
    "handling": {
        "tasks": {
            "old": {"unit": "u-hou", "part": "lead", "round": 1, "contacts": 1, "ended": True},
            "new": {"unit": "u-tra", "part": "lead", "round": 1, "drafts": 2},
        },
        "timeline": [line(BEFORE, task="old"), line(LATER, task="new")],
    },
    "feedback": {
        "evaluations": {
            "e": {"rater": "p-d1", "unit": "u-tra", "round": 1, "overall": "satisfied"}
        },
        "timeline": [line(LATER)],
    },
    "disclosure": {
        "publications": {"new": {"mode": "closed", "due": LATER}, "old": {"public": True}}
    },
    "reminder": {"clocks": {"c": {"rule": "reply"}}, "timeline": [line(LATER)]},
}


def person(role: str, unit: str) -> Actor:
    actor = Actor("p-somebody", (Post(role, unit, (unit, "u-city")),))
    return actor.knowing(policies().organs(MONDAY))


def shown(actor: Actor) -> dict[str, Any]:
    return shown_to(actor.knowing(policies().organs(MONDAY)), CASE, allows)


@pytest.mark.parametrize(
    ("actor", "owners"),
    [
        (person("office", "u-npcsc-dep"), set(OWNERS)),
        (person("leader", "u-city"), set(OWNERS)),
        (person("handler", "u-tra"), set(OWNERS)),
        (person("handler", "u-fin"), {"intake", "assignment", "handling"}),
        (Actor("p-d1"), {"intake", "assignment", "handling", "feedback"}),
        (Actor("c-npc", client_of="u-city"), set(OWNERS) - {"reminder"}),
    ],
    ids=lambda value: getattr(value, "sub", ""),
)  # fmt: skip
def test_each_part_is_shown_to_whom_its_owner_would_show_it(actor: Actor, owners: set[str]) -> None:
    page = shown(actor)
    whole = {owner for owner in OWNERS if page[owner] == CASE[owner]}
    assert whole == owners
    assert READING["reminder"] == "read-clocks"


def test_nobody_is_told_whom_a_case_is_against_and_the_accused_see_none_of_it() -> None:
    accused = {"against": ["p-somebody"]}
    case = {**CASE, **accused, "intake": {**CASE["intake"], **accused}}
    office = replace(person("office", "u-npcsc-dep"), sub="p-other")
    assert shown_to(office, case, allows)["intake"] == CASE["intake"]
    page = shown_to(person("handler", "u-tra"), case, allows)
    assert [owner for owner in OWNERS if page[owner] and owner != "disclosure"] == []


def test_a_proposer_sees_no_clock_and_no_decision_before_it_is_public() -> None:
    page = shown(Actor("p-d2"))
    assert page["reminder"] == {}
    assert page["disclosure"] == {"publications": {"old": {"public": True}}}


def test_a_unit_that_lost_its_task_keeps_what_was_until_then() -> None:
    page = shown(person("handler", "u-hou"))
    assert page["former"]
    assert "former" not in shown(person("handler", "u-tra"))
    assert set(page["assignment"]["tasks"]) == set(page["handling"]["tasks"]) == {"old"}
    for owner in ("intake", "assignment", "handling"):
        moments = [entry["at"] for entry in page[owner]["timeline"]]
        assert moments
        assert max(moments) <= MOVED
        assert {entry.get("task") for entry in page[owner]["timeline"]} <= {None, "old"}
    assert "closed_at" not in page["assignment"]
    assert (page["feedback"], page["reminder"]) == ({}, {})
    assert page["disclosure"] == {"publications": {"old": {"public": True}}}


@pytest.mark.parametrize(("sub", "rates"), [("p-d1", True), ("p-d2", False)])
def test_who_has_a_form_to_fill_in_is_a_rater(sub: str, rates: bool) -> None:
    assert relations(Actor(sub), CASE)["rater"] == ({"proposer"} if rates else set())


@pytest.mark.parametrize(
    ("actor", "types"),
    [
        (person("office", "u-npcsc-dep"), ["case.linked.v1", "x.y.v1"]),
        (person("auditor", "u-city"), ["case.linked.v1", "x.y.v1"]),
        (person("handler", "u-tra"), ["x.y.v1"]),
        (Actor("p-d1"), ["x.y.v1"]),
        (Actor("c-npc", client_of="u-city"), ["x.y.v1"]),
    ],
)
def test_nobody_learns_here_of_a_case_that_this_one_repeats(actor: Actor, types: list[str]) -> None:
    """Intake tells of it whom it may; of the act only those at an organ hear."""
    lines = [line(BEFORE, type="case.linked.v1"), line(BEFORE)]
    intake = {**CASE["intake"], "repeats": ["5" * 32], "timeline": lines}
    known = actor.knowing(policies().organs(MONDAY))
    page = shown_to(known, {**CASE, "intake": intake}, allows)
    assert "repeats" not in page["intake"]
    assert [each["type"] for each in page["intake"]["timeline"]] == types
    assert "repeats" not in shown_as_member({**CASE, "intake": intake})["intake"]


def test_a_former_unit_gets_neither_versions_nor_the_moment_of_later_facts() -> None:
    later = {"seen": {"intake-c": [9, "h"]}, "updated_at": LATER}
    handler = person("handler", "u-hou")
    page = shown_to(handler, {**CASE, **later}, allows)
    assert page["former"] is True
    assert "seen" not in page
    assert page["updated_at"] == MOVED


def test_members_of_a_merger_are_told_by_their_numbers_alone() -> None:
    member = {"case_id": "5" * 32, "label": "2025年第9号建议", "proposers": ["p-n9"]}
    case = {**CASE, "intake": {**CASE["intake"], "members": [member]}}
    page = shown_to(person("office", "u-npcsc-dep"), case, allows)
    assert page["intake"]["members"] == [{"case_id": "5" * 32, "label": "2025年第9号建议"}]
