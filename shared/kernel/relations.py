"""Relations of an actor to a case: the roles that the access table counts under each of them."""

from collections.abc import Collection, Iterable
from typing import Protocol

from shared.kernel.access import RolesByRelation
from shared.kernel.actor import Actor

NO_ROLES: frozenset[str] = frozenset()


class Scoped(Protocol):
    """A case or a paper by its agency, kind and channel, which name its policy row."""

    @property
    def agency(self) -> str: ...
    @property
    def kind(self) -> str: ...
    @property
    def channel(self) -> str: ...


class Marked(Scoped, Protocol):
    """A case, with the client that registered it."""

    @property
    def client(self) -> str | None: ...


def relations_to_case(
    actor: Actor,
    case: Marked | None,
    *,
    task_roles: Iterable[frozenset[str]] = (),
    co_roles: Iterable[frozenset[str]] = (),
    proposers: Collection[str | None] = (),
) -> RolesByRelation:
    """Returns the roles by relation.

    `agency`: roles at the supervising agency itself. `organ`, `screening-organ` …: roles at the
    organs that have the duties for the case. `task-unit` and `co-unit`: the roles over the
    units that reply or give an opinion (`task_roles`, `co_roles`, one set per unit). `proposer`:
    the actor is one of `proposers`. `client`: the actor is the platform that registered the case.
    """
    return {
        **to_the_case(actor, case),
        "task-unit": NO_ROLES.union(*task_roles),
        "co-unit": NO_ROLES.union(*co_roles),
        "proposer": being("proposer", actor.sub in proposers),
    }


def to_the_case(actor: Actor, case: Marked | None) -> RolesByRelation:
    """Returns the roles that do not depend on tasks; none before the case has arrived."""
    if case is None:
        return {"agency": NO_ROLES, "client": NO_ROLES}
    return {
        "agency": actor.roles_at(case.agency),
        "client": being("client", actor.brought(case.agency, case.client)),
        **actor.roles_at_organs(case.agency, case.kind, case.channel),
    }


def being(relation: str, holds: bool) -> frozenset[str]:
    """Returns the role that comes with the relation itself, where it holds."""
    return frozenset({relation}) if holds else NO_ROLES


TO_ONE_CASE = frozenset({"task-unit", "co-unit", "former-unit", "proposer", "rater", "client"})
"""Relations by work on a case, or of those who brought it."""


def is_of_organ(roles: RolesByRelation) -> bool:
    """Returns whether the actor has a role at the agency of the case, or at an organ of it."""
    return any(held for relation, held in roles.items() if relation not in TO_ONE_CASE)
