"""HTTP routes of the portal: worklist and case page."""

from collections.abc import Sequence
from typing import Annotated, Any

from fastapi import Depends, Path, Query, Request, Response
from fastapi.responses import StreamingResponse

from services.portal import (
    desk,
    lights,
    numbers,
    operation,
    own,
    own_drafts,
    passed_on,
    queries,
    remits,
    similar,
    statistics,
    trail,
    vacancies,
)
from services.portal.buttons import DECIDING, buttons_of
from services.portal.case_page import Buttons, CasePage
from services.portal.domain.parts import shown_to
from services.portal.filters import Wanted, printable, shown_document, visible
from services.portal.ledger import (
    MOST_EXPORTED,
    USUAL,
    Format,
    Key,
    exported,
    pieces,
    refuse_too_many,
)
from services.portal.names_then import name_acts
from services.portal.printing import meeting
from services.portal.printing import routes as printing
from services.portal.queries import ACTORS, REGISTER, Sort
from services.portal.routers import portal_router
from services.portal.schemas import (
    Codes,
    ListedLine,
    Tally,
    Waiting,
    Worklist,
    said,
)
from services.portal.seen import Reader
from services.portal.views import Me
from shared.http import workbook
from shared.http.fields import CaseId, Code, Search
from shared.kernel.calendar import business_day
from shared.kernel.moment import stamp
from shared.kernel.paper_numbers import number_of
from shared.service.api.edge_route import add_routes
from shared.service.api.request_context import Edge
from shared.service.config.labels import standard_labels

router = portal_router()
PARTS = (
    lights, meeting, operation, own, own_drafts, passed_on, printing, remits, similar, statistics,
    trail, vacancies,
)  # fmt: skip
for part in PARTS:
    add_routes(router, part.router)
WITH_TABLES = (*DECIDING, "directory", "portal")


@router.get("/worklist", summary="办件台账 Worklist")
async def worklist(
    edge: Edge,
    wanted: Annotated[Wanted, Depends()],
    sort: Sort = "due",
    limit: Annotated[int, Query(ge=1, le=200)] = 20,
    after: Annotated[str | None, Query(max_length=300, description="上一页的 next")] = None,
    total: Annotated[bool, Query(description="是否计总数")] = False,
) -> Worklist:
    """本人可见的办件；缺省按最近到期在前，没有到期时刻的在后。"""
    edge.admit("read-worklist")
    live, narrowed = await edge.live(REGISTER), await wanted.of(edge)
    conditions, order = [*visible(edge), *narrowed], queries.ORDERS[sort]
    page = await listed(edge, *await queries.page(live, conditions, order, limit, after))
    return page.with_total(await wanted.shown_number(edge, narrowed)) if total else page


async def listed(edge: Edge, rows: Sequence[dict[str, Any]], more: str | None) -> Worklist:
    lines, seen = [ListedLine.of(row, said) for row in rows], await Reader.of(edge).seen_of(rows)
    for line in lines:
        line.seen = line.case_id in seen
        line.count_down(edge.runtime.policies.calendar, edge.now())
    ids = {each for line in lines for each in line.named()}
    names = await queries.names_of(await edge.live(ACTORS), ids, business_day(edge.now()))
    return Worklist(items=lines, next=more, names=names | edge.runtime.policies.period_names)


@router.get("/worklist/former", summary="曾经承办的办件 Former cases")
async def former_cases(
    edge: Edge,
    period: Code | None = None,
    q: Annotated[Search | None, Query(description="案由或编号中的文字")] = None,
    limit: Annotated[int, Query(ge=1, le=200)] = 20,
    after: Annotated[str | None, Query(max_length=300, description="上一页的 next")] = None,
    total: Annotated[bool, Query(description="是否计总数")] = False,
) -> Worklist:
    """任务已改由其他单位办理的办件，停留在本单位任务收回时的样子；后来的办理情况、分类和承办单位不再显示。"""
    edge.admit("read-worklist")
    conditions = [edge.visible("read-case").former_alone(), *queries.wanted({"period": period}, q)]
    live, order = await edge.live(REGISTER), queries.ORDERS["newest"]
    rows, more = await queries.page(live, conditions, order, limit, after, queries.EVERY_FIELD)
    allows = edge.runtime.authorization.allows_at
    shown = await listed(edge, [shown_to(edge.actor, row, allows) for row in rows], more)
    return shown.with_total(await numbers.shown_number(live, conditions)) if total else shown


@router.get(
    "/worklist/export",
    summary="导出台账 Export",
    response_class=StreamingResponse,
    responses={200: {"content": {"text/csv": {}, workbook.MEDIA_TYPE: {}}}},
)
async def export_worklist(
    edge: Edge,
    wanted: Annotated[Wanted, Depends()],
    sort: Sort = "due",
    form: Annotated[Format, Query(alias="format")] = "csv",
    columns: Annotated[list[Key], Query(max_length=30, description="按所列顺序")] = [*USUAL],  # noqa: B006 - copied
) -> Response:
    """本人可见的办件，CSV 或 Excel 工作簿，次序同台账。先按办件号读取，导出期间到期日变动的办件
    不漏、不重。CSV 至多 50000 件，工作簿至多 20000 件，超过的不导出；导出会记入审计记录。"""
    edge.admit("read-worklist")
    await edge.trace.write("export", "export-worklist")
    live, narrowed = await edge.live(REGISTER), await wanted.of(edge)
    refuse_too_many(await wanted.number(edge, narrowed, MOST_EXPORTED[form]), form)
    ids = await queries.ids_in_order(live, [*visible(edge), *narrowed], queries.ORDERS[sort])
    every = pieces(edge, ids, visible(edge), columns)
    return await exported(every, form, business_day(edge.now()))


@router.get("/waiting", summary="待办 What waits for me")
async def waiting(edge: Edge) -> list[Waiting]:
    """等待本人办理的件数，按事项；`query` 是列出这些办件的台账查询。"""
    edge.admit("read-worklist")
    live, shown = await edge.live(REGISTER), visible(edge)
    counted = [
        Waiting.of(action, await numbers.shown_number(live, [*shown, wanted]))
        for action, wanted in desk.waits_of(edge)
    ]
    return [each for each in counted if each.count]


@router.get("/codes", summary="代码和名称 Codes")
async def codes(edge: Edge) -> Codes:
    """各处所用的代码及其中英文名称，按类别；代码在事实和接口中不变，名称由策略数据维护。"""
    edge.admit("read-codes")
    return Codes.of(standard_labels().groups)


@router.get("/tally", summary="办件计数 Tally")
async def tally(edge: Edge, wanted: Annotated[Wanted, Depends()]) -> Tally:
    """本人可见的办件按状态和灯色的数量。"""
    edge.admit("read-worklist")
    counted = await wanted.tally(edge, await wanted.of(edge))
    return Tally.of(*counted, is_counted=wanted.is_tallied)


@router.get("/cases/{case_id}", summary="办件详情 Case page")
async def case_page(
    case_id: CaseId,
    edge: Edge,
    request: Request,
    response: Response,
    actions: Annotated[bool, Query(description="是否列出可办事项")] = True,
) -> CasePage:
    """各环节情况、合并后的办理经过和当前可办事项；各环节只显示该服务允许本人查看的部分；
    正文和联系方式请向所属服务查阅。"""
    visible = await shown_document(edge, case_id)
    is_former = visible.get("former", False)
    if not is_former:  # else each later fact would change the tag
        response.headers["ETag"] = f'W/"{visible["rev"]}"'
    # The services know a former unit no more: each would note a refusal in the trail.
    buttons = await buttons_of(request, case_id) if actions and not is_former else Buttons()
    page = CasePage.of_document(visible, said, buttons)
    page.notices = printable(edge, visible)
    page.own = edge.actor.sub in visible.get("proposers", ())
    page.count_down(edge.runtime.policies.calendar, edge.now())
    actors, today = await edge.live(ACTORS), business_day(edge.now())
    names = await queries.names_of(actors, page.named(), today)
    await name_acts(page, actors, names)
    page.names = names | edge.runtime.policies.period_names
    return page


@router.get("/cases/by-number/{label}", summary="按编号查办件 Case by number")
async def by_number(
    label: Annotated[str, Path(max_length=60, examples=["2025年第1号建议"])], edge: Edge
) -> Worklist:
    """本系统的编号在同一机关、类别、年度内唯一；来件原编号（如 第58号）在同一机关、届次内唯一。
    返回本人可见的办件。"""
    edge.admit("read-worklist")
    number = {"external_keys": number_of(label).key}
    conditions = [*visible(edge), {"$or": [{"label": label}, number]}]
    live = await edge.live(REGISTER)
    rows, _ = await queries.page(live, conditions, queries.ORDERS["newest"], 20, None)
    return await listed(edge, rows, None)


@router.get("/me", summary="本人岗位 Who am I")
async def me(edge: Edge) -> Me:
    """通讯录中本人今日的岗位和身份。"""
    edge.admit("read-self")
    actor, calendar, today = edge.actor, edge.runtime.policies.calendar, business_day(edge.now())
    held = actor.roles | ({"proposer"} if actor.deputy else frozenset[str]())
    return Me.of(
        actor,
        **await queries.own_names(await edge.live(ACTORS), actor, today),
        may=edge.runtime.authorization.within_reach(WITH_TABLES, held),
        now=stamp(edge.now()),
        calendar_missing=calendar.missing_list(today),
    )
