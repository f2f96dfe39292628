"""The case register: one document per case, as worklists, case pages and statistics need it."""

from functools import cache
from typing import Any

from services.portal.domain.derived import (
    OWNERS,
    contribution,
    due,
    leads,
    light,
    part,
    rounds,
    status,
    units,
)
from services.portal.domain.folds import FOLDS, Fields
from shared.contracts.case_event import CaseEvent
from shared.kernel.messages import Event, Recorded
from shared.kernel.moment import stamp
from shared.kernel.projection import Document, Projection

SHOWN = ("agency", "kind", "channel", "period", "region", "subject", "title", "label", "number")
NAMED = ("task", "unit", "evaluation", "clock", "rule", "rung", "light", "round", "by", "person")
LONGEST_TIMELINE = 300
"""Per owner; a case with more entries keeps its newest ones here, and all of them in the log."""


@cache
def named(event: type[Event]) -> tuple[str, ...]:
    return tuple(name for name in NAMED if name in event.model_fields)


def entry(recorded: Recorded, at: str) -> Fields:
    """One line of the timeline: codes and ids, never a text."""
    event = recorded.event
    fields = vars(event)  # asking a model for what it does not have is slow
    said = {name: value for name in named(type(event)) if (value := fields[name]) is not None}
    actor = recorded.on_behalf_of or recorded.actor
    said |= {"type": event.type, "version": recorded.version, "actor": actor}
    return {"at": at, "recorded": stamp(recorded.recorded_at), **said}


def fold(part: Document, recorded: Recorded) -> Document:
    """The part after the fact; facts without a row only stand in the timeline."""
    event = recorded.event
    if not isinstance(event, CaseEvent):
        return part
    at, new = stamp(event.at), dict(part)
    if type(event) in FOLDS:
        FOLDS[type(event)](new, event, at)
    new["timeline"] = [*part.get("timeline", []), entry(recorded, at)][-LONGEST_TIMELINE:]
    new["updated_at"] = max(at, part.get("updated_at", ""))
    if recorded.source == "intake" and recorded.version == 1 and recorded.actor.startswith("c-"):
        new["client"] = recorded.actor
    return new


def derive(case: Document) -> Document:
    """What lists filter and sort by; computed from the parts alone, so that streams commute. A case
    is in no list before its registration is known."""
    intake = part(case, "intake")
    if not intake.get("registered_at"):
        return {}
    found: dict[str, Any] = {name: intake.get(name) for name in SHOWN}
    updated = [part(case, owner).get("updated_at", "") for owner in OWNERS]
    return found | {
        "proposers": [p["id"] for p in intake.get("proposers", [])],
        "client": intake.get("client"),
        "registered_at": intake["registered_at"],
        "status": status(case),
        "light": light(case),
        "due": due(case),
        "units": units(case),
        "leads": leads(case),
        "round": rounds(case),
        "updated_at": max(updated),
    }


CASE_REGISTER = Projection(
    name="case_register",
    topic="case-events",
    parts=dict.fromkeys(OWNERS, fold),
    derive=derive,
    count=contribution,
    indexes=(
        (("agency", 1), ("due", 1), ("_id", 1)),
        (("agency", 1), ("status", 1), ("due", 1), ("_id", 1)),
        (("units", 1), ("due", 1), ("_id", 1)),
        (("proposers", 1), ("due", 1), ("_id", 1)),
        (("client", 1), ("due", 1), ("_id", 1)),
        (("agency", 1), ("registered_at", -1), ("_id", -1)),
        (("units", 1), ("registered_at", -1), ("_id", -1)),
        (("proposers", 1), ("registered_at", -1), ("_id", -1)),
        (("label", 1),),
    ),
)
