"""HTTP routes of erasure: asked, confirmed by another person, stopped, and how far it is."""

from services.intake.domain.authorization import relations
from services.intake.domain.erasure.commands import AskErasure, ConfirmErasure, StopErasure
from services.intake.domain.state import Case
from services.intake.erasure_schemas import ErasureRequest, ErasureStop, ErasureView
from services.intake.imports import router
from shared.contracts import erasure
from shared.http.accepted import Accepted
from shared.http.fields import CaseId
from shared.http.forms import NoBody
from shared.kernel.errors import NotFound
from shared.service.api.request_context import Edge

__all__ = ["router"]


@router.post(
    "/cases/{case_id}/erasure", status_code=201, summary="申请清除个人信息 Ask for erasure"
)
async def ask_erasure(case_id: CaseId, body: ErasureRequest, edge: Edge) -> Accepted:
    """申请后须等待规定的时间，再由申请人以外的人确认；其间可以叫停。以保管期满为由的，须确已期满。"""
    command = AskErasure(at=edge.now(), by=edge.actor.sub, **body.fields(erasure.Erasure))
    return await edge.dispatch(f"intake-{case_id}", command)


@router.post(
    "/cases/{case_id}/erasure/confirmation", status_code=201, summary="确认清除 Confirm the erasure"
)
async def confirm_erasure(case_id: CaseId, body: NoBody, edge: Edge) -> Accepted:
    """由申请人以外的人确认。随后先撤下公开的网页，再销毁各服务的密钥；办理记录保留。"""
    command = ConfirmErasure(at=edge.now(), by=edge.actor.sub)
    return await edge.dispatch(f"intake-{case_id}", command)


@router.post("/cases/{case_id}/erasure/stop", status_code=201, summary="叫停清除 Stop the erasure")
async def stop_erasure(case_id: CaseId, body: ErasureStop, edge: Edge) -> Accepted:
    """确认之前可以叫停，须说明理由。"""
    command = StopErasure(at=edge.now(), by=edge.actor.sub, **body.fields(erasure.ErasureStop))
    return await edge.dispatch(f"intake-{case_id}", command)


@router.get("/cases/{case_id}/erasure", summary="清除情况 How far the erasure is")
async def read_erasure(case_id: CaseId, edge: Edge) -> ErasureView:
    """申请、确认、执行到哪一步；完成后列出仍然保留的内容及理由。"""
    stream = f"intake-{case_id}"
    case: Case = await edge.state(stream)
    if not edge.allows("read-erasure", relations(edge.actor, None, case), case.status):
        await edge.hide(case_id)
    if case.erasure is None:
        raise NotFound(f"{case_id} 没有清除申请")
    return ErasureView.of(case_id, await edge.version(stream), case.erasure)
