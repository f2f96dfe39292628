"""HTTP routes of what the portal keeps for the caller: marks of what was seen, preferences."""

from typing import Annotated

from fastapi import Depends, Query, Response

from services.portal.filters import Wanted, is_at_work_on_master, visible
from services.portal.preferences import Chosen, Preferences, PreferenceStore
from services.portal.queries import REGISTER
from services.portal.routers import portal_router
from services.portal.seen import Reader, newest_of, news_in
from shared.http.fields import CaseId
from shared.kernel.days import BoundedMoment
from shared.kernel.moment import stamp
from shared.service.api.request_context import Edge, ServiceEdge

router = portal_router()


@router.put("/cases/{case_id}/seen", status_code=204, summary="标记已读 Mark a case as seen")
async def mark_seen(
    case_id: CaseId,
    edge: Edge,
    until: Annotated[
        BoundedMoment | None, Query(description="所见页面的 news_at；缺省为最近一条")
    ] = None,
) -> None:
    """本人已看过这一件；此后他人再办理的，又列为未读。只对本人有效。"""
    edge.admit("mark-seen")
    document = await edge.document(REGISTER, case_id)
    known = edge.visible("read-case").admits(document)
    if not (known or await is_at_work_on_master(edge, document)):
        await edge.hide(case_id)
    news: str = document["news_at"]
    await Reader.of(edge).saw({case_id: min(news, stamp(until)) if until else news})


@router.put("/seen", status_code=204, summary="全部标记已读 Mark a list as seen")
async def mark_all_seen(edge: Edge, wanted: Annotated[Wanted, Depends()]) -> None:
    """本人已看过台账按此筛选的全部办件；不加筛选的，件数不限。"""
    edge.admit("mark-seen")
    live, reader, shown = await edge.live(REGISTER), Reader.of(edge), visible(edge)
    if wanted.is_all:
        if until := await newest_of(live, shown):
            await reader.saw_all(until)
        return
    conditions = [*shown, *await wanted.of(edge), await reader.unseen(live)]
    await reader.saw(await news_in(live, conditions))


@router.get("/preferences", summary="个人设置 Preferences")
async def read_preferences(edge: Edge, response: Response) -> Preferences:
    """本人台账所列的列和保存的筛选。"""
    edge.admit("keep-preferences")
    kept = await preferences_at(edge).of(edge.actor.sub)
    response.headers["ETag"] = f'"{kept.version}"'
    return kept


@router.put("/preferences", summary="保存个人设置 Keep preferences")
async def keep_preferences(body: Chosen, edge: Edge, response: Response) -> Preferences:
    """整份替换；If-Match 写所见的版本，另一窗口已经改过的不覆盖（412）。"""
    edge.admit("keep-preferences")
    kept = await preferences_at(edge).keep(edge.actor.sub, body, edge.context.expected)
    response.headers["ETag"] = f'"{kept.version}"'
    return kept


def preferences_at(edge: ServiceEdge) -> PreferenceStore:
    return PreferenceStore(edge.runtime.kept, edge.runtime.personal_data)
