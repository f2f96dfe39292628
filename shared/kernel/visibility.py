"""Visibility of cases: rows of an access table as one condition per actor, for checks and lists.

Documents have `agency`, `units` (all that have or had a task), `proposers` (ids), `client` and
`status`.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from shared.kernel.access import ANY, AccessRow
from shared.kernel.actor import Actor


@dataclass(frozen=True)
class Among:
    """Holds where the field, or one of its members, is one of the values."""

    field: str
    values: frozenset[str]

    def admits(self, document: Mapping[str, Any]) -> bool:
        value = document.get(self.field)
        members = value if isinstance(value, list | tuple) else [value]
        return any(member in self.values for member in members)

    def as_filter(self) -> dict[str, Any]:
        return {self.field: {"$in": sorted(self.values)}}


@dataclass(frozen=True)
class Every:
    """Holds where all conditions hold."""

    conditions: tuple[Among, ...]

    @property
    def agencies(self) -> frozenset[str]:
        """Returns the agencies all of whose cases it admits; none beside other conditions."""
        whole = len(self.conditions) == 1 and self.conditions[0].field == "agency"
        return self.conditions[0].values if whole else frozenset()

    def admits(self, document: Mapping[str, Any]) -> bool:
        return all(condition.admits(document) for condition in self.conditions)

    def as_filter(self) -> dict[str, Any]:
        return {"$and": [condition.as_filter() for condition in self.conditions]}


@dataclass(frozen=True)
class AnyOf:
    """Holds where one of the conditions holds; without conditions, nowhere."""

    conditions: tuple[Every, ...]

    def admits(self, document: Mapping[str, Any]) -> bool:
        return any(condition.admits(document) for condition in self.conditions)

    def as_filter(self) -> dict[str, Any]:
        if not self.conditions:
            return {"_id": {"$in": []}}
        return {"$or": [condition.as_filter() for condition in self.conditions]}

    @property
    def agencies(self) -> frozenset[str]:
        """Returns the agencies all of whose cases are visible."""
        return frozenset().union(*(condition.agencies for condition in self.conditions))

    def elsewhere(self) -> dict[str, Any]:
        """Returns the filter for visible cases outside of `agencies`."""
        rest = AnyOf(tuple(condition for condition in self.conditions if not condition.agencies))
        return {"$and": [rest.as_filter(), {"agency": {"$nin": sorted(self.agencies)}}]}


def visible_to(actor: Actor, rows: Iterable[AccessRow]) -> AnyOf:
    """Returns the condition that any of the rows holds for the actor.

    A register does not tell leads from co-handlers: rows for `task-unit` and `co-unit` count for
    both. Rows for a relation that registers do not have show nothing.
    """
    related = [(row, _related(actor, row)) for row in rows]
    return AnyOf(tuple(_in_state(row, places) for row, places in related if places))


def _related(actor: Actor, row: AccessRow) -> tuple[Among, ...]:
    """Returns the conditions for cases that the actor has the row's relation to, with its role."""
    posts = [post for post in actor.posts if ANY in row.roles or post.role in row.roles]
    match row.relation:
        case "agency":
            return _some("agency", [post.unit for post in posts])
        case "task-unit" | "co-unit":
            return _some("units", [unit for post in posts for unit in post.path])
        case "proposer" if actor.client_of is None:
            return _some("proposers", [actor.sub])
        case "client" if actor.client_of:
            return (*_some("agency", [actor.client_of]), *_some("client", [actor.sub]))
        case _:
            return ()


def _in_state(row: AccessRow, places: tuple[Among, ...]) -> Every:
    states = () if ANY in row.states else _some("status", row.states)
    return Every((*places, *states))


def _some(field: str, values: Collection[str]) -> tuple[Among, ...]:
    return (Among(field, frozenset(values)),) if values else ()
