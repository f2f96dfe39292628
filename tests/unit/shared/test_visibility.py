"""Visibility of cases."""

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from shared.kernel.access import AccessRow
from shared.kernel.actor import Actor, Post
from shared.kernel.visibility import Among, Every, NoneOf, visible_to
from shared.service.config.access_tables import load_access
from shared.service.config.policies import load_policies

MONDAY = datetime(2025, 3, 3, 1, tzinfo=UTC)
ORGANS = load_policies(Path("deploy/policies")).organs(MONDAY)
ROWS = load_access(Path("deploy/policies"), "portal").rows_of("read-case")

CASE: dict[str, Any] = {
    "agency": "u-city",
    "kind": "suggestion",
    "channel": "session",
    "units": ["u-edu", "u-fin"],
    "proposers": ["p-zhang"],
    "client": "c-npc",
    "status": "handling",
}


def can_see(actor: Actor, document: dict[str, Any], *rows: AccessRow) -> bool:
    return visible_to(actor.knowing(ORGANS), rows or ROWS).admits(document)


def row(relation: str, *roles: str, **more: Any) -> AccessRow:
    fields = {"action": "read-case", "roles": roles, "relation": relation, "basis": "x"}
    return AccessRow.model_validate(fields | more)


def post(role: str, *path: str) -> Actor:
    return Actor("p-somebody", (Post(role, path[0], path),))


@pytest.mark.parametrize(
    ("actor", "sees"),
    [
        (post("office", "u-npcsc-dep"), True),
        (post("office", "u-supervision"), True),
        (post("office", "u-petition"), False),
        (post("office", "u-cppcc-pro"), False),
        (post("office", "u-city"), False),
        (post("leader", "u-city"), True),
        (post("publisher", "u-openness"), True),
        (post("publisher", "u-city"), False),
        (post("auditor", "u-city"), True),
        (post("office", "u-county"), False),
        (post("operator", "u-city"), False),
        (post("system-admin", "u-city"), False),
        (post("handler", "u-edu", "u-city"), True),
        (post("handler", "u-edu-basic", "u-edu", "u-city"), True),
        (post("handler", "u-health", "u-city"), False),
        (post("publisher", "u-edu", "u-city"), True),
        (Actor("p-zhang"), True),
        (Actor("p-li", deputy=True), False),
        (Actor("c-npc", client_of="u-city"), True),
        (Actor("c-cppcc", client_of="u-city"), False),
        (Actor("c-npc", client_of="u-county"), False),
    ],
    ids=str,
)
def test_a_case_is_seen_by_those_it_concerns(actor: Actor, sees: bool) -> None:
    assert can_see(actor, CASE) is sees


def test_a_case_without_units_or_proposers_is_the_agencys_alone() -> None:
    bare = {"agency": "u-city"}
    assert can_see(post("leader", "u-city"), bare)
    assert not can_see(post("handler", "u-edu", "u-city"), bare)
    assert not can_see(Actor("p-zhang"), bare)


def test_what_is_in_no_row_is_not_seen() -> None:
    """Without a row, the cases that it alone shows are hidden."""
    office, handler = post("office", "u-city"), post("handler", "u-edu", "u-city")
    only_units = row("task-unit", "handler")
    assert not can_see(office, CASE, only_units)
    assert can_see(handler, CASE, only_units)
    assert not can_see(post("head", "u-edu"), CASE, only_units)
    assert visible_to(office, []).as_filter() == {"_id": {"$in": []}}


def test_a_row_may_name_the_states_in_which_it_counts() -> None:
    closed = row("agency", "office", states=["closed"])
    assert not can_see(post("office", "u-city"), CASE, closed)
    assert can_see(post("office", "u-city"), {**CASE, "status": "closed"}, closed)


def test_a_relation_that_a_register_knows_nothing_of_shows_nothing() -> None:
    for relation in ("self", "rater", "any"):
        assert not can_see(Actor("p-zhang"), CASE, row(relation, "any"))


def test_leads_and_co_handlers_are_admitted_alike_because_a_register_does_not_tell_them_apart() -> (
    None
):
    rows = {row.relation: (set(row.roles), row.states) for row in ROWS}
    assert rows["task-unit"] == rows["co-unit"]


def test_a_unit_that_lost_its_task_is_admitted_to_the_case_as_it_was_and_no_further() -> None:
    moved = {**CASE, "units": ["u-fin"], "former_units": ["u-edu"]}
    shown = visible_to(post("handler", "u-edu-basic", "u-edu", "u-city").knowing(ORGANS), ROWS)
    assert shown.admits(moved)
    assert not shown.present.admits(moved)
    assert shown.present.admits(CASE)
    assert shown.former_alone()["$and"][1] == {"$nor": [shown.present.as_filter()]}


AGAINST = {**CASE, "against": ["p-boss", "u-edu"]}
SECTION = Post("handler", "u-edu-1", ("u-edu-1", "u-edu", "u-city"))
LEADER = Post("leader", "u-city", ("u-city",))


@pytest.mark.parametrize(
    ("actor", "sees"),
    [
        (Actor("p-1", (SECTION,)), False),
        (Actor("p-1", (SECTION, LEADER)), False),
        (Actor("p-boss", (LEADER,)), False),
        (Actor("p-1", (replace(LEADER, held_by="p-boss"),)), False),
        (Actor("p-1", (replace(SECTION, held_by="p-2"),)), False),
        (Actor("p-1", (replace(LEADER, held_by="p-2"), replace(SECTION, held_by="p-2"))), False),
        (Actor("p-1", (LEADER, replace(SECTION, held_by="p-2"))), True),
        (Actor("p-1", (LEADER,)), True),
        (Actor("p-zhang"), True),
        (Actor("c-npc", client_of="u-city"), True),
    ],
    ids=range(10),
)
def test_a_case_is_not_shown_to_those_whom_it_is_against(actor: Actor, sees: bool) -> None:
    """In whatever post, for themselves or for others; a proposer keeps his own paper."""
    assert can_see(actor, AGAINST) is sees
    assert can_see(actor, {**CASE, "against": None}) or not actor.posts


def test_kept_from_the_actor_alone_is_what_would_be_visible_otherwise() -> None:
    leader, section = Actor("p-boss", (LEADER,)), Actor("p-1", (SECTION,))
    for actor in (leader, section):
        [against, otherwise, seen] = visible_to(actor.knowing(ORGANS), ROWS).recused()["$and"]
        assert actor.sub in against["against"]["$in"]
        assert "against" not in str(otherwise)
        assert seen == {"$nor": [visible_to(actor.knowing(ORGANS), ROWS).as_filter()]}
    nobody = visible_to(Actor("p-nobody").knowing(ORGANS), ROWS).recused()["$and"]
    assert nobody[0] == {"against": {"$in": []}}


def test_a_condition_without_parts_holds_everywhere_in_a_form_that_a_store_takes() -> None:
    """MongoDB refuses an empty `$and`; a policy row for every place has no part."""
    everywhere = Every(())
    assert everywhere.admits(CASE)
    assert everywhere.as_filter() == {}
    nowhere = NoneOf((everywhere, Every((Among("kind", frozenset({"motion"})),))))
    assert not nowhere.admits(CASE)
    assert nowhere.as_filter()["$nor"][0] == {}


def test_a_condition_knows_the_fields_that_it_asks_for_within_its_parts_too() -> None:
    [among, against] = (row for row in visible_to(Actor("p-boss", (LEADER,)).knowing(ORGANS), ROWS)
                        .conditions[0].conditions)  # fmt: skip
    assert (among.fields, against.fields) == ({"agency"}, {"against"})
    whole = Every((among, NoneOf((Every((Among("kind", frozenset({"motion"})),)),)), against))
    assert whole.fields == {"agency", "kind", "against"}
    assert whole.whomever_against.fields == {"agency", "kind"}
