"""The access table of a service: who may do what in which situation, as rows of data."""

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

Relation = Literal["agency", "task-unit", "co-unit", "proposer", "rater", "self", "client", "any"]
"""Where the roles are held: at the agency that supervises the case, at the unit of the task, at one
of its co-handlers; or what the actor himself is to the case. `any`: wherever they are held."""

RolesByRelation = Mapping[str, frozenset[str]]


@dataclass(frozen=True)
class Offer:
    """An action that the state of a case admits, with the actor's relations to its target."""

    action: str
    relations: RolesByRelation
    situation: str
    target: str | None = None


def listed(value: object) -> object:
    return (value,) if value == ANY else value


class AccessRow(BaseModel):
    """Whoever holds one of `roles` under `relation` may do `action` in one of `states`."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    action: str = Field(pattern=r"^[a-z]+(-[a-z]+)*$")
    roles: Annotated[tuple[Role, ...], BeforeValidator(listed), Field(min_length=1)]
    relation: Relation
    states: Annotated[tuple[str, ...], BeforeValidator(listed), Field(min_length=1)] = (ANY,)
    basis: str = Field(min_length=1)

    def admits(self, held: RolesByRelation, situation: str) -> bool:
        return self._in_time(situation) and self._by_right(held)

    def _in_time(self, situation: str) -> bool:
        return ANY in self.states or situation in self.states

    def _by_right(self, held: RolesByRelation) -> bool:
        if self.relation == ANY:
            return ANY in self.roles or any(
                not roles.isdisjoint(self.roles) for roles in held.values()
            )
        roles = held.get(self.relation, frozenset())
        return bool(roles) if ANY in self.roles else not roles.isdisjoint(self.roles)


@dataclass(frozen=True)
class AccessTable:
    """What is in no row is forbidden. Commands of the system itself never ask the table."""

    service: str
    rows: tuple[AccessRow, ...]

    def allows(self, action: str, roles_by_relation: RolesByRelation, situation: str) -> bool:
        """`roles_by_relation`: the roles that the actor holds under each relation to this case."""
        rows = self._by_action.get(action, ())
        return any(row.admits(roles_by_relation, situation) for row in rows)

    def allowed_actions(self, roles_by_relation: RolesByRelation, situation: str) -> list[str]:
        """The actions that `allows` would allow, in the table's order: the buttons."""
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
