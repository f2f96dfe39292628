"""HTTP routes of what is printed: the ledger as it is filtered, and the sheet of a case."""

from functools import partial
from typing import Annotated, Any, get_args

from fastapi import Depends, Query, Request, Response
from fastapi.responses import HTMLResponse

from services.portal import queries
from services.portal.case_page import Buttons, CasePage
from services.portal.filters import Wanted, printable, row_of, shown_document, visible
from services.portal.ledger import USUAL, Key, ledger_of
from services.portal.printing.case_views import CaseViews, views_of
from services.portal.printing.case_words import CaseWords
from services.portal.printing.filter_words import filter_words, ids_in
from services.portal.printing.notices import ASKED, Notices, answering
from services.portal.printing.paper import Paper
from services.portal.printing.sheet import Sheet
from services.portal.queries import ACTORS, REGISTER, Sort
from services.portal.routers import portal_router
from services.portal.schemas import said
from shared.contracts.signers import NoticeMode
from shared.http.fields import CaseId
from shared.kernel.calendar import business_day
from shared.kernel.errors import NotFound
from shared.kernel.reply_rules import NoticeKind
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
    columns: Annotated[list[Key], Query(max_length=30, description="按所列顺序")] = [*USUAL],  # noqa: B006 - copied
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


def notices(
    kind: NoticeKind, edge: ServiceEdge, seen: CaseViews, page: CasePage, document: Any
) -> Notices:
    """Returns the sheets of a notice. Raises NotFound where intake does not show the paper."""
    if not (intake := seen.views["intake"]):
        raise NotFound("来件暂时没有取得，请稍后重新打印")
    agency, row = document["agency"], row_of(edge, document)
    paper = paper_of(edge, "zh", kind=page.kind, agency=agency)
    words = CaseWords(paper, seen.names)
    tasks = (seen.views["handling"] or {}).get("tasks", ())
    return Notices(
        kind,
        row.letters.notices[kind],
        row,
        paper,
        words,
        intake,
        page.intake,
        answering(tasks),
        edge.actor.sub,
        seen.views["feedback"] or {},
        {task["task"]: task["reply"] for task in tasks if task.get("reply")},
    )


def sheets_of(made: Notices) -> list[Sheet]:
    """Raises NotFound where the service that tells what the notice says does not know it yet."""
    if not (sheets := [*made.sheets()]):
        raise NotFound("文书的内容暂时没有取得，请稍后重新打印")
    return sheets


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


@router.get(
    "/cases/{case_id}/notices/{notice}/print",
    summary="打印告知书 Print a notice",
    response_class=HTMLResponse,
    responses=html_of("信访事项受理告知书"),
)
async def print_notice(
    case_id: CaseId, notice: NoticeKind, edge: Edge, request: Request
) -> Response:
    """信访文书：告知书、转送函、复查复核意见书和听证通知书，中文，A4。用语和依据由办理规则规定；信访人姓名
    按本人权限显示，用途（书面告知）随查阅留痕。送达以后请登记送达日期和方式。打印会记入审计记录。"""
    document = await shown_document(edge, case_id)
    if notice not in printable(edge, document):
        await edge.hide(case_id)
    await edge.trace.write("export", "print-notice", case_id=case_id)
    page = CasePage.of_document(document, said, Buttons())
    seen = await views_of(edge, request, page, ASKED)
    organs = row_of(edge, document).organs.units(document["agency"]).values()
    live, today = await edge.live(ACTORS), business_day(edge.now())
    named = {**seen.names, **await queries.names_of(live, {*organs, edge.actor.sub}, today)}
    made = notices(notice, edge, CaseViews(seen.views, named), page, document)
    rules = made.rules
    shown = {"notice": notice, "sheets": sheets_of(made), "number": made.number}
    extra = {"copies": rules.copies, "says": rules.says, "modes": get_args(NoticeMode)}
    return await made.paper.printed("notice.html", **shown, **extra)
