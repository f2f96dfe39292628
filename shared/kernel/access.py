"""Access tables: the roles that may do an action in a state of the case, as rows of data."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Annotated, Final, Literal, Self, get_args

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, model_validator

ANY: Final = "any"

Role = Literal[
    "registrar", "office", "liaison", "handler", "section-head", "reviewer", "head", "leader",
    "publisher", "security-reviewer", "auditor", "operator", "system-admin", "security-admin",
    "founder", "proposer", "client", "any",
]  # fmt: skip
"""Roles of posts, two that come with a relation: `proposer` (own case) and `client`; `founder`
comes with the first start, before there are administrators."""

ADMINISTRATORS = frozenset({"system-admin", "security-admin", "auditor"})
"""三员: system, security and audit administrators; a person is one of them at most."""

POSTS = frozenset(get_args(Role)) - {"founder", "proposer", "client", ANY}
"""Roles that a post may have."""

Relation = Literal[
    "agency", "organ", "screening-organ", "numbering-organ", "assignment-organ",
    "supervision-organ", "rating-organ", "publication-organ", "review-organ", "recheck-organ",
    "task-unit", "co-unit", "former-unit", "proposer", "rater", "self",
    "in-charge", "client", "any",
]  # fmt: skip
"""Places where a role is held (at the agency of the case, at the organ that has a duty for its kind
or any duty, at the unit of the task, at one of its co-handlers, at a unit that had a task), or what
the actor is to the case (`in-charge`: the leader in charge of it). `any`: a role counts wherever it
is held."""

LONGEST_WAIT_DAYS = 365
"""No act waits longer for its second person."""

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


def dashed(name: str) -> str:
    """Returns the name of a field as rows write it: `second-person`."""
    return name.replace("_", "-")


class AccessRow(BaseModel):
    """Allows `action` in one of `states` to actors with one of `roles` under `relation`.

    `basis` is the legal basis of the row. With `second_person` the act is only proposed; another
    person whom such a row admits confirms it, after `wait_days` and before `expires_days`.
    """

    model_config = ConfigDict(
        frozen=True, extra="forbid", alias_generator=dashed, populate_by_name=True
    )

    action: str = Field(pattern=r"^[a-z]+(-[a-z]+)*$")
    roles: Annotated[tuple[Role, ...], BeforeValidator(listed), Field(min_length=1)]
    relation: Relation
    states: Annotated[tuple[str, ...], BeforeValidator(listed), Field(min_length=1)] = (ANY,)
    basis: str = Field(min_length=1)
    second_person: bool = False
    wait_days: int = Field(default=0, ge=0, le=LONGEST_WAIT_DAYS)
    expires_days: int = Field(default=14, ge=1, le=LONGEST_WAIT_DAYS)

    @model_validator(mode="after")
    def _can_be_confirmed(self) -> Self:
        if not self.second_person and {"wait_days", "expires_days"} & self.model_fields_set:
            raise ValueError("wait-days and expires-days belong to a row with second-person")
        if self.wait_days >= self.expires_days:
            raise ValueError("the act would expire before it may be confirmed")
        return self

    def admits(self, roles_by_relation: RolesByRelation, situation: str) -> bool:
        in_time = ANY in self.states or situation in self.states
        return in_time and self.admits_roles(roles_by_relation)

    def admits_roles(self, roles_by_relation: RolesByRelation) -> bool:
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
        return bool(self.admitting(action, roles_by_relation, situation))

    def admitting(
        self, action: str, roles_by_relation: RolesByRelation, situation: str
    ) -> tuple[AccessRow, ...]:
        """Returns the rows that allow the action."""
        rows = self._by_action.get(action, ())
        return tuple(row for row in rows if row.admits(roles_by_relation, situation))

    def knows(self, roles_by_relation: RolesByRelation) -> bool:
        """Returns whether some row, in whatever state, admits one of the relations to the case. A
        row for anybody says nothing about a case."""
        rows = (row for row in self.rows if row.relation != ANY)
        return any(row.admits_roles(roles_by_relation) for row in rows)

    def allowed_actions(self, roles_by_relation: RolesByRelation, situation: str) -> list[str]:
        """Returns the actions that `allows` allows, in the order of the table."""
        return [a for a in self._by_action if self.allows(a, roles_by_relation, situation)]

    def within_reach(self, roles: frozenset[str]) -> frozenset[str]:
        """Returns the actions that some row grants to one of the roles, wherever it is held and
        whatever the case: pages of such actions are worth showing."""
        return frozenset(
            row.action
            for row in self.rows
            if row.relation == ANY == row.roles[0] or not roles.isdisjoint(row.roles)
        )

    def rows_of(self, action: str) -> tuple[AccessRow, ...]:
        return self._by_action.get(action, ())

    @property
    def actions(self) -> frozenset[str]:
        return frozenset(self._by_action)

    @property
    def seconded(self) -> frozenset[str]:
        """Returns the actions that some row lets people only propose."""
        return frozenset(row.action for row in self.rows if row.second_person)

    @cached_property
    def _by_action(self) -> Mapping[str, tuple[AccessRow, ...]]:
        actions = dict.fromkeys(row.action for row in self.rows)
        return {name: tuple(row for row in self.rows if row.action == name) for name in actions}
