"""Routes of the charge of a leader (包案, 重点督办, 领办), and its view."""

from functools import partial
from typing import Annotated

from pydantic import Field

from services.assignment.domain.charge.commands import ChargeLeader, EndCharge, ReportCharge
from services.assignment.domain.hand_out.charges import Charge
from services.assignment.domain.hand_out.state import Assignment
from services.assignment.schemas import ChargeReportView, ChargeView, MilestoneView
from shared.contracts import charges as payloads
from shared.http.accepted import Accepted
from shared.http.fields import CaseId, EntityId, Note, PersonId, Sentence
from shared.http.forms import Form
from shared.kernel.calendar import business_day, ending_day
from shared.kernel.messages import Act
from shared.service.api.edge_route import edge_router
from shared.service.api.request_context import Edge, ServiceEdge

router = edge_router()
CHARGE = "/cases/{case_id}/charges/{charge}"


class NewMilestone(payloads.Milestone, Form):
    goal: Annotated[Sentence, Field(min_length=1)]


class NewCharge(payloads.ChargePlan, Form):
    leader: PersonId
    problem: Annotated[Note, Field(min_length=1)]
    measures: Annotated[Note, Field(min_length=1)]
    milestones: Annotated[tuple[NewMilestone, ...], Field(max_length=payloads.MOST_MILESTONES)] = ()


@router.post("/cases/{case_id}/charges", status_code=201, summary="领导牵头 Put a leader in charge")
async def charge_leader(case_id: CaseId, body: NewCharge, edge: Edge) -> Accepted:
    """领导包案、重点督办、领办，有哪些形式由办理规则确定，每种形式同时只有一名领导。由主管机构登记，或者领导
    自己承担；到期前后只提醒本人，逾期的提醒督查机构。已经办结、正在复查复核的也可以。"""
    fields = body.fields(payloads.ChargePlan)
    command = ChargeLeader(at=edge.now(), by=edge.actor.sub, **fields)
    return await edge.dispatch(f"assignment-{case_id}", command)


class ChargeNews(payloads.ChargeReport, Form):
    reached: Annotated[int | None, Field(ge=1, le=payloads.MOST_MILESTONES)] = None
    note: Annotated[Note, Field(min_length=1)]


@router.post(f"{CHARGE}/report", status_code=201, summary="登记进展 Report on the charge")
async def report_charge(
    case_id: CaseId, charge: EntityId, body: ChargeNews, edge: Edge
) -> Accepted:
    """牵头领导登记进展，或者由主管机构代录；达到阶段目标的填写序号，需要延期的写明新的期限和理由。"""
    fields = body.fields(payloads.ChargeReport)
    command = ReportCharge(at=edge.now(), by=edge.actor.sub, charge=charge, **fields)
    return await edge.dispatch(f"assignment-{case_id}", command)


class ChargeOutcome(payloads.ChargeEnding, Form):
    note: Annotated[Note, Field(min_length=1)]


@router.post(f"{CHARGE}/end", status_code=201, summary="登记结果 End the charge")
async def end_charge(
    case_id: CaseId, charge: EntityId, body: ChargeOutcome, edge: Edge
) -> Accepted:
    """写明结果和后续措施。更换领导或者方案的，结束后另行登记。"""
    fields = body.fields(payloads.ChargeEnding)
    command = EndCharge(at=edge.now(), by=edge.actor.sub, charge=charge, **fields)
    return await edge.dispatch(f"assignment-{case_id}", command)


async def charge_views(
    case_id: str, state: Assignment, may_read: bool, edge: ServiceEdge
) -> list[ChargeView]:
    """Returns the charges, the former ones first; none to readers without the right."""
    return [await view(each, case_id, edge) for each in state.charges] if may_read else []


async def view(charge: Charge, case_id: str, edge: ServiceEdge) -> ChargeView:
    taken, ended = charge.taken, charge.ended
    words = partial(edge.readable, case_id=case_id, may_read=True)
    return ChargeView(
        **taken.fields(Act),
        charge=charge.id,
        scheme=taken.scheme,
        leader=taken.leader,
        problem=await words(taken.problem),
        measures=await words(taken.measures),
        milestones=[
            MilestoneView(goal=await words(each.goal), day=each.day, reached_on=reached_on)
            for each, reached_on in zip(taken.milestones, charge.reached_on, strict=True)
        ],
        until=ending_day(charge.due.at),
        reports=[await ChargeReportView.of(each, words) for each in charge.reports],
        result=ended.result if ended else None,
        ended_on=business_day(ended.at) if ended else None,
        note=await words(ended.note if ended else None),
    )
