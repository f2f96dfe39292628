"""HTTP routes of assignment: body in, command out; who must act in a case."""

from fastapi import APIRouter

from services.assignment.domain import commands as asked
from services.assignment.domain.authorization import offers, relations, situation
from services.assignment.domain.state import Assignment, TaskInHand
from services.assignment.schemas import (
    AssignmentView,
    DueView,
    NewAssignment,
    NoBody,
    Objection,
    ObjectionRuling,
    ObjectionView,
    PossibleAction,
    PossibleActions,
    Reassignment,
    TaskView,
)
from shared.http.accepted import Accepted
from shared.http.fields import CaseId, EntityId
from shared.http.problems import PROBLEMS
from shared.kernel.errors import NotFound
from shared.kernel.messages import Text
from shared.service.api.request_context import Edge

router = APIRouter(tags=["assignment 交办"], responses=PROBLEMS)


@router.post("/cases/{case_id}/assignments", status_code=201, summary="交办 Assign")
async def assign_case(case_id: CaseId, body: NewAssignment, edge: Edge) -> Accepted:
    """独办、主办加会办，或者分办；签收、退办、首次联系、会办意见和答复的期限随之确定。
    承办单位须已登记、当日有效，并在本机关交办范围内。"""
    tasks = tuple(wanted.command() for wanted in body.tasks)
    command = asked.AssignCase(at=edge.now(), by=edge.actor.sub, tasks=tasks)
    return await edge.dispatch(f"assignment-{case_id}", command)


@router.post("/cases/{case_id}/tasks/{task}/receipt", status_code=201, summary="签收 Sign for")
async def receive(
    case_id: CaseId, task: EntityId, edge: Edge, body: NoBody | None = None
) -> Accepted:
    """由承办单位签收；退办未获同意的，也由此签收。"""
    command = asked.ReceiveAssignment(at=edge.now(), by=edge.actor.sub, task=task)
    return await edge.dispatch(f"assignment-{case_id}", command)


@router.post("/cases/{case_id}/tasks/{task}/objection", status_code=201, summary="退办 Object")
async def object_to(case_id: CaseId, task: EntityId, body: Objection, edge: Edge) -> Accepted:
    """签收前、退办期限内提出，写明理由和建议承办单位；逾期视为接受。"""
    command = asked.ObjectAssignment(at=edge.now(), by=edge.actor.sub, task=task, **dict(body))
    return await edge.dispatch(f"assignment-{case_id}", command)


@router.post(
    "/cases/{case_id}/tasks/{task}/objection-decision",
    status_code=201,
    summary="审核退办 Decide an objection",
)
async def decide_objection(
    case_id: CaseId, task: EntityId, body: ObjectionRuling, edge: Edge
) -> Accepted:
    """交办机构同意退办（随后改派），或者不同意（原单位应当承办）。"""
    command = asked.DecideObjection(at=edge.now(), by=edge.actor.sub, task=task, **dict(body))
    return await edge.dispatch(f"assignment-{case_id}", command)


@router.post("/cases/{case_id}/tasks/{task}/reassignment", status_code=201, summary="改派 Reassign")
async def reassign(case_id: CaseId, task: EntityId, body: Reassignment, edge: Edge) -> Accepted:
    """由另一单位接手，期限重新计算；不能改派回办理过的单位。"""
    command = asked.Reassign(at=edge.now(), by=edge.actor.sub, task=task, **dict(body))
    return await edge.dispatch(f"assignment-{case_id}", command)


@router.get("/cases/{case_id}", summary="承办情况 Who must act")
async def read_case(case_id: CaseId, edge: Edge) -> AssignmentView:
    """承办单位、期限和退办情况；退办说明按权限显示，查阅留痕。"""
    state: Assignment = await edge.state(f"assignment-{case_id}")
    stage = situation(None, state)
    if not edge.allows("read-case", relations(edge.actor, None, state), stage):
        raise NotFound(case_id)
    return AssignmentView(
        case_id=case_id,
        version=await edge.version(f"assignment-{case_id}"),
        situation=stage,
        tasks=[await _task(case_id, hand, state, edge) for hand in state.tasks.values()],
    )


async def _task(case_id: str, hand: TaskInHand, state: Assignment, edge: Edge) -> TaskView:
    task = hand.task
    reader = Reader(edge, case_id, hand, state)
    told = task.model_dump(include={"task", "unit", "part"})
    dues = {"sign_for": task.sign_for, "objection_window": task.objection, "due": task.due}
    dues |= {"first_contact": task.first_contact}
    return TaskView(
        **told,
        **{name: DueView.of(due) for name, due in dues.items()},
        scope=task.scope if isinstance(task.scope, str) else await reader.words(task.scope),
        round=hand.round,
        stage=hand.stage,
        contested=hand.contested,
        replied=task.task in state.ledger.replied,
        objection=await _objection(hand, reader),
    )


class Reader:
    """One who reads what was said about a task, if the access table lets him."""

    def __init__(self, edge: Edge, case_id: str, hand: TaskInHand, state: Assignment) -> None:
        self.edge, self.case_id = edge, case_id
        about = asked.About(task=hand.task.task)
        held = relations(edge.actor, about, state)
        self.may_read = edge.allows("read-text", held, situation(about, state))

    async def words(self, text: Text) -> str | None:
        return await self.edge.reveal(text, self.case_id) if self.may_read else None


async def _objection(hand: TaskInHand, reader: Reader) -> ObjectionView | None:
    if (objection := hand.objection) is None:
        return None
    return ObjectionView(
        reason=objection.reason,
        explanation=await reader.words(objection.explanation),
        suggested_unit=objection.suggested_unit,
        upheld=hand.decision.upheld if hand.decision else None,
        note=await reader.words(hand.decision.note) if hand.decision else None,
    )


@router.get("/cases/{case_id}/actions", summary="可办事项 What may be done now")
async def read_actions(case_id: CaseId, edge: Edge) -> PossibleActions:
    """本人此刻可以办理的事项；`target` 是任务编号。"""
    state: Assignment = await edge.state(f"assignment-{case_id}")
    await edge.check("read-case", f"assignment-{case_id}")
    found = []
    for action, task in offers(state, edge.now()):
        about = asked.About(task=task)
        if edge.allows(action, relations(edge.actor, about, state), situation(about, state)):
            found.append(PossibleAction(action=action, target=task))
    return PossibleActions(actions=found)
