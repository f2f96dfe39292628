"""Views of a task: its unit and due dates, objection, ruling and proposal; texts by right."""

from services.assignment import queries
from services.assignment.domain.authorization import relations_to_tasks, situation_of
from services.assignment.domain.hand_out.state import Assignment, TaskInHand
from services.assignment.schemas import (
    ArbitrationView,
    CohandlerProposalView,
    DueView,
    ObjectionView,
    Obstacles,
    PlannedUnit,
    PlanView,
    TaskView,
)
from shared.contracts.case_event import Task, TaskName
from shared.kernel.messages import Act
from shared.service.api.request_context import ServiceEdge


async def task_view(
    case_id: str,
    hand: TaskInHand,
    state: Assignment,
    known: queries.Places | None,
    edge: ServiceEdge,
) -> TaskView:
    task = hand.task
    roles = relations_to_tasks(edge.actor, [hand], state)
    may_read = edge.allows("read-text", roles, situation_of(hand, state))
    return TaskView(
        **task.fields(TaskName),
        part=task.part,
        sign_for=DueView.of(task.sign_for),
        objection_window=DueView.of(task.objection),
        first_contact=DueView.of(task.first_contact),
        due=DueView.of(task.due),
        scope=await edge.readable(task.scope, case_id, may_read, plain_is_open=True),
        round=hand.round,
        stage=hand.stage,
        contested=hand.contested,
        obstacles=known and _obstacles(task, state, known),
        replied=task.task in state.ledger.replied,
        reason=await edge.readable(hand.reason, case_id, may_read),
        objection=await _objection(case_id, hand, may_read, edge),
        bound=task.task in state.bound,
        arbitration=await _arbitration(case_id, hand, may_read, edge),
        proposal=await _proposal(case_id, hand, may_read, edge),
    )


async def plan_view(
    case_id: str, state: Assignment, may_read: bool, edge: ServiceEdge
) -> PlanView | None:
    if (plan := state.plan) is None or not may_read:
        return None
    verdict = state.verdict
    tasks = [
        PlannedUnit(
            unit=wanted.unit,
            part=wanted.part,
            scope=await edge.readable(wanted.scope, case_id, True, plain_is_open=True),
        )
        for wanted in plan.tasks
    ]
    return PlanView(
        **plan.fields(Act),
        plan=plan.plan,
        tasks=tasks,
        reply_by=plan.reply_by,
        reason=await edge.readable(plan.reason, case_id, True),
        verdict=verdict and verdict.verdict,
        decided_at=verdict and verdict.at,
        decided_by=verdict and verdict.by,
        note=await edge.readable(verdict.note if verdict else None, case_id, True),
    )


def _obstacles(task: Task, state: Assignment, known: queries.Places) -> Obstacles:
    return Obstacles(
        recused=known.is_recused(task.unit),
        misplaced=not known.row.admits(state.purpose, task.unit, known.against),
        vacant=known.vacant(task, state),
    )


async def _objection(
    case_id: str, hand: TaskInHand, may_read: bool, edge: ServiceEdge
) -> ObjectionView | None:
    if (objection := hand.objection) is None:
        return None
    decision = hand.decision
    return ObjectionView(
        reason=objection.reason,
        on=objection.on,
        explanation=await edge.readable(objection.explanation, case_id, may_read),
        suggested_unit=objection.suggested_unit,
        head_statement=await edge.readable(objection.head_statement, case_id, may_read),
        to_arbitration=objection.to_arbitration,
        upheld=decision.upheld if decision else None,
        note=await edge.readable(decision.note if decision else None, case_id, may_read),
    )


async def _arbitration(
    case_id: str, hand: TaskInHand, may_read: bool, edge: ServiceEdge
) -> ArbitrationView | None:
    if (ruling := hand.arbitration) is None:
        return None
    reason = await edge.readable(ruling.reason, case_id, may_read)
    return ArbitrationView(at=ruling.at, ruled_unit=ruling.ruled_unit, reason=reason)


async def _proposal(
    case_id: str, hand: TaskInHand, may_read: bool, edge: ServiceEdge
) -> CohandlerProposalView | None:
    if (proposal := hand.proposal) is None:
        return None
    answer = hand.answer
    return CohandlerProposalView(
        at=proposal.at,
        cohandler=proposal.cohandler,
        scope=await edge.readable(proposal.scope, case_id, may_read),
        reason=await edge.readable(proposal.reason, case_id, may_read),
        granted=answer.granted if answer else None,
        note=await edge.readable(answer.note if answer else None, case_id, may_read),
    )
