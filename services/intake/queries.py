"""Reads of intake's read models: which units are at work on a case."""

from typing import Any

from motor.motor_asyncio import AsyncIOMotorCollection

from shared.kernel.actor import Actor

Held = dict[str, frozenset[str]]


async def held_at_work(readers: "AsyncIOMotorCollection[Any]", case_id: str, actor: Actor) -> Held:
    """The roles the actor holds at units that handle the case: `task-unit`, `co-unit`."""
    document = await readers.find_one({"_id": case_id}) or {}
    tasks = document.get("assignment", {}).get("tasks", {}).values()
    held: Held = {"task-unit": frozenset(), "co-unit": frozenset()}
    for task in tasks:
        relation = "co-unit" if task["part"] == "co" else "task-unit"
        held[relation] |= actor.roles_over(task["unit"])
    return held
