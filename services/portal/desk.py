"""The desk of a person: the filter for the cases that wait for one of the person's posts."""

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
OF_PERSONS = frozenset({"proposer", "rater", "self", "client"})
OWN_HEAD = frozenset({"sign-reply"})
"""Actions of the head of the unit itself: a section does not sign for its bureau."""


NONE: Filter = {"_id": {"$in": []}}


def waiting(edge: ServiceEdge) -> Filter:
    """Returns the filter for the cases that wait for the caller, whatever for."""
    return any_of(wanted for _, wanted in waits_of(edge))


def waiting_for(edge: ServiceEdge, action: str) -> Filter:
    """Returns the filter for the cases that wait until the caller takes the action."""
    return any_of(wanted for name, wanted in waits_of(edge) if name == action)


def waits_of(edge: ServiceEdge) -> Iterator[tuple[str, Filter]]:
    """Yields the actions that some row of an access table lets a post of the caller take, with the
    filter for the cases that wait for them."""
    for action, owner in OWNER_OF.items():
        rows = edge.runtime.authorization.rows_at(owner, action)
        if filters := list(_filters(edge.actor, action, rows)):
            yield action, any_of(filters)


def any_of(filters: Iterable[Filter]) -> Filter:
    """Returns the filter that one of them holds. All keys stand on top, too: one index then finds
    the cases in the order of the list."""
    either = list(filters)
    keys = sorted(frozenset[str]().union(*map(keys_of, either)))
    return {"waits": {"$in": keys}, "$or": either} if either else NONE


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
            yield {"waits": f"{action}|{ANYBODY}", **seen.as_filter()}


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
