"""The public site's documents, fed by an allow-list of facts and fields; what is not in it cannot
get out. They live in a database of their own."""

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from shared.contracts.assignment import CaseClosed, CaseReopened
from shared.contracts.directory import UnitChanged, UnitRegistered
from shared.contracts.disclosure import CaseDisclosed, DisclosureWithdrawn
from shared.contracts.intake import CaseRegistered
from shared.kernel.messages import Recorded
from shared.kernel.moment import stamp
from shared.kernel.projection import ModelDocument, Projection

Fields = dict[str, Any]

ALLOWED: Mapping[str, tuple[str, ...]] = {
    CaseRegistered.type: ("agency", "kind", "channel", "period", "region", "subject"),
    CaseClosed.type: (),
    CaseReopened.type: (),
    CaseDisclosed.type: ("kind", "period", "round", "task", "public", "digest"),
    DisclosureWithdrawn.type: ("task",),
    UnitRegistered.type: ("title", "short", "level", "region", "valid_from"),
    UnitChanged.type: ("title", "short", "valid_from"),
}
"""Fact → fields that may be read; of all others, as of all other facts, nothing is known here."""


def fold(part: ModelDocument, recorded: Recorded) -> ModelDocument:
    fields = ALLOWED.get(recorded.event.type)
    if fields is None:
        return part
    said = recorded.event.model_dump(mode="json", include=set(fields))
    return {**part, **FOLDS[recorded.event.type](part, said, stamp(recorded.event.at))}


def taken_down(part: ModelDocument, said: Fields, at: str) -> Fields:
    """What was taken down is gone from here, too; only its number still answers for it."""
    replies = part.get("replies", {})
    label = replies.get(said["task"], {}).get("label", "")
    return {"replies": {**replies, said["task"]: {"label": label, "taken_down": at}}}


def disclosed(part: ModelDocument, said: Fields, at: str) -> Fields:
    reply = {**said["public"], "digest": said["digest"], "round": said["round"], "published": at}
    replies = {**part.get("replies", {}), said["task"]: reply}
    return {"kind": said["kind"], "period": said["period"], "replies": replies}


def renamed(part: ModelDocument, said: Fields, at: str) -> Fields:
    return said if said["valid_from"] >= part.get("valid_from", "") else {}


FOLDS: Mapping[str, Callable[[ModelDocument, Fields, str], Fields]] = {
    CaseRegistered.type: lambda part, said, at: said,
    CaseClosed.type: lambda part, said, at: {"closed": True},
    CaseReopened.type: lambda part, said, at: {"closed": False},
    CaseDisclosed.type: disclosed,
    DisclosureWithdrawn.type: taken_down,
    UnitRegistered.type: lambda part, said, at: said,
    UnitChanged.type: renamed,
}


def public_replies(case: ModelDocument) -> list[Fields]:
    replies = case.get("disclosure", {}).get("replies", {}).values()
    return sorted((r for r in replies if "text" in r), key=lambda r: (r["replied_on"], r["unit"]))


def derive(case: ModelDocument) -> ModelDocument:
    """What lists filter, sort and search by: only of cases with a public reply."""
    part, replies = case.get("disclosure", {}), public_replies(case)
    labels = sorted({reply["label"] for reply in part.get("replies", {}).values()})
    if not replies:
        return {"public": False, "labels": labels}
    newest = replies[-1]
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
        "search": "\n".join(f"{r['title']}\n{r['label']}\n{r['text']}" for r in replies).lower(),
    }


def groups(intake: ModelDocument) -> Iterator[tuple[str, str]]:
    yield "all", "-"
    for name in ("channel", "region", "subject"):
        yield name, str(intake.get(name) or "-")


def count(case: ModelDocument) -> Mapping[str, int]:
    """`agency|period|kind|group|value|measure` → 1; a petition is nothing here but such a one."""
    intake = case.get("intake", {})
    if "kind" not in intake:
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
    ),
    database="site",
)

PUBLIC_UNITS = Projection(
    name="public_units", topic="directory-events", parts={"directory": fold}, database="site"
)
