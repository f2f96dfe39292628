"""The case register: one document per case, as worklists, case pages and statistics need it."""

from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any

from services.portal.domain.days import days
from services.portal.domain.derived import (
    OVER,
    OWNERS,
    contribution,
    former_units,
    leads,
    light,
    measures,
    natural,
    news,
    part,
    rounds,
    status,
    units,
)
from services.portal.domain.folds import FOLDS
from services.portal.domain.folds_of_feedback import review_states
from services.portal.domain.folds_of_intake import Fields
from services.portal.domain.likeness import pairs_of
from services.portal.domain.waiting import waits
from shared.contracts.case_event import CaseEvent
from shared.kernel.folding import folded
from shared.kernel.grams import grams_of
from shared.kernel.messages import Event, Recorded
from shared.kernel.paper_numbers import number_of
from shared.kernel.projection import ModelDocument, Projection

SHOWN = ("agency", "kind", "channel", "period", "region", "subject", "purpose", "title",
         "label", "number", "external_no", "batch", "received_on", "client", "against")  # fmt: skip
SEARCHED = ("title", "label", "external_no")
NAMED = (
    "task",
    "unit",
    "evaluation",
    "clock",
    "rule",
    "rung",
    "light",
    "round",
    "by",
    "person",
    "why",
)
LONGEST_TIMELINE = 300
"""Per owner; a case with more entries keeps its newest ones here, and all of them in the log."""


@cache
def named(event: type[Event]) -> tuple[str, ...]:
    """Returns the fields of the fact that a timeline shows."""
    return tuple(name for name in NAMED if name in event.model_fields)


def entry(recorded: Recorded, at: str, told: str) -> Fields:
    """Returns one line of the timeline: codes and ids, never a text."""
    event = recorded.event
    values = vars(event)  # `getattr` with a default is slow on models
    line = {name: value for name in named(type(event)) if (value := values[name]) is not None}
    line["at"], line["recorded"] = at, told
    line["type"], line["version"] = event.type, recorded.version
    line["actor"] = recorded.on_behalf_of or recorded.actor
    return line


def fold(part: Fields, recorded: Recorded) -> Fields:
    """Changes the part by the fact; a fact without a fold is only a line of the timeline."""
    event = recorded.event
    if not isinstance(event, CaseEvent):
        return part
    at, told = recorded.stamps
    if change := FOLDS.get(type(event)):
        change(part, event, at)
    timeline = part.setdefault("timeline", [])
    timeline.append(entry(recorded, at, told))
    del timeline[:-LONGEST_TIMELINE]
    part["updated_at"] = max(at, part.get("updated_at", ""))
    if recorded.version == 1 and recorded.source == "intake" and recorded.actor.startswith("c-"):
        part["client"] = recorded.actor
    return part


def derive(case: ModelDocument) -> ModelDocument:
    """Returns the fields by which lists filter and sort, computed from the parts alone, so that
    streams commute; nothing before the registration of the case has arrived."""
    intake = part(case, "intake")
    if not intake.get("registered_at"):
        return {}
    shown = {name: intake.get(name) for name in SHOWN}
    return {
        **shown,
        **found_by(intake),
        **news(case),
        "particulars": [*particulars(intake)],
        "reviews": review_states(case),
        **carried_by(case),
        "proposers": answered_people(intake),
        "proposer": first_signer(intake),
        "registered_at": intake["registered_at"],
        "status": status(case),
        "light": light(case),
        **days(case),
        "units": units(case),
        "former_units": former_units(case),
        "leads": leads(case),
        "round": rounds(case),
        "updated_at": max(part(case, owner).get("updated_at", "") for owner in OWNERS),
        "waits": waits(case),
        "measures": sorted(measures(case)),
    }


def carried_by(case: ModelDocument) -> Fields:
    """Returns the leaders in charge, each with his scheme (包案, 重点督办, 领办) at the same place,
    and whoever took the paper and carries it (首问责任), as long as the case has not ended."""
    assigned = part(case, "assignment")
    carrier = None if status(case) in OVER else assigned.get("carrier")
    charges = sorted(assigned.get("charges", {}).values())
    schemes, leaders = [scheme for scheme, _ in charges], [leader for _, leader in charges]
    return {"charge": leaders, "schemes": schemes, "carrier": carrier}


def particulars(intake: Mapping[str, Any]) -> Iterator[str]:
    """Yields the particulars of a petition, and whether the matter was brought before."""
    yield from intake.get("particulars", ())
    if intake.get("repeats"):
        yield "raised-before"


def answered_people(intake: Mapping[str, Any]) -> list[str]:
    """Returns the ids of those who get the reply: the proposers of the case, and of its members."""
    own = (each["id"] for each in intake.get("proposers", []))
    joined = (who for member in intake.get("members", []) for who in member["proposers"])
    return list(dict.fromkeys((*own, *joined)))


def numbers_of(intake: Mapping[str, Any]) -> list[str]:
    """Returns the numbers of the congress by which a case is found: its own, those that it had, and
    those of its members."""
    members = (each["external_no"] for each in intake.get("members", []))
    return [*filter(None, (intake.get("external_no"), *members)), *intake.get("former_numbers", ())]


def first_signer(intake: Mapping[str, Any]) -> str | None:
    """Returns the public form of the first signer's name (full for deputies, 张** for citizens)."""
    leading = (each["masked"] for each in intake.get("proposers", []) if each["part"] == "lead")
    return next(leading, None)


def found_by(intake: Mapping[str, Any]) -> Fields:
    """Returns the keys by which a case is looked up, and sorted by number."""
    numbers = numbers_of(intake)
    labels = (each["label"] for each in intake.get("members", []))
    words = [*map(intake.get, SEARCHED), *numbers, *labels]
    searched = "\n".join(folded(word) for word in words if word)
    return {
        "label_order": natural(intake.get("label")),
        "pairs": pairs_of(intake.get("title")),
        "external_keys": sorted({number_of(each, intake["period"]).key for each in numbers}),
        "search": searched,
        "grams": grams_of(searched),
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
        (("kind", 1), ("due", 1), ("_id", 1)),
        (("units", 1), ("due", 1), ("_id", 1)),
        (("proposers", 1), ("due", 1), ("_id", 1)),
        (("client", 1), ("due", 1), ("_id", 1)),
        (("agency", 1), ("registered_at", -1), ("_id", -1)),
        (("kind", 1), ("registered_at", -1), ("_id", -1)),
        (("units", 1), ("registered_at", -1), ("_id", -1)),
        (("proposers", 1), ("registered_at", -1), ("_id", -1)),
        (("client", 1), ("registered_at", -1), ("_id", -1)),
        (("waits", 1), ("due", 1), ("_id", 1)),
        (("waits", 1), ("registered_at", -1), ("_id", -1)),
        (("agency", 1), ("label_order", 1), ("_id", 1)),
        (("kind", 1), ("label_order", 1), ("_id", 1)),
        (("units", 1), ("label_order", 1), ("_id", 1)),
        (("proposers", 1), ("label_order", 1), ("_id", 1)),
        (("client", 1), ("label_order", 1), ("_id", 1)),
        (("news_at", -1),),
        (("pairs", 1),),
        (("label", 1),),
        (("external_keys", 1),),
        (("batch", 1), ("due", 1), ("_id", 1)),
        (("against", 1),),
        (("former_units", 1), ("registered_at", -1), ("_id", -1)),
        (("grams", 1),),
        (("leads", 1),),
        (("subject", 1),),
        (("region", 1),),
        (("channel", 1),),
        (("purpose", 1),),
        (("particulars", 1), ("due", 1), ("_id", 1)),
        (("reviews", 1), ("due", 1), ("_id", 1)),
        (("charge", 1), ("due", 1), ("_id", 1)),
        (("schemes", 1), ("due", 1), ("_id", 1)),
        (("carrier", 1), ("due", 1), ("_id", 1)),
        (("period", 1), ("due", 1), ("_id", 1)),
        (("measures", 1), ("due", 1), ("_id", 1)),
        (("status", 1), ("due", 1), ("_id", 1)),
        (("light", 1), ("due", 1), ("_id", 1)),
        (("units", 1), ("period", 1)),
    ),
    version=17,
)
