"""A small directory for tests: facts about units and people, and the look-up they add up to."""

from datetime import UTC, date, datetime
from typing import Any

from shared.contracts.case_event import Kind
from shared.contracts.clients import ClientRegistered
from shared.contracts.directory import (
    DeputyRegistered,
    PersonRegistered,
    PostFilled,
    UnitRegistered,
)
from shared.kernel.messages import Event
from shared.kernel.organisation import DirectoryEntry, Organisation
from shared.service.identity.actors_projection import folded

AT = datetime(2024, 1, 1, tzinfo=UTC)
SINCE = date(2024, 1, 1)
TERM = {"term_from": date(2022, 1, 1), "term_to": date(2026, 12, 31)}


def unit(ident: str, parent: str | None = "u-city", **more: Any) -> UnitRegistered:
    """A bureau of the city."""
    said: dict[str, Any] = {"unit": ident, "title": f"单位{ident}", "short": ident}
    said |= {"level": "bureau", "agency": "u-city", "region": "direct", "valid_from": SINCE}
    return UnitRegistered.model_validate({"at": AT, **said, "parent": parent, **more})


STAFF = ("liaison", "handler", "head")
"""Roles that make a unit able to do its tasks."""


def seat(role: str, at: str, **more: Any) -> PostFilled:
    """A post at a unit, held by a person of its own."""
    held = {"unit": at, "role": role, "person": f"p-{at.removeprefix('u-')}-{role}"}
    return PostFilled.model_validate({"at": AT, **held, "valid_from": SINCE, **more})


def staffed(ident: str, parent: str | None = "u-city", **more: Any) -> tuple[Event, ...]:
    """A bureau with a liaison officer, a handler and a head."""
    return (unit(ident, parent, **more), *(seat(role, ident) for role in STAFF))


def city(ident: str = "u-city") -> UnitRegistered:
    return unit(ident, None, level="city", agency=ident)


def county(ident: str = "u-c01", **more: Any) -> UnitRegistered:
    """An agency of its own, below the city."""
    return unit(ident, **{"level": "county", "agency": ident, "region": "c01"} | more)


def person(ident: str, title: str = "王芳") -> PersonRegistered:
    return PersonRegistered(at=AT, person=ident, title=title, agency="u-city")


def deputy(ident: str, title: str = "李四", **more: Any) -> DeputyRegistered:
    """Deputy of the city's people's congress."""
    said = {"person": ident, "title": title, "body": "npc", "number": "0127"}
    said |= {"delegation": "临江区代表团", "agency": "u-city"}
    return DeputyRegistered.model_validate({"at": AT, **said, **TERM, **more})


def client(ident: str = "c-npc", *kinds: Kind) -> ClientRegistered:
    return ClientRegistered(at=AT, client=ident, title="履职平台", agency="u-city", kinds=kinds)


def stream_of(fact: Event) -> str:
    """Returns the stream on which the directory records the fact."""
    kinds = [kind for kind in ("unit", "person", "client") if hasattr(fact, kind)]
    return f"{kinds[0]}-{getattr(fact, kinds[0])}"


def organisation(day: date, *facts: Event) -> Organisation:
    """Returns a look-up of a directory that has recorded these facts."""
    parts: dict[str, DirectoryEntry] = {}
    for fact in facts:
        key = stream_of(fact).partition("-")[2]
        parts[key] = folded(parts.get(key, {}), fact)
    return Organisation.on(day, [{"_id": key, "directory": part} for key, part in parts.items()])
