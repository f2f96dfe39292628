"""HTTP routes of mergers: a case is handled together with another one, or by itself again."""

from typing import Annotated

from pydantic import Field

from services.intake import queries
from services.intake.domain.merging.commands import Master, MergeCase, UnmergeCase
from services.intake.domain.merging.decider import numbers_of
from services.intake.domain.merging.rules import people_of
from services.intake.domain.state import Case
from services.intake.others import known_case
from services.intake.rerouting import router
from shared.contracts import merging
from shared.contracts.case_event import CaseMark
from shared.http.accepted import Accepted
from shared.http.fields import CaseId, Note
from shared.http.forms import Form
from shared.kernel.form_words import picked, titled
from shared.service.api.request_context import Edge, ServiceEdge

__all__ = ["router"]


class Merger(merging.Merger, Form):
    into: Annotated[CaseId, titled("并入哪一件"), picked("case")]


@router.post("/cases/{case_id}/merger", status_code=201, summary="并案 Merge into another case")
async def merge_case(case_id: CaseId, body: Merger, edge: Edge) -> Accepted:
    """内容相同的件并入一件办理：本件不再单独交办，编号和提出人不变；答复一并答复，逐人送达，各自评价。
    须是同一机关的同类件，并入的件在办、答复尚未签发。"""
    command = MergeCase(
        at=edge.now(),
        by=edge.actor.sub,
        master=await master_of(case_id, body.into, edge),
        assigned=await queries.is_assigned(await edge.live("readers"), case_id),
        **body.fields(merging.Merger),
    )
    return await edge.dispatch(f"intake-{case_id}", command)


class Unmerging(Form):
    reason: Annotated[Note, Field(min_length=1), titled("撤销并案的理由")]


@router.post("/cases/{case_id}/merger/end", status_code=201, summary="撤销并案 Undo the merger")
async def unmerge_case(case_id: CaseId, body: Unmerging, edge: Edge) -> Accepted:
    """主件的答复签发以前可以撤销；本件接着单独办理，交办的期限按并案时剩余的时间继续计算。"""
    stream = f"intake-{case_id}"
    case: Case = await edge.state(stream)
    command = UnmergeCase(
        at=edge.now(),
        by=edge.actor.sub,
        reason=body.reason,
        answered=await queries.is_answered(await edge.live("readers"), case.merger),
    )
    return await edge.dispatch(stream, command)


async def master_of(case_id: str, into: str, edge: ServiceEdge) -> Master | None:
    """Returns the case into which another one is to be merged; None where the actor may not know
    it."""
    if (case := await known_case(into, edge)) is None:
        return None
    paper = case.paper
    return Master(
        mark=CaseMark.of(paper),
        numbers=numbers_of(case),
        status=case.status,
        session=paper.session,
        subject=paper.subject,
        region=paper.region,
        purpose=case.purpose,
        is_itself=into == case_id,
        is_against=case.against is not None,
        answered=await queries.has_signed(await edge.live("readers"), into),
        members=len(case.members),
        people=people_of(case),
    )
