"""Relations of an actor to a case: the roles that the access table counts under each of them."""

from collections.abc import Collection, Iterable

from shared.kernel.access import RolesByRelation
from shared.kernel.actor import Actor

NO_ROLES: frozenset[str] = frozenset()


def relations_to_case(
    actor: Actor,
    agency: str,
    client: str | None,
    *,
    task_roles: Iterable[frozenset[str]] = (),
    co_roles: Iterable[frozenset[str]] = (),
    proposers: Collection[str | None] = (),
) -> RolesByRelation:
    """Returns the roles by relation.

    `agency`: roles at the supervising agency itself. `task-unit` and `co-unit`: the roles over the
    units that reply or give an opinion (`task_roles`, `co_roles`, one set per unit). `proposer`:
    the actor is one of `proposers`. `client`: the actor is the platform that registered the case.
    """
    return {
        "agency": actor.roles_at(agency),
        "task-unit": NO_ROLES.union(*task_roles),
        "co-unit": NO_ROLES.union(*co_roles),
        "proposer": being("proposer", actor.sub in proposers),
        "client": being("client", actor.brought(agency, client)),
    }


def being(relation: str, holds: bool) -> frozenset[str]:
    """Returns the role that comes with the relation itself, where it holds."""
    return frozenset({relation}) if holds else NO_ROLES
