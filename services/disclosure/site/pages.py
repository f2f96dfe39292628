"""Pages for people: home, list, case, statistics, accessibility."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict

from fastapi import APIRouter, Request, Response

from services.disclosure import queries
from services.disclosure.domain.projections import public_replies
from services.disclosure.queries import LONGEST_QUERY, MOST_PAGES, Search
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
    """Totals of the newest period, and the newest replies."""
    counted = await site.counted()
    figures = figures_of(counted, site.periods)
    newest = await queries.newest(site.models, NEWEST)
    units = await site.units()
    latest = next(iter(figures.periods), "")
    by_agency = (figures_of(counted, site.periods, agency) for agency in agencies_of(counted))
    totals = sum_of(sum_of(each.overview(latest)) for each in by_agency)
    year = figures.title(latest)
    return page(site, request, "home.html", rows=newest, units=units, period=year, totals=totals)


async def cases(site: Site, request: Request) -> Response:
    """List of public cases, searched and filtered by the parameters of the address."""
    search, number = search_in(request.query_params), page_in(request.query_params)
    rows, total, number = await queries.search(site.models, search, number)
    return page(
        site,
        request,
        "cases.html",
        rows=rows,
        total=total,
        number=number,
        last=queries.pages_of(total),
        most=search.most,
        search=search,
        filters=asdict(search),
        choices=await site.choices(),
        units=await site.units(),
    )


async def case(site: Site, request: Request, name: str) -> Response:
    """Replies to one case. 410 where all were taken down again, 404 where none was published."""
    row = await queries.case_named(site.models, name[:100])
    if row is None or "disclosure" not in row:
        return message(site, request, "missing", 404)
    replies = public_replies(row)
    if not replies:
        return message(site, request, "gone", 410)
    gone = len(row["disclosure"]["replies"]) - len(replies)
    return page(
        site,
        request,
        "case.html",
        case=row,
        replies=replies,
        last_round=max(reply["round"] for reply in replies),
        gone=gone,
        units=await site.units(),
        canonical=address(site, request, f"/cases/{row['_id']}"),
    )


async def stats(site: Site, request: Request) -> Response:
    """Counts and rates of one agency and period."""
    counted = await site.counted()
    agencies = agencies_of(counted)
    agency = chosen(request.query_params.get("agency", ""), agencies)
    figures = figures_of(counted, site.periods, agency)
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
        units=await site.units(),
    )


def chosen(value: str, options: Sequence[str]) -> str:
    """Returns the value where it is an option, else the first option."""
    return value if value in options else next(iter(options), "")


async def accessibility(site: Site, request: Request) -> Response:
    return page(site, request, "accessibility.html")


def message(site: Site, request: Request, about: str, status: int) -> Response:
    """Page of one sentence."""
    return page(site, request, "message.html", status, about=about)


def search_in(query: Mapping[str, str]) -> Search:
    return Search(
        q=query.get("q", "").replace("\0", "").strip()[:LONGEST_QUERY],
        year=query.get("year", "")[:LONGEST_QUERY],
        kind=query.get("kind", "")[:LONGEST_QUERY],
        unit=query.get("unit", "")[:LONGEST_QUERY],
        result=query.get("result", "")[:LONGEST_QUERY],
    )


def page_in(query: Mapping[str, str]) -> int:
    """Returns the number of the page, `MOST_PAGES` at most, so that the store counts no further;
    1 where the parameter is no number."""
    number = query.get("page", "1")[:9]
    return min(max(int(number), 1), MOST_PAGES) if number.isascii() and number.isdigit() else 1
