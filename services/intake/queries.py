"""Reads of intake's read model `readers`."""

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from shared.contracts.linking import LinkKind
from shared.contracts.merging import Merger
from shared.kernel.access import RolesByRelation
from shared.kernel.actor import Actor
from shared.kernel.visibility import AnyOf
from shared.mongo.read_models.reader import ReadCollection


async def roles_at_work(readers: ReadCollection, case_id: str, actor: Actor) -> RolesByRelation:
    """Returns the roles that the actor holds at units at work on the case, by relation:
    `task-unit`, `co-unit`. Units at work on the master of a merger are at work on its members."""
    document = await readers.find_one({"_id": case_id}) or {}
    if master := document.get("master"):
        document = await readers.find_one({"_id": master}) or {}
    roles: dict[str, frozenset[str]] = {"task-unit": frozenset(), "co-unit": frozenset()}
    for task in document.get("assignment", {}).get("tasks", {}).values():
        relation = "co-unit" if task["part"] == "co" else "task-unit"
        roles[relation] |= actor.roles_over(task["unit"])
    return roles


async def is_assigned(readers: ReadCollection, case_id: str) -> bool:
    """Returns whether the case has tasks."""
    document = await readers.find_one({"_id": case_id}) or {}
    return bool(document.get("assignment", {}).get("tasks"))


async def has_signed(readers: ReadCollection, case_id: str) -> bool:
    """Returns whether a reply to the case is signed."""
    document = await readers.find_one({"_id": case_id}) or {}
    return bool(document.get("handling", {}).get("signed"))


async def is_answered(readers: ReadCollection, merger: Merger | None) -> bool:
    """Returns whether a reply to the master of the merger is signed; False without a merger."""
    return merger is not None and await has_signed(readers, merger.into)


MOST_ALIKE = 5
"""Papers named as probable duplicates."""
MOST_COMPARED = 50
MOST_NAMING = 1_000
"""Cases that name one: a matter may come back for years, by many."""


async def holder_of(readers: ReadCollection, claim: str, case_id: str) -> str | None:
    """Returns another case that has the external number, or had it under a former kind; None where
    it is free."""
    found = await readers.find({"claims": claim}).to_list(2)
    return next((str(row["_id"]) for row in found if row["_id"] != case_id), None)


async def alike(
    readers: ReadCollection,
    agency: str,
    likeness: str | None,
    case_id: str,
    visible: AnyOf,
) -> tuple[str, ...]:
    """Returns cases of the agency that probably have the same text, and are visible."""
    if likeness is None:
        return ()
    same = {"agency": agency, "likeness": likeness}
    return await _others(readers, same, case_id, visible)


async def of_same_petitioner(
    readers: ReadCollection,
    agency: str,
    petitioners: Collection[str],
    case_id: str,
    visible: AnyOf,
) -> tuple[str, ...]:
    """Returns cases of the agency that probably come from one of these petitioners, and are
    visible."""
    if not petitioners:
        return ()
    same = {"agency": agency, "petitioners": {"$in": [*petitioners]}}
    return await _others(readers, same, case_id, visible)


async def later_than(readers: ReadCollection, case_id: str, visible: AnyOf) -> tuple[str, ...]:
    """Returns cases that repeat this one, and are visible."""
    return await _others(readers, {"earlier": case_id}, case_id, visible)


async def linked_to(
    readers: ReadCollection, case_id: str, visible: AnyOf
) -> Sequence[tuple[str, LinkKind]]:
    """Returns the cases that name this one, and are visible, with what they are to it."""
    naming = await readers.find({"linked": case_id}).to_list(MOST_NAMING)
    return sorted((str(row["_id"]), row["links"][case_id]) for row in naming if visible.admits(row))


async def parts_of(readers: ReadCollection, case_id: str) -> int:
    """Returns how many cases were registered from this paper, and are not over."""
    parts = {"linked": case_id, f"links.{case_id}": "part"}
    found = await readers.find(parts).to_list(MOST_NAMING)
    return sum(not row["intake"].get("over") for row in found)


async def known_among(
    readers: ReadCollection,
    cases: Collection[str],
    visible: AnyOf,
    *,
    agency: str | None = None,
    kinds: Collection[str] = (),
) -> tuple[str, ...]:
    """Returns those of the cases that are visible, in their order; where an agency is given, those
    of it and of these kinds alone."""
    of_agency = {"agency": agency, "kind": {"$in": [*kinds]}} if agency else {}
    same = {"_id": {"$in": [*cases]}, **of_agency}
    found = await readers.find(same).to_list(len(cases)) if cases else []
    known = {str(row["_id"]) for row in found if visible.admits(row)}
    return tuple(case for case in cases if case in known)


async def concluded_among(
    readers: ReadCollection, cases: Collection[str], visible: AnyOf
) -> tuple[str, ...]:
    """Returns those of the cases that are visible and finally reviewed, in their order."""
    same = {"_id": {"$in": [*cases]}, "concluded": "rechecked"}
    found = await readers.find(same).to_list(len(cases)) if cases else []
    ended = {str(row["_id"]) for row in found if visible.admits(row)}
    return tuple(case for case in cases if case in ended)


async def _others(
    readers: ReadCollection, same: Mapping[str, Any], case_id: str, visible: AnyOf
) -> tuple[str, ...]:
    found = await readers.find(same).to_list(MOST_COMPARED)
    others = sorted(
        str(row["_id"]) for row in found if row["_id"] != case_id and visible.admits(row)
    )
    return tuple(others[:MOST_ALIKE])
