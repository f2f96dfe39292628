"""HTTP routes of the caller's drafts and clues."""

from fastapi import Response

from services.portal.drafts import Draft, DraftId, DraftLine, DraftStore, DraftView
from services.portal.routers import portal_router
from shared.service.api.request_context import Edge, ServiceEdge

router = portal_router()


@router.get("/drafts", summary="本人的草稿和线索 Own drafts and clues")
async def read_drafts(edge: Edge) -> list[DraftLine]:
    """本人的草稿和线索，最近保存的在前；他人不能查阅。"""
    edge.admit("keep-drafts")
    return await drafts_at(edge).all_of(edge.actor.sub)


@router.get("/drafts/{draft}", summary="一份草稿 A draft")
async def read_draft(draft: DraftId, edge: Edge, response: Response) -> DraftView:
    """所写的全部内容。"""
    edge.admit("keep-drafts")
    return tagged(await drafts_at(edge).of(edge.actor.sub, draft), response)


@router.put("/drafts/{draft}", summary="保存草稿 Keep a draft")
async def keep_draft(draft: DraftId, body: Draft, edge: Edge, response: Response) -> DraftView:
    """整份替换；If-Match 写所见的版本，新写的为 0，另一窗口已经改过的不覆盖（412）。"""
    edge.admit("keep-drafts")
    own, seen = drafts_at(edge), edge.context.expected
    return tagged(await own.keep(edge.actor.sub, draft, body, seen), response)


@router.delete("/drafts/{draft}", status_code=204, summary="删除草稿 Drop a draft")
async def drop_draft(draft: DraftId, edge: Edge) -> None:
    """删除后不能恢复；没有这份草稿的，不作处理。带 If-Match 的，另一窗口改过的不删除（412）。"""
    edge.admit("keep-drafts")
    await drafts_at(edge).drop(edge.actor.sub, draft, edge.context.expected)


def tagged(kept: DraftView, response: Response) -> DraftView:
    response.headers["ETag"] = f'"{kept.version}"'
    return kept


def drafts_at(edge: ServiceEdge) -> DraftStore:
    return DraftStore(edge.runtime.kept, edge.runtime.personal_data)
