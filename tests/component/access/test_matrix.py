"""The authorization matrix, made of the access tables: every route of every service, for every role
that its rows name and one that they do not, held where the case belongs and elsewhere."""

from collections.abc import AsyncIterator, Iterable, Mapping

import pytest
import pytest_asyncio
from fastapi.routing import APIRoute

from shared.kernel.access import ANY, POSTS, AccessRow
from shared.kernel.actor import Actor, Post
from tests.component.access.test_every_route import (
    HIDDEN,
    ROUTES,
    all_services,
    asked_by,
    named,
)
from tests.component.access.world import INSIDER, LISTED, UNITS, Asked, Walked

pytestmark = pytest.mark.asyncio(loop_scope="module")

ORGANS = ("u-npc", "u-proposals", "u-petitions", "u-supervision")
FOREIGN = Actor("p-foreign", tuple(Post(r, "u-foreign", ("u-foreign",)) for r in sorted(POSTS)))
"""Holds every role, at a unit that has nothing to do with the case."""
FOREIGN_CLIENT = Actor("c-foreign", client_of="u-foreign")
OF_PERSONS = frozenset({"self", "proposer", "rater", "client"})
"""Relations that come with a person or a platform, not with a post."""

BY_REQUEST = frozenset({"decide-extension", "decide-suspension"})
"""Actions whose relations are those that the request names: here it names no agency."""


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def walked(mongo_url: str) -> AsyncIterator[dict[str, Walked]]:
    async with all_services(mongo_url) as services:
        yield services


def holding(role: str) -> Actor:
    """Holds one role at every unit of the case."""
    places = (*UNITS, *ORGANS)
    return Actor(f"p-only-{role}", tuple(Post(role, unit, (unit,)) for unit in places))


def rows_for(service: Walked, asked: Iterable[Asked]) -> list[AccessRow]:
    actions = {one.action for one in asked}
    return [row for row in service.table.rows if row.action in actions]


def fitting(rows: Iterable[AccessRow], one: Asked, role: str | None) -> list[AccessRow]:
    """The rows that let an actor with this role (None: with all, elsewhere) do what was asked, as
    far as posts go: rows for persons and platforms admit neither."""
    return [
        row
        for row in rows
        if row.action == one.action
        and (ANY in row.states or one.situation in row.states)
        and (ANY in row.roles or role is None or role in row.roles)
        and (row.relation == ANY if role is None else row.relation not in OF_PERSONS)
    ]


def outsider(rows: Iterable[AccessRow]) -> str:
    """A role that no row names."""
    used = {role for row in rows for role in row.roles}
    return min(POSTS - used)


@pytest.mark.parametrize(("name", "method", "route"), ROUTES, ids=named)
async def test_roles_held_elsewhere_admit_to_nothing_that_belongs_to_a_case(
    walked: dict[str, Walked], name: str, method: str, route: APIRoute
) -> None:
    service = walked[name]
    for actor in (FOREIGN, FOREIGN_CLIENT):
        answer, asked = await asked_by(service, method, route, actor)
        rows = rows_for(service, asked)
        wrong = [one for one in asked if one.allowed and not fitting(rows, one, None)]
        assert wrong == [], actor.sub
        assert answer.status_code in HIDDEN or any(one.allowed for one in asked) or not asked


@pytest.mark.parametrize(("name", "method", "route"), ROUTES, ids=named)
async def test_a_role_at_the_case_admits_to_what_its_rows_say_and_to_nothing_else(
    walked: dict[str, Walked], name: str, method: str, route: APIRoute
) -> None:
    service = walked[name]
    _, known = await asked_by(service, method, route, INSIDER)
    rows = rows_for(service, known)
    roles = {role for row in rows for role in row.roles} & POSTS
    for role in sorted({*roles, outsider(rows)}):
        answer, asked = await asked_by(service, method, route, holding(role))
        for one in (one for one in asked if one.situation != LISTED):
            expected = fitting(rows_for(service, [one]), one, role)
            assert bool(expected) >= one.allowed, (role, one)
            sure = [row for row in expected if one.held.get(row.relation)]
            assert bool(sure) <= one.allowed, (role, one)
            at_agency = [
                row for row in expected if row.relation == "agency" and row.action not in BY_REQUEST
            ]
            assert not at_agency or one.allowed or "agency" not in one.relations, (role, one)
        if asked and not any(one.allowed or one.situation == LISTED for one in asked):
            assert answer.status_code in HIDDEN, (role, answer.text)


async def test_the_matrix_covers_every_role_of_every_table(walked: Mapping[str, Walked]) -> None:
    used = {role for service in walked.values() for row in service.table.rows for role in row.roles}
    assert used - POSTS <= {ANY, "proposer", "client", "founder"}
