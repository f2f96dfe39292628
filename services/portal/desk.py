"""The desk of a person: the filter for the cases that wait for one of the person's posts."""

import json
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from services.portal.domain.derived import ANYBODY
from services.portal.domain.waiting import OWNER_OF
from shared.kernel.access import ANY, AccessRow
from shared.kernel.actor import Actor, Post
from shared.kernel.visibility import visible_to
from shared.service.api.request_context import ServiceEdge

Filter = Mapping[str, Any]
AT_TASKS = frozenset({"task-unit", "co-unit"})
OF_PERSONS = frozenset({"proposer", "rater", "self", "in-charge", "client"})
OWN_HEAD = frozenset({"sign-reply", "decide-extension", "decide-suspension"})
"""Actions of the head of the unit itself: a section does not sign for its bureau."""
OF_EACH = frozenset(
    {"decide-extension", "decide-suspension", "decide-review", "end-hearing", "deliver-review"}
)
"""Actions for which each organ is asked by itself: the place is the relation of the row."""


NONE: Filter = {"_id": {"$in": []}}


def waiting(edge: ServiceEdge) -> Filter:
    """Returns the filter for the cases that wait for the caller, whatever for."""
    return any_of(wanted for _, filters in _waits_of(edge) for wanted in filters)


def waiting_for(edge: ServiceEdge, action: str) -> Filter:
    """Returns the filter for the cases that wait until the caller takes the action."""
    return any_of(wanted for name, filters in _waits_of(edge) if name == action
                  for wanted in filters)  # fmt: skip


def waits_of(edge: ServiceEdge) -> Iterator[tuple[str, Filter]]:
    """Yields the actions that some row of an access table lets a post of the caller take, with the
    filter for the cases that wait for them."""
    yield from ((action, any_of(filters)) for action, filters in _waits_of(edge))


def _waits_of(edge: ServiceEdge) -> Iterator[tuple[str, list[Filter]]]:
    for action, owner in OWNER_OF.items():
        rows = edge.runtime.authorization.rows_at(owner, action)
        if filters := list(_filters(edge.actor, action, rows)):
            yield action, filters


def any_of(filters: Iterable[Filter]) -> Filter:
    """Returns the filter that one of them holds. All keys stand on top, too: one index then finds
    the cases in the order of the list. Keys for which the same holds besides stand together: the
    store looks at each condition for each case."""
    together: dict[str, tuple[set[str], Filter]] = {}
    for wanted in filters:
        beside = {name: value for name, value in wanted.items() if name != "waits"}
        keys, _ = together.setdefault(json.dumps(beside, sort_keys=True), (set(), beside))
        keys.update(keys_of(wanted))
    every = sorted(frozenset[str]().union(*(keys for keys, _ in together.values())))
    either = [{"waits": {"$in": sorted(keys)}, **beside} for keys, beside in together.values()]
    return {"waits": {"$in": every}, "$or": either} if either else NONE


def keys_of(wanted: Filter) -> list[str]:
    keys = wanted["waits"]
    return [keys] if isinstance(keys, str) else list(keys["$in"])


def _filters(actor: Actor, action: str, rows: Iterable[AccessRow]) -> Iterator[Filter]:
    for row in rows:
        if row.relation in AT_TASKS:
            yield from _at_tasks(actor, action, row)
        elif row.relation in OF_PERSONS:
            yield {"waits": f"{action}|{actor.sub}"}
        elif (seen := visible_to(actor, [row.model_copy(update={"states": (ANY,)})])).conditions:
            place = row.relation if action in OF_EACH else ANYBODY
            yield {"waits": f"{action}|{place}", **seen.as_filter()}


def _at_tasks(actor: Actor, action: str, row: AccessRow) -> Iterator[Filter]:
    """Yields the cases of the units of the actor's posts, without those that are against the holder
    of the post."""
    posts = [post for post in actor.posts if ANY in row.roles or post.role in row.roles]
    for held_by in sorted({post.held_by for post in posts}, key=str):
        held = (post for post in posts if post.held_by == held_by)
        keys = sorted({f"{action}|{unit}" for post in held for unit in _units(action, post)})
        kept = actor.standing_in(None) | actor.standing_in(held_by)
        yield {"waits": {"$in": keys}, "against": {"$nin": sorted(kept)}}


def _units(action: str, post: Post) -> tuple[str, ...]:
    return (post.unit,) if action in OWN_HEAD else post.path
