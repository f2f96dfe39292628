"""Read models of the public site. An allow-list of facts and fields feeds them, in a database of
their own: other facts and fields cannot get out."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from shared.contracts.assignment import CaseClosed, CaseReopened
from shared.contracts.directory import UnitChanged, UnitRegistered
from shared.contracts.disclosure import CaseDisclosed, DisclosureWithdrawn
from shared.contracts.intake import CaseAccepted, CaseRegistered, CaseWithdrawn
from shared.contracts.rerouting import CaseDiverted
from shared.kernel.folding import folded
from shared.kernel.grams import grams_of
from shared.kernel.messages import Event, Recorded
from shared.kernel.moment import stamp
from shared.kernel.projection import ModelDocument, Projection

Fields = dict[str, Any]
Fold = Callable[[ModelDocument, Fields, str], Fields]
"""From the part, the allowed fields and the moment of the fact to changed fields of the part."""


@dataclass(frozen=True)
class Allowed:
    """A row of the allow-list: the fields of a fact that may be read, and their fold. Raises
    TypeError where the fact has no such field."""

    fact: type[Event]
    fields: tuple[str, ...]
    fold: Fold

    def __post_init__(self) -> None:
        if unknown := set(self.fields) - self.fact.model_fields.keys():
            raise TypeError(f"{self.fact.__name__} has no fields {sorted(unknown)}")


def copied(part: ModelDocument, fields: Fields, at: str) -> Fields:
    return fields


def accepted(part: ModelDocument, fields: Fields, at: str) -> Fields:
    return {"accepted": True}


def withdrawn(part: ModelDocument, fields: Fields, at: str) -> Fields:
    return {"withdrawn": True}


def closed(part: ModelDocument, fields: Fields, at: str) -> Fields:
    return {"closed": True}


def reopened(part: ModelDocument, fields: Fields, at: str) -> Fields:
    return {"closed": False}


def disclosed(part: ModelDocument, fields: Fields, at: str) -> Fields:
    reply = fields["public"] | {
        "digest": fields["digest"],
        "round": fields["round"],
        "published": at,
    }
    replies = {**part.get("replies", {}), fields["task"]: reply}
    return {"kind": fields["kind"], "period": fields["period"], "replies": replies}


def taken_down(part: ModelDocument, fields: Fields, at: str) -> Fields:
    """Removes the reply, but for its number, under which the page answers 已撤下."""
    replies = part.get("replies", {})
    label = replies.get(fields["task"], {}).get("label", "")
    return {"replies": {**replies, fields["task"]: {"label": label, "taken_down": at}}}


def named(part: ModelDocument, fields: Fields, at: str) -> Fields:
    """Adds the names to those of other days; `namings` are in the order of their first days."""
    naming = {name: fields.pop(name) for name in ("title", "short", "valid_from")}
    others = [each for each in part.get("namings", ()) if each != naming]
    return {**fields, "namings": sorted([*others, naming], key=lambda each: each["valid_from"])}


ROWS = (
    Allowed(CaseRegistered, ("agency", "kind", "channel", "period", "region", "subject"), copied),
    Allowed(CaseDiverted, ("kind", "channel", "subject"), copied),
    Allowed(CaseAccepted, (), accepted),
    Allowed(CaseWithdrawn, (), withdrawn),
    Allowed(CaseClosed, (), closed),
    Allowed(CaseReopened, (), reopened),
    Allowed(CaseDisclosed, ("kind", "period", "round", "task", "public", "digest"), disclosed),
    Allowed(DisclosureWithdrawn, ("task",), taken_down),
    Allowed(UnitRegistered, ("title", "short", "level", "region", "valid_from"), named),
    Allowed(UnitChanged, ("title", "short", "valid_from"), named),
)
ALLOWED: Mapping[str, Allowed] = {row.fact.type: row for row in ROWS}


def fold(part: ModelDocument, recorded: Recorded) -> ModelDocument:
    if (allowed := ALLOWED.get(recorded.event.type)) is None:
        return part
    fields = recorded.event.model_dump(mode="json", include=set(allowed.fields))
    return {**part, **allowed.fold(part, fields, stamp(recorded.event.at))}


def public_replies(case: ModelDocument) -> list[Fields]:
    replies = case.get("disclosure", {}).get("replies", {}).values()
    return sorted((r for r in replies if "text" in r), key=lambda r: (r["replied_on"], r["unit"]))


def searched(reply: Fields) -> Iterator[str]:
    """Yields the texts in which readers look for words."""
    yield from (reply["title"], reply["label"], reply["text"], *reply["names"])


def derive(case: ModelDocument) -> ModelDocument:
    """Computes the fields that lists filter, sort and search by; only for cases with a public
    reply."""
    part, replies = case.get("disclosure", {}), public_replies(case)
    labels = sorted({reply["label"] for reply in part.get("replies", {}).values()})
    if not replies:
        return {"public": False, "labels": labels}
    newest = replies[-1]
    search = "\n".join(folded(words) for r in replies for words in searched(r))
    return {
        "public": True,
        "labels": labels,
        "kind": part["kind"],
        "period": part["period"],
        "title": newest["title"],
        "label": newest["label"],
        "names": newest["names"],
        "replied_on": newest["replied_on"],
        "published": max(reply["published"] for reply in replies),
        "units": sorted({reply["unit"] for reply in replies}),
        "meanings": sorted({reply["meaning"] for reply in replies}),
        "search": search,
        "grams": grams_of(search),
    }


def groups(intake: ModelDocument) -> Iterator[tuple[str, str]]:
    yield "all", "-"
    for name in ("channel", "region", "subject"):
        yield name, str(intake.get(name) or "-")


def count(case: ModelDocument) -> Mapping[str, int]:
    """Counts `agency|period|kind|group|value|measure` → 1; of a petition nothing else is public.
    A case counts once it was accepted, and no more after it was withdrawn: whoever may register
    papers could fill the public figures otherwise."""
    intake = case.get("intake", {})
    if "kind" not in intake or not intake.get("accepted") or intake.get("withdrawn"):
        return {}
    closed = bool(case.get("assignment", {}).get("closed"))
    measures = {"registered": True, "closed": closed, "public": bool(public_replies(case))}
    scope = f"{intake['agency']}|{intake['period']}|{intake['kind']}"
    return {
        f"{scope}|{group}|{value}|{measure}": 1
        for group, value in groups(intake)
        for measure, true in measures.items()
        if true
    }


PUBLIC_SITE = Projection(
    name="public_cases",
    topic="case-events",
    parts={"intake": fold, "assignment": fold, "disclosure": fold},
    derive=derive,
    count=count,
    indexes=(
        (("public", 1), ("replied_on", -1), ("_id", 1)),
        (("public", 1), ("period", 1), ("kind", 1), ("replied_on", -1)),
        (("public", 1), ("published", -1)),
        (("labels", 1),),
        (("grams", 1),),
    ),
    database="site",
    version=2,
)

PUBLIC_UNITS = Projection(
    name="public_units",
    topic="directory-events",
    parts={"directory": fold},
    database="site",
    version=2,
)
