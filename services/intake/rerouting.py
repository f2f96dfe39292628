"""HTTP routes of rerouting: a paper is passed on, or continued as a case of another kind."""

from typing import Annotated

from pydantic import Field

from services.intake import queries
from services.intake.domain.rerouting.commands import DivertCase, PassOnCase
from services.intake.domain.state import Case
from services.intake.screening import Checklist, judged, router
from shared.contracts import rerouting
from shared.contracts.case_event import Kind
from shared.http.accepted import Accepted
from shared.http.fields import CaseId, Code, Note, UnitId
from shared.http.forms import Form
from shared.kernel.form_words import titled
from shared.kernel.paper_numbers import claim_of
from shared.service.api.request_context import Edge, ServiceEdge

__all__ = ["router"]


class PassingOn(rerouting.PassingOn, Checklist):
    """`form` and `reason` are such as the policy row of the kind allows."""

    to: UnitId
    reason: Annotated[Code, Field(examples=["forwarded-letters"])]
    note: Note = ""


@router.post("/cases/{case_id}/passing-on", status_code=201, summary="转来信、社情民意 Pass on")
async def pass_on_case(case_id: CaseId, body: PassingOn, edge: Edge) -> Accepted:
    """不立案，作为来信或者社情民意转送有关单位；本件到此结束，并书面告知提出人。"""
    fields = body.fields(rerouting.PassingOn) | await judged(case_id, body, edge)
    command = PassOnCase(at=edge.now(), by=edge.actor.sub, **fields)
    return await edge.dispatch(f"intake-{case_id}", command)


class Diversion(rerouting.Diversion, Form):
    order = ("kind", "reason", "note", "external_no")

    kind: Annotated[Kind, titled("转为类别", codes="kind"), Field(examples=["suggestion"])]
    channel: Annotated[Code | None, titled("来件渠道", hint="不填的照原渠道", codes="channel")] = (
        None
    )
    subject: Annotated[Code | None, titled("内容分类", hint="不填的照原分类", codes="subject")] = (
        None
    )
    reason: Annotated[Code, Field(examples=["presidium-decision"])]


@router.post("/cases/{case_id}/diversion", status_code=201, summary="转为另一类件 Divert")
async def divert_case(case_id: CaseId, body: Diversion, edge: Edge) -> Accepted:
    """如议案转为建议：仍是本件，按新类别的规则重新审查、计时，原编号留作曾用编号，并书面告知提出人。"""
    stream = f"intake-{case_id}"
    case: Case = await edge.state(stream)
    command = DivertCase(
        at=edge.now(),
        by=edge.actor.sub,
        kind=body.kind,
        channel=body.channel or case.paper.channel,
        subject=body.subject or case.paper.subject,
        edition=case.edition,
        parts=await queries.parts_of(await edge.live("readers"), case_id),
        holder=await new_holder(case_id, case, body, edge),
        **body.fields(rerouting.Diversion),
    )
    return await edge.dispatch(stream, command)


async def new_holder(case_id: str, case: Case, body: Diversion, edge: ServiceEdge) -> str | None:
    """Returns another case that has the number which this one is to get."""
    if body.external_no is None:
        return None
    paper = case.paper
    names = (paper.agency, body.kind, paper.source_level, paper.period, paper.session)
    claim = claim_of(*names, body.external_no)
    return await queries.holder_of(await edge.live("readers"), claim, case_id)
