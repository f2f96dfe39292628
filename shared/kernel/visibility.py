"""Visibility of cases: rows of an access table as one condition per actor, for checks and lists.

Documents have `agency`, `kind`, `channel`, `units` (that have a task), `former_units` (that had
one), `proposers` (ids), `client`, `status`, and `against`: units and people from whom the case is
kept.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from shared.kernel.access import ANY, AccessRow
from shared.kernel.actor import Actor, Post
from shared.kernel.organs import AGENCY, ANYWHERE, DUTIES, Jurisdiction

FORMER_UNITS = "former_units"


@dataclass(frozen=True)
class Among:
    """Holds where the field, or one of its members, is one of the values."""

    field: str
    values: frozenset[str]

    @property
    def fields(self) -> frozenset[str]:
        return frozenset({self.field})

    def admits(self, document: Mapping[str, Any]) -> bool:
        value = document.get(self.field)
        members = value if isinstance(value, list | tuple) else [value]
        return any(member in self.values for member in members)

    def as_filter(self) -> dict[str, Any]:
        return {self.field: {"$in": sorted(self.values)}}


@dataclass(frozen=True)
class NoneOf:
    """Holds where none of the conditions holds."""

    conditions: tuple["Every", ...]
    field: str = ""

    @property
    def fields(self) -> frozenset[str]:
        return frozenset[str]().union(*(condition.fields for condition in self.conditions))

    @property
    def against(self) -> Iterator[Among]:
        """Yields the conditions on whom a case is against."""
        if self.field == "against":
            parts = (part for every in self.conditions for part in every.conditions)
            yield from (part for part in parts if isinstance(part, Among))

    def admits(self, document: Mapping[str, Any]) -> bool:
        return not any(condition.admits(document) for condition in self.conditions)

    def as_filter(self) -> dict[str, Any]:
        return {"$nor": [condition.as_filter() for condition in self.conditions]}


@dataclass(frozen=True)
class Every:
    """Holds where all conditions hold; without conditions, everywhere."""

    conditions: tuple[Among | NoneOf, ...]

    @property
    def fields(self) -> frozenset[str]:
        """Returns the fields that it asks for, also within its parts."""
        return frozenset[str]().union(*(part.fields for part in self.conditions))

    @property
    def is_former(self) -> bool:
        """Returns whether it admits cases of which the actor has lost the task."""
        fields = (part.field for part in self.conditions if isinstance(part, Among))
        return FORMER_UNITS in fields

    @property
    def whomever_against(self) -> "Every":
        """Returns the condition without the part that keeps cases from those whom they are
        against."""
        return Every(tuple(part for part in self.conditions if part.field != "against"))

    def admits(self, document: Mapping[str, Any]) -> bool:
        return all(condition.admits(document) for condition in self.conditions)

    def as_filter(self) -> dict[str, Any]:
        if not self.conditions:
            return {}
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
    def present(self) -> "AnyOf":
        """Returns the condition on cases that are visible as they are today."""
        return AnyOf(tuple(each for each in self.conditions if not each.is_former))

    def former_alone(self) -> dict[str, Any]:
        """Returns the filter for cases that are visible as they were for a former unit, and no
        further."""
        former = AnyOf(tuple(each for each in self.conditions if each.is_former))
        return {"$and": [former.as_filter(), {"$nor": [self.present.as_filter()]}]}

    @property
    def _against(self) -> dict[str, Any]:
        kept = (part for each in self.conditions for part in each.conditions)
        ids = frozenset[str]().union(
            *(among.values for part in kept if isinstance(part, NoneOf) for among in part.against)
        )
        return Among("against", ids).as_filter()

    def kept_back(self, known: "AnyOf") -> dict[str, Any]:
        """Returns the filter for cases of `known` that are not visible: those against the
        actor."""
        return {"$and": [self._against, known.as_filter(), {"$nor": [self.as_filter()]}]}

    def recused(self) -> dict[str, Any]:
        """Returns the filter for cases that would be visible if they were not against the actor."""
        otherwise = AnyOf(tuple(each.whomever_against for each in self.conditions))
        return {"$and": [self._against, otherwise.as_filter(), {"$nor": [self.as_filter()]}]}


Places = tuple[Among | NoneOf, ...]


def visible_to(actor: Actor, rows: Iterable[AccessRow]) -> AnyOf:
    """Returns the condition that any of the rows holds for the actor.

    A register does not tell leads from co-handlers: rows for `task-unit` and `co-unit` count for
    both. Rows for a relation that registers do not have show
    nothing. A case against the actor is not shown; one against a person whom the actor represents,
    or against a unit of that person, not in that person's posts.

    No condition comes twice: the store tries only a few combinations of indexes for all of them.
    """
    conditions = (
        _in_state(row, (*places, *_kept_from(actor, held_by, row)))
        for row in rows
        for held_by in _capacities(actor, row)
        for places in _related(actor.in_posts_of({held_by}), row)
    )
    return AnyOf(tuple(dict.fromkeys(conditions)))


def _capacities(actor: Actor, row: AccessRow) -> list[str | None]:
    """Returns the people in whose posts the actor may have the relation (None: its own)."""
    represented = {post.held_by for post in actor.posts if post.held_by}
    return [None, *([] if row.relation in OF_PERSONS else sorted(represented))]


def _kept_from(actor: Actor, held_by: str | None, row: AccessRow) -> Places:
    if row.relation in OF_PERSONS:
        return ()
    ids = actor.standing_in(None) | actor.standing_in(held_by)
    return (NoneOf((Every(_some("against", ids)),), "against"),)


OF_PERSONS = frozenset({"proposer", "client"})
"""Relations that come with no post."""


def _related(actor: Actor, row: AccessRow) -> list[Places]:
    """Returns the alternatives, each a set of conditions, for cases that the actor has the row's
    relation to, with its role."""
    if row.relation == "organ" or row.relation.endswith("-organ"):
        return list(_of_organs(actor, row))
    places = _of_case(actor, row)
    return [places] if places else []


def _of_organs(actor: Actor, row: AccessRow) -> Iterator[Places]:
    """Yields the cases whose policy row names a unit of the actor's posts for the duty. A more
    precise policy row takes its cases out."""
    units = frozenset(post.unit for post in actor.posts if _counts(post, row))
    duties = [duty for duty in DUTIES if row.relation in ("organ", f"{duty}-organ")]
    for place, before in actor.organs.with_precedence():
        named = {getattr(place.organs, duty) for duty in duties}
        scope = (*_scope(place), *_beyond(place, before))
        if not units.isdisjoint(named):
            yield scope
        elif AGENCY in named and units:
            yield (*_some("agency", units), *scope)


def _scope(place: Jurisdiction) -> Places:
    named = {"agency": {place.agency}, "kind": {place.kind}, "channel": place.channels}
    limits = {field: values for field, values in named.items() if ANYWHERE not in values}
    return tuple(Among(field, frozenset(values)) for field, values in limits.items())


def _beyond(place: Jurisdiction, before: Iterable[Jurisdiction]) -> Places:
    overlapping = tuple(Every(_scope(other)) for other in before if place.overlaps(other))
    return (NoneOf(overlapping),) if overlapping else ()


def _counts(post: Post, row: AccessRow) -> bool:
    return ANY in row.roles or post.role in row.roles


def _of_case(actor: Actor, row: AccessRow) -> Places:
    posts = [post for post in actor.posts if _counts(post, row)]
    match row.relation:
        case "agency":
            return _some("agency", [post.unit for post in posts])
        case "task-unit" | "co-unit":
            return _some("units", [unit for post in posts for unit in post.path])
        case "former-unit":
            return _some(FORMER_UNITS, [unit for post in posts for unit in post.path])
        case "proposer" if actor.client_of is None:
            return _some("proposers", [actor.sub])
        case "client" if actor.client_of:
            return (*_some("agency", [actor.client_of]), *_some("client", [actor.sub]))
        case _:
            return ()


def _in_state(row: AccessRow, places: Places) -> Every:
    states = () if ANY in row.states else _some("status", row.states)
    return Every((*places, *states))


def _some(field: str, values: Collection[str]) -> tuple[Among, ...]:
    return (Among(field, frozenset(values)),) if values else ()
