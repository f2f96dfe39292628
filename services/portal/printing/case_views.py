"""Parts of a case as its services show them to one reader, and the names of the ids in them."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from fastapi import Request

from services.portal import queries
from services.portal.buttons import answers_of, shown_in
from services.portal.case_page import CasePage
from services.portal.domain.derived import OWNERS
from services.portal.names_then import name_acts
from services.portal.queries import ACTORS
from shared.kernel.calendar import business_day
from shared.service.api.request_context import ServiceEdge

View = dict[str, Any]
ADDRESSES = dict.fromkeys(OWNERS, "cases/{}") | {"reminder": "cases/{}/clocks"}
NAMED_BY = frozenset(
    {"unit", "units", "by", "agency", "wanted_unit", "suggested_unit", "person", "organ", "persons",
     "leader"}
)  # fmt: skip
"""Fields of views that hold ids of units and of people at work."""


@dataclass(frozen=True)
class CaseViews:
    """`views`: {} of a service that shows the reader no such case, None of one that is silent.
    `names`: of units, regions and periods, of people who hold or held a post, and of those who
    brought the case, where the reader may know them."""

    views: Mapping[str, View | None]
    names: Mapping[str, str]


async def views_of(
    edge: ServiceEdge, request: Request, page: CasePage, purpose: str = ""
) -> CaseViews:
    """Asks the services that have a part in the case as the reader sees it: others, and all of them
    where a former unit asks, would note a refusal in the trail. `purpose`: for what contacts are
    read."""
    owners = [owner for owner in OWNERS if getattr(page, owner) and not page.former]
    paths = {owner: ADDRESSES[owner].format(page.case_id) for owner in owners}
    if purpose and "intake" in paths:
        paths["intake"] += f"?contact_reason={purpose}"
    answers = await answers_of(request, paths)
    views = {owner: shown_in(answers[owner]) if owner in answers else {} for owner in OWNERS}
    return CaseViews(views, await names_in(edge, page, views))


async def names_in(
    edge: ServiceEdge, page: CasePage, views: Mapping[str, View | None]
) -> dict[str, str]:
    ids = {one for view in views.values() if view for one in ids_in(view)}
    live, today = await edge.live(ACTORS), business_day(edge.now())
    names = await queries.names_of(live, page.named() | ids, today)
    await name_acts(page, live, names)
    regions = await queries.regions_of(live, today)
    brought = (views["intake"] or {}).get("proposers", [])
    return {
        **edge.runtime.policies.period_names,
        **regions,
        **names,
        **{each["id"]: each["name"] for each in brought},
    }


def ids_in(value: Any, field: str = "") -> Iterator[str]:
    """Yields the texts that stand under one of the fields, however deep."""
    if isinstance(value, dict):
        for name, inner in value.items():
            yield from ids_in(inner, name)
    elif isinstance(value, list):
        for inner in value:
            yield from ids_in(inner, field)
    elif isinstance(value, str) and field in NAMED_BY:
        yield value
