"""HTTP routes of what is printed: the ledger as it is filtered, and the sheet of a case."""

from functools import partial
from typing import Annotated, Any

from fastapi import Depends, Query, Request, Response
from fastapi.responses import HTMLResponse

from services.portal import queries
from services.portal.case_page import Buttons, CasePage
from services.portal.filters import Wanted, shown_document, visible
from services.portal.ledger import USUAL, Key, ledger_of
from services.portal.printing.case_views import views_of
from services.portal.printing.case_words import CaseWords
from services.portal.printing.filter_words import filter_words, ids_in
from services.portal.printing.paper import Paper
from services.portal.queries import ACTORS, REGISTER, Sort
from services.portal.routers import portal_router
from services.portal.schemas import said
from shared.http.fields import CaseId
from shared.kernel.calendar import business_day
from shared.service.api.request_context import Edge, ServiceEdge
from shared.service.config.labels import Language

router = portal_router()
MOST_PRINTED = 2_000
"""Lines on one print; some eighty pages."""
EXAMPLE = "<!doctype html><html lang=zh-CN><title>{}</title>…</html>"
Lang = Annotated[Language, Query(description="纸面文字的语言；来件、答复的内容不译")]


def html_of(title: str) -> dict[int | str, dict[str, Any]]:
    example = EXAMPLE.format(title)
    return {200: {"content": {"text/html": {"example": example}}, "description": "供打印的网页"}}


@router.get(
    "/worklist/print",
    summary="打印台账 Print the ledger",
    response_class=HTMLResponse,
    responses=html_of("办件台账"),
)
async def print_worklist(
    edge: Edge,
    request: Request,
    wanted: Annotated[Wanted, Depends()],
    sort: Sort = "due",
    columns: Annotated[list[Key], Query(max_length=20, description="按所列顺序")] = [*USUAL],  # noqa: B006 - copied
    lang: Lang = "zh",
) -> Response:
    """本人可见的办件，按台账的筛选、顺序和所选的列，A4 横向，每页重复表头。至多 2000 件，
    超过的只印前 2000 件，纸面上注明总数。打印会记入审计记录。"""
    edge.admit("print-worklist")
    await edge.trace.write("export", "print-worklist")
    live, narrowed = await edge.live(REGISTER), await wanted.of(edge)
    conditions, order = [*visible(edge), *narrowed], queries.ORDERS[sort]
    rows, more = await queries.page(live, conditions, order, MOST_PRINTED, None)
    total = await wanted.number(edge, narrowed) if more else len(rows)
    paper, ledger = paper_of(edge, lang), await ledger_of(edge, rows, columns, lang)
    said_filter = filter_words(paper, request.query_params, await names_of(edge, request))
    shown = {"ledger": ledger, "total": total, "filter": said_filter}
    return await paper.printed("ledger.html", **shown)


async def names_of(edge: ServiceEdge, request: Request) -> dict[str, str]:
    """Returns the names of the units, regions and periods of a filter."""
    live, today = await edge.live(ACTORS), business_day(edge.now())
    ids = ids_in(request.query_params)
    regions = await queries.regions_of(live, today) if "region" in request.query_params else {}
    return {
        **edge.runtime.policies.period_names,
        **regions,
        **await queries.names_of(live, ids, today),
    }


def paper_of(edge: ServiceEdge, lang: Language, **special: str) -> Paper:
    return Paper(lang, business_day(edge.now()), special)


@router.get(
    "/cases/{case_id}/print",
    summary="打印办件单 Print a case",
    response_class=HTMLResponse,
    responses=html_of("办件单"),
)
async def print_case(case_id: CaseId, edge: Edge, request: Request, lang: Lang = "zh") -> Response:
    """办件单：基本情况、承办单位与时限、沟通记录、会办意见、答复、评价、公开和办理经过，A4 纵向。
    各部分由所属服务按本人权限提供，与页面所见相同；没有应答的部分在纸面上注明。
    打印会记入审计记录。"""
    edge.admit("print-case")
    document = await shown_document(edge, case_id)
    await edge.trace.write("export", "print-case", case_id=case_id)
    page = CasePage.of_document(document, partial(said, lang=lang), Buttons())
    seen = await views_of(edge, request, page)
    paper = paper_of(edge, lang, kind=page.kind, agency=document["agency"])
    words = CaseWords(paper, seen.names)
    shown = {"page": page, "agency": document["agency"], "words": words, **seen.views}
    return await paper.printed("case.html", **shown)
