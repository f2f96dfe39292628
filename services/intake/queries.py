"""Reads of intake's read model `readers`."""

from shared.kernel.access import RolesByRelation
from shared.kernel.actor import Actor
from shared.kernel.visibility import AnyOf
from shared.mongo.read_models.reader import ReadCollection


async def roles_at_work(readers: ReadCollection, case_id: str, actor: Actor) -> RolesByRelation:
    """Returns the roles that the actor holds at units at work on the case, by relation:
    `task-unit`, `co-unit`."""
    document = await readers.find_one({"_id": case_id}) or {}
    roles: dict[str, frozenset[str]] = {"task-unit": frozenset(), "co-unit": frozenset()}
    for task in document.get("assignment", {}).get("tasks", {}).values():
        relation = "co-unit" if task["part"] == "co" else "task-unit"
        roles[relation] |= actor.roles_over(task["unit"])
    return roles


MOST_ALIKE = 5
"""Papers named as probable duplicates."""
MOST_COMPARED = 50


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
    found = await readers.find({"agency": agency, "likeness": likeness}).to_list(MOST_COMPARED)
    others = sorted(
        str(row["_id"]) for row in found if row["_id"] != case_id and visible.admits(row)
    )
    return tuple(others[:MOST_ALIKE])
