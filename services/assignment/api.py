"""HTTP routes of assignment: a body becomes a command; answers show units and due dates."""

from typing import Annotated, ClassVar

from pydantic import Field

from services.assignment import charges, planning, queries, views
from services.assignment.domain.acceptance.commands import (
    DecideObjection,
    EnterObjection,
    ObjectAssignment,
    ReceiveAssignment,
)
from services.assignment.domain.arbitration.commands import ArbitrateObjection
from services.assignment.domain.authorization import (
    later,
    offers,
    relations,
    situation,
)
from services.assignment.domain.hand_out.commands import AssignCase, Reassign, Successor
from services.assignment.domain.hand_out.state import Assignment
from services.assignment.domain.team.commands import (
    AddCohandler,
    DecideCohandler,
    ProposeCohandler,
    RemoveCohandler,
    SwapLead,
)
from services.assignment.planning import Share, Team
from services.assignment.schemas import AssignmentView
from shared.contracts.payloads import assignment as payloads
from shared.http.accepted import Accepted
from shared.http.actions import Actions
from shared.http.fields import CaseId, Code, EntityId, Note, UnitId
from shared.http.forms import Form
from shared.service.api.edge_route import add_routes, edge_router
from shared.service.api.offered_actions import actions_of
from shared.service.api.request_context import Edge

router = edge_router("assignment 交办")
add_routes(router, planning.router)
add_routes(router, charges.router)


class NewAssignment(payloads.HandOut, Form):
    tasks: Team


@router.post("/cases/{case_id}/assignments", status_code=201, summary="交办 Assign")
async def assign_case(case_id: CaseId, body: NewAssignment, edge: Edge) -> Accepted:
    """独办、主办加会办，或者分办；签收、退办、首次联系、会办意见和答复的期限随之确定。
    承办单位须已登记、当日有效，并在本机关交办范围内。办理规则写明须经批示的，先拟办。"""
    fields = body.fields(payloads.HandOut)
    command = AssignCase(at=edge.now(), by=edge.actor.sub, **fields)
    return await edge.dispatch(f"assignment-{case_id}", command)


class Receipt(payloads.Receiving, Form):
    """签收日期不填即今天。"""


@router.post("/cases/{case_id}/tasks/{task}/receipt", status_code=201, summary="签收 Sign for")
async def receive_assignment(
    case_id: CaseId, task: EntityId, edge: Edge, body: Receipt | None = None
) -> Accepted:
    """由承办单位签收；退办未获同意的，也由此签收。纸质签收可以补记签收当日。"""
    on = body.on if body else None
    command = ReceiveAssignment(at=edge.now(), by=edge.actor.sub, task=task, on=on)
    return await edge.dispatch(f"assignment-{case_id}", command)


class Objection(payloads.Objection, Form):
    reason: Annotated[Code, Field(examples=["outside-remit"])]
    explanation: Annotated[Note, Field(description="建议、议案、提案、信访件必填")] = ""
    suggested_unit: Annotated[
        UnitId | None, Field(description="建议承办单位；建议、议案、提案必填")
    ] = None
    head_statement: Annotated[Note, Field(description="单位负责人意见；办理规则要求的必填")] = ""


@router.post("/cases/{case_id}/tasks/{task}/objection", status_code=201, summary="退办 Object")
async def object_assignment(
    case_id: CaseId, task: EntityId, body: Objection, edge: Edge
) -> Accepted:
    """退办期限内提出（签收后也可以），写明理由和建议承办单位；逾期或者已经开始办理的视为接受。"""
    fields = body.fields(payloads.Objection)
    command = ObjectAssignment(at=edge.now(), by=edge.actor.sub, task=task, **fields)
    return await edge.dispatch(f"assignment-{case_id}", command)


class PaperObjection(payloads.PaperObjection, Form):
    reason: Annotated[Code, Field(examples=["outside-remit"])]
    suggested_unit: UnitId | None = None


@router.post(
    "/cases/{case_id}/tasks/{task}/paper-objection",
    status_code=201,
    summary="补录退办 Enter an objection",
)
async def enter_objection(
    case_id: CaseId, task: EntityId, body: PaperObjection, edge: Edge
) -> Accepted:
    """由交办机构补录退办期限内收到的纸质退办函，写明收到日期；期满已视为接受的也可以，已经开始办理的不可以。"""
    fields = body.fields(payloads.PaperObjection)
    command = EnterObjection(at=edge.now(), by=edge.actor.sub, task=task, **fields)
    return await edge.dispatch(f"assignment-{case_id}", command)


class ObjectionRuling(payloads.Ruling, Form):
    upheld: Annotated[bool, Field(description="true 同意退办，等待改派；false 不同意，应当承办")]


@router.post(
    "/cases/{case_id}/tasks/{task}/objection-decision",
    status_code=201,
    summary="审核退办 Decide an objection",
)
async def decide_objection(
    case_id: CaseId, task: EntityId, body: ObjectionRuling, edge: Edge
) -> Accepted:
    """交办机构同意退办（随后改派），或者不同意（原单位应当承办）。本件同意退办的次数以办理规则为限，
    用完以后提出的，只能裁定。"""
    fields = body.fields(payloads.Ruling)
    command = DecideObjection(at=edge.now(), by=edge.actor.sub, task=task, **fields)
    return await edge.dispatch(f"assignment-{case_id}", command)


class Arbitration(payloads.Arbitration, Form):
    order: ClassVar[tuple[str, ...]] = ("ruled_unit", "former_as_co", "scope", "reason")

    ruled_unit: UnitId
    scope: Annotated[
        Share | None, Field(description="由其他单位承办时填写；不填则与原任务相同")
    ] = None


@router.post("/cases/{case_id}/tasks/{task}/arbitration", status_code=201, summary="裁定 Arbitrate")
async def arbitrate_objection(
    case_id: CaseId, task: EntityId, body: Arbitration, edge: Edge
) -> Accepted:
    """退办或者改派次数用完的，裁定由哪个单位承办，写明理由；裁定后该单位不能再退办，交办机构也不能再改派。
    裁定由其他单位承办的，任务同时转给该单位，期限重新计算。确需变更的，重新裁定。"""
    fields = body.fields(payloads.Arbitration)
    command = ArbitrateObjection(at=edge.now(), by=edge.actor.sub, task=task, **fields)
    return await edge.dispatch(f"assignment-{case_id}", command)


class Reassignment(Successor, Form):
    unit: UnitId
    reason: Annotated[Note, Field(description="退办获同意的可以不填")] = ""
    former_as_co: Annotated[bool, Field(description="原主办单位转为会办")] = False
    scope: Annotated[Share | None, Field(description="不填则与原任务相同")] = None


@router.post("/cases/{case_id}/tasks/{task}/reassignment", status_code=201, summary="改派 Reassign")
async def reassign(case_id: CaseId, task: EntityId, body: Reassignment, edge: Edge) -> Accepted:
    """由另一单位接手，写明理由，期限重新计算；改派次数以办理规则为限。会办单位接任主办的，其会办任务
    同时结束；原主办单位可以转为会办（即对调）。"""
    fields = body.fields(Successor)
    command = Reassign(at=edge.now(), by=edge.actor.sub, task=task, **fields)
    return await edge.dispatch(f"assignment-{case_id}", command)


class NewCohandler(payloads.NewCohandler, Form):
    unit: UnitId
    scope: Share = ""


@router.post("/cases/{case_id}/cohandlers", status_code=201, summary="增加会办 Add a co-handler")
async def add_cohandler(case_id: CaseId, body: NewCohandler, edge: Edge) -> Accepted:
    """主办单位答复前可以增加会办单位；会办意见期限另行计算，不迟于主办的答复期限。"""
    fields = body.fields(payloads.NewCohandler)
    command = AddCohandler(at=edge.now(), by=edge.actor.sub, **fields)
    return await edge.dispatch(f"assignment-{case_id}", command)


class CohandlerWish(payloads.CohandlerWish, Form):
    cohandler: UnitId
    scope: Share = ""


@router.post(
    "/cases/{case_id}/tasks/{task}/cohandler-proposal",
    status_code=201,
    summary="建议增加会办 Propose a co-handler",
)
async def propose_cohandler(
    case_id: CaseId, task: EntityId, body: CohandlerWish, edge: Edge
) -> Accepted:
    """主办单位建议增加一个会办单位，写明理由；尚未签收的，同时签收。本单位的办理照常进行，
    由交办机构在期限内答复。同一任务同时只能有一个建议。"""
    fields = body.fields(payloads.CohandlerWish)
    command = ProposeCohandler(at=edge.now(), by=edge.actor.sub, task=task, **fields)
    return await edge.dispatch(f"assignment-{case_id}", command)


class CohandlerDecision(payloads.CohandlerDecision, Form):
    order: ClassVar[tuple[str, ...]] = ("granted", "cohandler", "scope", "note")

    cohandler: UnitId | None = None
    scope: Annotated[Share | None, Field(description="不填则按建议")] = None


@router.post(
    "/cases/{case_id}/tasks/{task}/cohandler-decision",
    status_code=201,
    summary="答复增加会办的建议 Decide on a co-handler",
)
async def decide_cohandler(
    case_id: CaseId, task: EntityId, body: CohandlerDecision, edge: Edge
) -> Accepted:
    """交办机构增加会办单位（可以改定建议以外的单位），或者写明理由不增加。"""
    fields = body.fields(payloads.CohandlerDecision)
    command = DecideCohandler(at=edge.now(), by=edge.actor.sub, task=task, **fields)
    return await edge.dispatch(f"assignment-{case_id}", command)


class Removal(payloads.Removal, Form):
    pass


@router.post(
    "/cases/{case_id}/tasks/{task}/removal",
    status_code=201,
    summary="取消会办 Remove a co-handler",
)
async def remove_cohandler(case_id: CaseId, task: EntityId, body: Removal, edge: Edge) -> Accepted:
    """取消一个会办单位的任务，写明理由；主办、分办单位用改派。"""
    fields = body.fields(payloads.Removal)
    command = RemoveCohandler(at=edge.now(), by=edge.actor.sub, task=task, **fields)
    return await edge.dispatch(f"assignment-{case_id}", command)


class LeadSwap(payloads.Swap, Form):
    reason: Annotated[Note, Field(min_length=1)]


@router.post("/cases/{case_id}/tasks/{task}/swap", status_code=201, summary="与主办对调 Swap")
async def swap_lead(case_id: CaseId, task: EntityId, body: LeadSwap, edge: Edge) -> Accepted:
    """会办单位接任主办，原主办单位转为会办，一次完成，写明理由。答复期限不变，双方重新签收；计入改派次数。
    期限已过的，用改派。"""
    fields = body.fields(payloads.Swap)
    command = SwapLead(at=edge.now(), by=edge.actor.sub, task=task, **fields)
    return await edge.dispatch(f"assignment-{case_id}", command)


@router.get("/cases/{case_id}", summary="承办情况 Who must act")
async def read_case(case_id: CaseId, edge: Edge) -> AssignmentView:
    """承办单位、期限和退办情况；退办说明按权限显示，查阅留痕。"""
    state: Assignment = await edge.state(f"assignment-{case_id}")
    stage, roles = situation(None, state), relations(edge.actor, None, state)
    if not edge.allows("read-case", roles, stage):
        await edge.hide(case_id)
    assert state.mark is not None  # relations have asked for it
    row, hands = queries.row_of(edge, state.mark), list(state.tasks.values())
    known = None
    if edge.allows("read-obstacles", roles, stage):
        known = await queries.places(edge, row, [hand.task.unit for hand in hands])
    return AssignmentView(
        case_id=case_id,
        version=await edge.version(f"assignment-{case_id}"),
        situation=stage,
        purpose=state.purpose,
        returns=state.returns,
        most_returns=row.most_returns,
        reserved_to=list(row.reserved_to(state.purpose, known.against if known else ())),
        plan=await views.plan_view(case_id, state, edge.allows("read-plan", roles, stage), edge),
        charges=await charges.charge_views(
            case_id, state, edge.allows("read-charge", roles, stage), edge
        ),
        tasks=[await views.task_view(case_id, hand, state, known, edge) for hand in hands],
    )


@router.get("/cases/{case_id}/actions", summary="可办事项 What may be done now")
async def read_actions(case_id: CaseId, edge: Edge) -> Actions:
    """本人此刻可以办理的事项；`target` 是任务编号。"""
    state: Assignment = await edge.state(f"assignment-{case_id}")
    await edge.check("read-case", f"assignment-{case_id}")
    assert state.mark is not None  # relations have asked for it
    offered = offers(edge.actor, state, edge.now(), queries.row_of(edge, state.mark))
    return await actions_of(edge, offered, later(edge.actor, state))
