"""Pages for machines: feed, sitemap, open data table, robots.txt."""

from collections.abc import AsyncIterator
from typing import Any

from fastapi import APIRouter, Request, Response
from fastapi.responses import StreamingResponse

from services.disclosure import queries
from services.disclosure.domain.projections import public_replies
from services.disclosure.queries import Row, Units
from services.disclosure.site.pages import message
from services.disclosure.site.rendering import Show, Site, address, answer, routes
from shared.http.csv_lines import BYTE_ORDER_MARK, csv_line
from shared.service.config.labels import label

IN_THE_FEED = 50
CASES_IN_A_SITEMAP = 49_000
"""A sitemap may have 50,000 addresses; the first has the site's own pages, too."""
MOST_SITEMAPS = 1_000
MOST_ROWS = 1_000_000

COLUMNS = (
    "编号", "标题", "类别", "年度", "提出人", "承办单位", "办理结果类别", "办理结果", "公开形式",
    "答复日期", "地址",
)  # fmt: skip


def feed_routes(site: Site) -> APIRouter:
    shows: dict[str, Show] = {
        "/feed.xml": feed,
        "/sitemap.xml": sitemap,
        "/sitemap/{number}.xml": part_of_sitemap,
        "/open/cases.csv": table,
        "/robots.txt": robots,
    }
    return routes(site, shows)


async def feed(site: Site, request: Request) -> Response:
    """Atom feed of what was published last, whenever it was replied."""
    rows = await queries.last_published(site.models, IN_THE_FEED)
    return xml(site, request, "feed.xml", rows=rows, units=await site.units())


async def sitemap(site: Site, request: Request) -> Response:
    """Sitemap of all pages; where one file may not hold them, the index of its parts."""
    number = await sitemaps(site)
    if number == 1:
        return await part(site, request, 1)
    return xml(site, request, "sitemaps.xml", parts=range(1, number + 1))


async def part_of_sitemap(site: Site, request: Request, number: str) -> Response:
    known = number.isascii() and number.isdigit() and len(number) <= len(str(MOST_SITEMAPS))
    if not known or not 1 <= int(number) <= await sitemaps(site):
        return message(site, request, "missing", 404)
    return await part(site, request, int(number))


async def sitemaps(site: Site) -> int:
    """Returns the number of parts, one for a site without cases."""
    most = CASES_IN_A_SITEMAP * MOST_SITEMAPS
    return max(1, -(-await queries.number_public(site.models, most) // CASES_IN_A_SITEMAP))


async def part(site: Site, request: Request, number: int) -> Response:
    before = (number - 1) * CASES_IN_A_SITEMAP
    rows = await queries.addresses(site.models, before, CASES_IN_A_SITEMAP)
    return xml(site, request, "sitemap.xml", rows=rows, own_pages=number == 1)


async def table(site: Site, request: Request) -> Response:
    """CSV for spreadsheets, one line per public reply."""
    headers = {
        "Content-Disposition": 'attachment; filename="cases.csv"',
        "Cache-Control": "public, max-age=300",
    }
    public = await queries.cases(site.models)  # what is refused is refused before the first line
    rows = lines(site, request, public, await site.units())
    return StreamingResponse(rows, 200, headers, "text/csv; charset=utf-8")


async def robots(site: Site, request: Request) -> Response:
    url = address(site, request, "/sitemap.xml")
    return answer(request, f"User-agent: *\nAllow: /\nSitemap: {url}\n", "text/plain")


def xml(site: Site, request: Request, template: str, **content: Any) -> Response:
    def at(path: str) -> str:
        return address(site, request, path)

    text = site.templates.get_template(template).render(site=site.settings, at=at, **content)
    return answer(request, text, "application/xml")


async def lines(site: Site, request: Request, public: Any, units: Units) -> AsyncIterator[str]:
    """Yields one line per reply while it reads the cases."""
    yield BYTE_ORDER_MARK + csv_line(COLUMNS)
    async for case in queries.all_public(public, MOST_ROWS):
        url = address(site, request, f"/cases/{case['_id']}")
        for reply in public_replies(case):
            yield csv_line((*cells(case, reply, units), url))


def cells(case: Row, reply: Row, units: Units) -> tuple[str, ...]:
    return (
        reply["label"],
        reply["title"],
        label("kind", case["kind"]),
        case["period"],
        "、".join(reply["names"]),
        units.title(reply["unit"], reply["replied_on"]),
        reply["letter"],
        label("meaning", reply["meaning"]),
        label("disclosure-form", reply["form"]),
        reply["replied_on"],
    )
