"""Reads of the register: the tree of units on a day with the holders of posts, and the deputies."""

import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any

from shared.contracts.directory import UnitIdentity
from shared.kernel.folding import folded, search_words
from shared.mongo.read_models.reader import ReadCollection

Entry = Mapping[str, Any]


async def units_on(register: ReadCollection, day: date) -> list[dict[str, Any]]:
    """Returns the roots. A unit whose parent does not exist on the day, or stands below the unit
    itself, is a root."""
    documents = register.find({"directory.unit": {"$exists": True}}).sort("_id", 1)
    units = [as_of(document["directory"], day.isoformat()) async for document in documents]
    names = await _names(register, units)
    return tree([_named(unit, names) for unit in units if unit])


MOST_LOOKED_AT = 300
"""Entries with fitting names that a search looks at; a longer text finds the others."""


async def units_named(
    register: ReadCollection, text: str, day: date, limit: int
) -> list[dict[str, Any]]:
    """Returns units whose name of the day has all words of the text, or whose id it is; names that
    begin with it stand first. `above` is the name of the unit above."""
    on, words = day.isoformat(), search_words(text)
    entries = await _named_like(register, {"directory.unit": {"$exists": True}}, text, words)
    units = [unit for entry in entries if (unit := as_of(entry["directory"], on))]
    fitting = [each for each in units if fits(words, each["title"], each["short"], each["unit"])]
    return await _completed(register, fitting[:limit], on)


async def _completed(
    register: ReadCollection, units: Sequence[Entry], on: str
) -> list[dict[str, Any]]:
    above = await _by_id(register, {unit["parent"] for unit in units if unit["parent"]})
    names = await _names(register, units)
    shorts = {key: as_of(found["directory"], on).get("short") for key, found in above.items()}
    return [
        {**_named(unit, names), "above": shorts.get(unit["parent"]), "units": []} for unit in units
    ]


async def people_named(
    register: ReadCollection, text: str, day: date, limit: int, *, in_office: bool = True
) -> list[dict[str, Any]]:
    """Returns people in office on the day whose name has all words of the text, or whose id it is:
    holders of posts with their units, and deputies with their delegations. Without `in_office` also
    those who are registered alone."""
    on, words = day.isoformat(), search_words(text)
    known = {"directory.title": {"$exists": True}, "directory.unit": {"$exists": False}}
    entries = await _named_like(register, known, text, words)
    ids = [entry["_id"] for entry in entries]
    holding = register.find({"directory.holdings.person": {"$in": ids}}).sort("_id", 1)
    units = [as_of(unit["directory"], on) async for unit in holding]
    people = (_in_office(entry, units, on) for entry in entries)
    return [p for p in people if not in_office or p["posts"] or p["mandates"]][:limit]


def _in_office(entry: Entry, units: Sequence[Entry], on: str) -> dict[str, Any]:
    posts = [
        {"role": post["role"], "unit": unit["unit"], "short": unit["short"]}
        for unit in units
        for post in unit.get("posts", ())
        if post["person"] == entry["_id"]
    ]
    mandates = [
        {"body": mandate["body"], "delegation": mandate["delegation"]}
        for mandate in entry["directory"].get("mandates", ())
        if mandate["term_from"] <= on <= mandate["term_to"]
    ]
    person = {"person": entry["_id"], "title": entry["directory"]["title"]}
    return {**person, "posts": posts, "mandates": mandates}


async def _named_like(
    register: ReadCollection, kind: Mapping[str, Any], text: str, words: Sequence[str]
) -> list[dict[str, Any]]:
    """Returns entries of the id, of names that begin with the first word, and of names that have
    all words, in this order."""
    every = [{"names": {"$regex": re.escape(word)}} for word in words]
    first = [{"names": {"$regex": f"^{re.escape(word)}"}} for word in words[:1]]
    found: dict[str, dict[str, Any]] = {}
    for conditions in ([{"_id": text.strip()}], [*first, *every], every):
        cursor = register.find({"$and": [kind, *conditions]}).sort("_id", 1).limit(MOST_LOOKED_AT)
        found |= {entry["_id"]: entry async for entry in cursor if entry["_id"] not in found}
    return list(found.values())


def fits(words: Sequence[str], *names: str) -> bool:
    """Returns whether each word is in one of the names, folded."""
    texts = [folded(name) for name in names]
    return all(any(word in text for text in texts) for word in words)


async def deputies_on(register: ReadCollection, day: date) -> list[dict[str, Any]]:
    """Returns one row per mandate whose term covers the day, in the order of person ids."""
    documents = register.find({"directory.mandates": {"$exists": True}}).sort("_id", 1)
    return [
        {**mandate, "person": document["_id"], "title": document["directory"]["title"]}
        async for document in documents
        for mandate in document["directory"]["mandates"]
        if mandate["term_from"] <= day.isoformat() <= mandate["term_to"]
    ]


async def clients_of(register: ReadCollection) -> list[dict[str, Any]]:
    """Returns all partner clients, those that were revoked last."""
    documents = register.find({"directory.client": {"$exists": True}}).sort("_id", 1)
    clients = [document["directory"]["client"] async for document in documents]
    return sorted(clients, key=lambda client: client["revoked"])


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


async def _by_id(register: ReadCollection, ids: Iterable[str]) -> dict[str, Entry]:
    found = register.find({"_id": {"$in": sorted(ids)}})
    return {entry["_id"]: entry async for entry in found}


async def _names(register: ReadCollection, units: Iterable[Entry]) -> dict[str, str]:
    holders = sorted({post["person"] for unit in units for post in unit.get("posts", ())})
    persons = register.find({"_id": {"$in": holders}}, {"directory.title": 1})
    return {person["_id"]: person["directory"].get("title", "") async for person in persons}


def _named(unit: Entry, names: Mapping[str, str]) -> dict[str, Any]:
    posts = [{**post, "name": names.get(post["person"], "")} for post in unit["posts"]]
    return {**unit, "posts": posts}
