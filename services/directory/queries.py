"""Reads of the register: the tree of units as it stood on a day, with the holders of posts."""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from motor.motor_asyncio import AsyncIOMotorCollection

Entry = Mapping[str, Any]


async def units_on(register: "AsyncIOMotorCollection[Any]", day: date) -> list[dict[str, Any]]:
    """A unit whose parent is not there on the day, or stands below it, is shown as a root."""
    found = register.find({"directory.unit": {"$exists": True}}).sort("_id", 1)
    units = [_as_of(document["directory"], day.isoformat()) async for document in found]
    names = await _names(register, units)
    return tree([_named(unit, names) for unit in units if unit])


async def deputies_on(register: "AsyncIOMotorCollection[Any]", day: date) -> list[dict[str, Any]]:
    """One entry per mandate whose term covers the day, in the order of person ids."""
    found = register.find({"directory.mandates": {"$exists": True}}).sort("_id", 1)
    return [
        {**mandate, "person": document["_id"], "title": document["directory"]["title"]}
        async for document in found
        for mandate in document["directory"]["mandates"]
        if mandate["term_from"] <= day.isoformat() <= mandate["term_to"]
    ]


def tree(units: list[dict[str, Any]]) -> list[dict[str, Any]]:
    nodes = {unit["unit"]: {**unit, "units": []} for unit in units}
    roots: list[dict[str, Any]] = []
    for unit, node in nodes.items():
        parent = None if _in_a_circle(unit, nodes) else nodes.get(node["parent"])
        (parent["units"] if parent else roots).append(node)
    return roots


def _in_a_circle(unit: str, nodes: Mapping[str, Entry]) -> bool:
    """Each unit names its own parent, so two can name each other; then both are shown as roots."""
    seen: set[str] = set()
    place = nodes[unit]["parent"]
    while place in nodes and place not in seen:
        if place == unit:
            return True
        seen.add(place)
        place = nodes[place]["parent"]
    return False


def _as_of(entry: Entry, day: str) -> dict[str, Any]:
    namings = [naming for naming in entry.get("namings", []) if naming["since"] <= day]
    if not namings or entry.get("until", "9999") <= day:
        return {}
    fixed = {name: entry.get(name) for name in ("unit", "level", "agency", "region")}
    posts = [h for h in entry["holdings"] if h["since"] <= day and _lasts(h, day)]
    return {**fixed, **namings[-1], "posts": posts}


def _lasts(holding: Entry, day: str) -> bool:
    return holding["until"] is None or day < holding["until"]


async def _names(register: "AsyncIOMotorCollection[Any]", units: Iterable[Entry]) -> dict[str, str]:
    holders = sorted({post["person"] for unit in units for post in unit.get("posts", ())})
    found = register.find({"_id": {"$in": holders}}, {"directory.title": 1})
    return {document["_id"]: document["directory"].get("title", "") async for document in found}


def _named(unit: Entry, names: Mapping[str, str]) -> dict[str, Any]:
    posts = [{**post, "name": names.get(post["person"], "")} for post in unit["posts"]]
    return {**unit, "posts": posts}
