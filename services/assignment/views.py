"""Views of a task: its unit and due dates, objection, ruling and proposal; texts by right."""

from functools import partial

from services.assignment import queries
from services.assignment.domain.authorization import relations_to_tasks, situation_of
from services.assignment.domain.hand_out.state import Assignment, TaskInHand, is_over
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
from shared.http.words import Opened
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
    opened = partial(edge.readable, case_id=case_id, may_read=may_read)
    return TaskView(
        **task.fields(TaskName),
        part=task.part,
        sign_for=DueView.of(task.sign_for),
        objection_window=DueView.of(task.objection),
        first_contact=DueView.of(task.first_contact),
        due=DueView.of(task.due),
        scope=await opened(task.scope, plain_is_open=True),
        round=hand.round,
        stage=hand.stage,
        contested=hand.contested,
        obstacles=known and _obstacles(task, state, known),
        replied=task.task in state.ledger.replied,
        reason=await opened(hand.reason),
        objection=await _objection(hand, opened),
        bound=task.task in state.bound,
        arbitration=await _arbitration(hand, opened),
        proposal=await _proposal(hand, state, opened),
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
        lapsed=not verdict and (state.planned is None or bool(state.stopped)),
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


async def _objection(hand: TaskInHand, opened: Opened) -> ObjectionView | None:
    if (objection := hand.objection) is None:
        return None
    decision = hand.decision
    return await ObjectionView.of(
        objection,
        opened,
        upheld=decision.upheld if decision else None,
        note=await opened(decision.note if decision else None),
    )


async def _arbitration(hand: TaskInHand, opened: Opened) -> ArbitrationView | None:
    ruling = hand.arbitration
    return await ArbitrationView.of(ruling, opened) if ruling else None


async def _proposal(
    hand: TaskInHand, state: Assignment, opened: Opened
) -> CohandlerProposalView | None:
    if (proposal := hand.proposal) is None:
        return None
    answer = hand.answer
    return await CohandlerProposalView.of(
        proposal,
        opened,
        granted=answer.granted if answer else None,
        lapsed=answer is None and is_over(state, hand),
        note=await opened(answer.note if answer else None),
    )
