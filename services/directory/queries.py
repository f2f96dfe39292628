"""Reads of the register: the tree of units on a day with the holders of posts, and the deputies."""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from shared.contracts.directory import UnitIdentity
from shared.mongo.read_models.reader import ReadCollection

Entry = Mapping[str, Any]


async def units_on(register: ReadCollection, day: date) -> list[dict[str, Any]]:
    """Returns the roots. A unit whose parent does not exist on the day, or stands below the unit
    itself, is a root."""
    documents = register.find({"directory.unit": {"$exists": True}}).sort("_id", 1)
    units = [as_of(document["directory"], day.isoformat()) async for document in documents]
    names = await _names(register, units)
    return tree([_named(unit, names) for unit in units if unit])


async def deputies_on(register: ReadCollection, day: date) -> list[dict[str, Any]]:
    """Returns one row per mandate whose term covers the day, in the order of person ids."""
    documents = register.find({"directory.mandates": {"$exists": True}}).sort("_id", 1)
    return [
        {**mandate, "person": document["_id"], "title": document["directory"]["title"]}
        async for document in documents
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
    """Returns whether the unit stands below itself: two units can name each other as parent."""
    seen: set[str] = set()
    place = nodes[unit]["parent"]
    while place in nodes and place not in seen:
        if place == unit:
            return True
        seen.add(place)
        place = nodes[place]["parent"]
    return False


def as_of(entry: Entry, day: str) -> dict[str, Any]:
    """Returns a unit with its last naming and the holders of its posts on the day (`2025-03-01`);
    an empty dict where the unit does not exist on it."""
    namings = [naming for naming in entry.get("namings", []) if naming["since"] <= day]
    if not namings or entry.get("until", "9999") <= day:
        return {}
    identity = {name: entry.get(name) for name in UnitIdentity.model_fields}
    posts = [h for h in entry["holdings"] if h["since"] <= day and _lasts(h, day)]
    return {**identity, "letter_words": [], **namings[-1], "posts": posts}


def _lasts(holding: Entry, day: str) -> bool:
    return holding["until"] is None or day < holding["until"]


async def _names(register: ReadCollection, units: Iterable[Entry]) -> dict[str, str]:
    holders = sorted({post["person"] for unit in units for post in unit.get("posts", ())})
    persons = register.find({"_id": {"$in": holders}}, {"directory.title": 1})
    return {person["_id"]: person["directory"].get("title", "") async for person in persons}


def _named(unit: Entry, names: Mapping[str, str]) -> dict[str, Any]:
    posts = [{**post, "name": names.get(post["person"], "")} for post in unit["posts"]]
    return {**unit, "posts": posts}
