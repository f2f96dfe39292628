"""The pages that people read."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict

from fastapi import APIRouter, Request, Response

from services.disclosure import queries
from services.disclosure.domain.projections import public_replies
from services.disclosure.queries import LONGEST_QUERY, MOST_COUNTED, MOST_PAGES, PAGE, Wanted
from services.disclosure.site.figures import GROUPS, agencies_of, figures_of, sum_of
from services.disclosure.site.rendering import Show, Site, address, page, routes

NEWEST = 10


def page_routes(site: Site) -> APIRouter:
    shows: dict[str, Show] = {
        "/": home,
        "/cases": cases,
        "/cases/{name}": case,
        "/stats": stats,
        "/accessibility": accessibility,
    }
    return routes(site, shows)


async def home(site: Site, request: Request) -> Response:
    """How much there is, and what is new."""
    figures = figures_of(await queries.counted(site.models))
    newest = await queries.newest(site.models, NEWEST)
    units = await queries.units(site.models)
    latest = next(iter(figures.periods), "")
    totals = sum_of(figures.overview(latest))
    return page(site, request, "home.html", rows=newest, units=units, period=latest, totals=totals)


async def cases(site: Site, request: Request) -> Response:
    """The list, searched and filtered by what stands in the address."""
    wanted, number = wanted_in(request.query_params), page_in(request.query_params)
    rows, total = await queries.search(site.models, wanted, number)
    return page(
        site,
        request,
        "cases.html",
        rows=rows,
        total=total,
        number=number,
        last=min(MOST_PAGES, max(1, -(-total // PAGE))),
        most=MOST_COUNTED,
        wanted=wanted,
        filters=asdict(wanted),
        choices=await queries.choices(site.models),
        units=await queries.units(site.models),
    )


async def case(site: Site, request: Request, name: str) -> Response:
    """What was published and taken down again says so (410); the rest was never here (404)."""
    found = await queries.case_named(site.models, name[:100])
    if found is None or "disclosure" not in found:
        return message(site, request, "missing", 404)
    replies = public_replies(found)
    if not replies:
        return message(site, request, "gone", 410)
    gone = len(found["disclosure"]["replies"]) - len(replies)
    return page(
        site,
        request,
        "case.html",
        case=found,
        replies=replies,
        gone=gone,
        units=await queries.units(site.models),
        canonical=address(site, request, f"/cases/{found['_id']}"),
    )


async def stats(site: Site, request: Request) -> Response:
    """Counts and rates of one agency and period, each rate with its two numbers."""
    counted = await queries.counted(site.models)
    agencies = agencies_of(counted)
    agency = chosen(request.query_params.get("agency", ""), agencies)
    figures = figures_of(counted, agency)
    period = chosen(request.query_params.get("year", ""), figures.periods)
    return page(
        site,
        request,
        "stats.html",
        figures=figures,
        agencies=agencies,
        agency=agency,
        period=period,
        groups=GROUPS,
        sum_of=sum_of,
        units=await queries.units(site.models),
    )


def chosen(asked: str, there: Sequence[str]) -> str:
    """What was asked for where there is such a thing, else the first."""
    return asked if asked in there else next(iter(there), "")


async def accessibility(site: Site, request: Request) -> Response:
    return page(site, request, "accessibility.html")


def message(site: Site, request: Request, about: str, status: int) -> Response:
    """A page that only says one sentence."""
    return page(site, request, "message.html", status, about=about)


def wanted_in(query: Mapping[str, str]) -> Wanted:
    return Wanted(
        q=query.get("q", "").replace("\0", "").strip()[:LONGEST_QUERY],
        year=query.get("year", "")[:LONGEST_QUERY],
        kind=query.get("kind", "")[:LONGEST_QUERY],
        unit=query.get("unit", "")[:LONGEST_QUERY],
        result=query.get("result", "")[:LONGEST_QUERY],
    )


def page_in(query: Mapping[str, str]) -> int:
    """What is no number is the first page; there is a last one, so that nobody counts for ever."""
    asked = query.get("page", "1")[:9]
    return min(max(int(asked), 1), MOST_PAGES) if asked.isascii() and asked.isdigit() else 1
