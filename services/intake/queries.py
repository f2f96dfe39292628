"""Reads of intake's read model `readers`."""

from shared.kernel.access import RolesByRelation
from shared.kernel.actor import Actor
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
