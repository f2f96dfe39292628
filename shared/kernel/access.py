"""Access tables: the roles that may do an action in a state of the case, as rows of data."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Annotated, Final, Literal, get_args

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

ANY: Final = "any"

Role = Literal[
    "registrar", "office", "liaison", "handler", "section-head", "reviewer", "head", "leader",
    "publisher", "security-reviewer", "auditor", "operator", "admin", "proposer", "client", "any",
]  # fmt: skip
"""Roles of posts, and two that come with a relation: `proposer` (own case) and `client`."""

POSTS = frozenset(get_args(Role)) - {"proposer", "client", ANY}
"""Roles that a post may have."""

Relation = Literal[
    "agency", "organ", "screening-organ", "numbering-organ", "assignment-organ",
    "supervision-organ", "rating-organ", "publication-organ", "task-unit", "co-unit", "proposer",
    "rater", "self", "client", "any",
]  # fmt: skip
"""Where a role is held (at the agency of the case, at the organ that has a duty for its kind or any
duty, at the unit of the task, at one of its co-handlers), or what the actor is to the case. `any`:
a role counts wherever it is held."""

RolesByRelation = Mapping[str, frozenset[str]]


@dataclass(frozen=True)
class Offer:
    """An action that the state of a case admits, with the actor's relations to its target."""

    action: str
    relations: RolesByRelation
    situation: str
    target: str | None = None


def listed(value: object) -> object:
    """Returns `any` as a list of one, as rows may write it short."""
    return (value,) if value == ANY else value


class AccessRow(BaseModel):
    """Allows `action` in one of `states` to actors with one of `roles` under `relation`.

    `basis` is the legal basis of the row.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    action: str = Field(pattern=r"^[a-z]+(-[a-z]+)*$")
    roles: Annotated[tuple[Role, ...], BeforeValidator(listed), Field(min_length=1)]
    relation: Relation
    states: Annotated[tuple[str, ...], BeforeValidator(listed), Field(min_length=1)] = (ANY,)
    basis: str = Field(min_length=1)

    def admits(self, roles_by_relation: RolesByRelation, situation: str) -> bool:
        in_time = ANY in self.states or situation in self.states
        return in_time and self._admits_roles(roles_by_relation)

    def _admits_roles(self, roles_by_relation: RolesByRelation) -> bool:
        if self.relation == ANY:
            return ANY in self.roles or any(
                not roles.isdisjoint(self.roles) for roles in roles_by_relation.values()
            )
        roles = roles_by_relation.get(self.relation, frozenset())
        return bool(roles) if ANY in self.roles else not roles.isdisjoint(self.roles)


@dataclass(frozen=True)
class AccessTable:
    """The rows of a service; what no row allows is forbidden.

    Commands of the system itself are not checked against it.
    """

    service: str
    rows: tuple[AccessRow, ...]

    def allows(self, action: str, roles_by_relation: RolesByRelation, situation: str) -> bool:
        """Returns whether some row allows the action to the roles that the actor holds under each
        relation to the case."""
        rows = self._by_action.get(action, ())
        return any(row.admits(roles_by_relation, situation) for row in rows)

    def allowed_actions(self, roles_by_relation: RolesByRelation, situation: str) -> list[str]:
        """Returns the actions that `allows` allows, in the order of the table."""
        return [a for a in self._by_action if self.allows(a, roles_by_relation, situation)]

    def rows_of(self, action: str) -> tuple[AccessRow, ...]:
        return self._by_action.get(action, ())

    @property
    def actions(self) -> frozenset[str]:
        return frozenset(self._by_action)

    @cached_property
    def _by_action(self) -> Mapping[str, tuple[AccessRow, ...]]:
        actions = dict.fromkeys(row.action for row in self.rows)
        return {name: tuple(row for row in self.rows if row.action == name) for name in actions}
