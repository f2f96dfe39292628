"""HTTP routes of a paper that is with its author: the call for co-signatures before it is handed
in, and the paper that was sent back."""

from services.intake.domain.calls.commands import AmendWording, HandInPaper, OpenCall
from services.intake.domain.resubmission.commands import ResubmitPaper
from services.intake.erasures import router
from services.intake.registering import other_holder
from services.intake.schemas import Asks
from shared.contracts import calls
from shared.contracts.payloads import intake as payloads
from shared.http.accepted import Accepted
from shared.http.fields import CaseId, Title, Words
from shared.http.forms import Form, NoBody
from shared.service.api.request_context import Edge

__all__ = ["router"]


class Call(calls.Call, Form):
    pass


@router.post(
    "/cases/{case_id}/call", status_code=201, summary="再次征集联名 Call for signatures again"
)
async def open_call(case_id: CaseId, body: Call, edge: Edge) -> Accepted:
    """联名征集截止而署名人数不足的，由领衔人再次征集；第一次征集在登记时发起（`call_until`）。"""
    command = OpenCall(at=edge.now(), by=edge.actor.sub, **body.fields(calls.Call))
    return await edge.dispatch(f"intake-{case_id}", command)


class Amendment(payloads.Wording, Form):
    title: Title
    text: Words
    asks: Asks = ()


@router.post("/cases/{case_id}/wording", status_code=201, summary="修改文本 Amend the text")
async def amend_wording(case_id: CaseId, body: Amendment, edge: Edge) -> Accepted:
    """征集联名期间由领衔人修改案由、内容和建议（诉求）事项，以本次所填为准。此前的联名确认全部作废，由联名人阅读新的文本后重新确认。"""
    stream, words = f"intake-{case_id}", body.fields(payloads.Wording)
    await edge.check("amend-wording", stream)
    likeness = await edge.likeness(body.text)
    command = AmendWording(at=edge.now(), by=edge.actor.sub, likeness=likeness, **words)
    return await edge.dispatch(stream, command)


@router.post(
    "/cases/{case_id}/resubmission", status_code=201, summary="修改后再交 Hand in again, amended"
)
async def resubmit_paper(case_id: CaseId, body: Amendment, edge: Edge) -> Accepted:
    """退回修改的件，由领衔人按退回的理由修改后再交，仍是本件，重新审查；事项也以本次所填为准，联名人须重新确认。提出人书面再交的，由登记机关
    或者立案（受理）机构录入。"""
    stream, words = f"intake-{case_id}", body.fields(payloads.Wording)
    await edge.check("resubmit-paper", stream)
    command = ResubmitPaper(
        at=edge.now(),
        by=edge.actor.sub,
        likeness=await edge.likeness(body.text),
        holder=await other_holder(case_id, edge),
        **words,
    )
    return await edge.dispatch(stream, command)


@router.post("/cases/{case_id}/hand-in", status_code=201, summary="交件 Hand the paper in")
async def hand_in_paper(case_id: CaseId, body: NoBody, edge: Edge) -> Accepted:
    """由领衔人结束联名征集，提交审查；没有答复的不再是提出人。截止日期届满的，自动交件。"""
    command = HandInPaper(at=edge.now(), by=edge.actor.sub)
    return await edge.dispatch(f"intake-{case_id}", command)
