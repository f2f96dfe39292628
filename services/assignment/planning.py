"""Routes of plans: the office proposes a hand-out, the leader decides (拟办、批示)."""

from typing import Annotated

from pydantic import Field

from services.assignment.domain.hand_out.rules import MOST_UNITS
from services.assignment.domain.planning.commands import DecidePlan, PlanAssignment
from shared.contracts.case_event import PartInTask
from shared.contracts.payloads import assignment as payloads
from shared.http.accepted import Accepted
from shared.http.fields import CaseId, EntityId, Line, Note, UnitId
from shared.http.forms import Form
from shared.kernel.form_words import titled
from shared.service.api.edge_route import edge_router
from shared.service.api.request_context import Edge

router = edge_router()
Share = Annotated[Line, Field(description="负责的部分；分办时必填")]


class UnitWanted(payloads.WantedUnit, Form):
    unit: UnitId
    part: Annotated[PartInTask, Field(description="lead 主办（独办）、co 会办、separate 分办")]
    scope: Share = ""


Team = Annotated[
    tuple[UnitWanted, ...], Field(min_length=1, max_length=MOST_UNITS), titled("承办单位")
]


class NewPlan(payloads.Plan, Form):
    tasks: Team
    reason: Annotated[Note, Field(min_length=1)]


@router.post("/cases/{case_id}/plans", status_code=201, summary="拟办 Plan")
async def plan_assignment(case_id: CaseId, body: NewPlan, edge: Edge) -> Accepted:
    """交办机构提出承办单位、期限和理由，由领导批示；批示以前再次提出的，以最后一次为准。"""
    fields = body.fields(payloads.Plan)
    command = PlanAssignment(at=edge.now(), by=edge.actor.sub, **fields)
    return await edge.dispatch(f"assignment-{case_id}", command)


class PlanDecision(payloads.Endorsement, Form):
    tasks: Annotated[tuple[UnitWanted, ...], Field(max_length=MOST_UNITS)] = ()
    note: Note = ""


@router.post(
    "/cases/{case_id}/plans/{plan}/decision", status_code=201, summary="批示 Endorse a plan"
)
async def decide_plan(case_id: CaseId, plan: EntityId, body: PlanDecision, edge: Edge) -> Accepted:
    """领导同意、调整后同意，或者退回重拟。同意的，按所批示的内容同时交办，各项期限随之开始。
    本人拟办的，由其他领导批示。"""
    fields = body.fields(payloads.Endorsement)
    command = DecidePlan(at=edge.now(), by=edge.actor.sub, plan=plan, **fields)
    return await edge.dispatch(f"assignment-{case_id}", command)
