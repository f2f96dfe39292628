"""HTTP routes of reminder: clocks of a case, acknowledgement, what is due next."""

from collections.abc import Iterator
from datetime import datetime

from fastapi import APIRouter

from services.reminder import queries
from services.reminder.domain.commands import AcknowledgeEscalation
from services.reminder.domain.projections import relations, situation
from services.reminder.domain.state import Clock, Clocks
from services.reminder.schemas import (
    Acknowledgement,
    ActionShown,
    ActionsShown,
    ClockShown,
    ClocksShown,
    DueShown,
    RungShown,
)
from shared.http.accepted import Accepted
from shared.http.fields import CaseId, EntityId
from shared.http.problems import PROBLEMS
from shared.service.api.request_context import Edge

router = APIRouter(tags=["reminder 催办督办"], responses=PROBLEMS)


@router.get("/cases/{case_id}/clocks", summary="办件时限 Clocks of a case")
async def clocks(case_id: CaseId, edge: Edge) -> ClocksShown:
    """每项时限的到期时刻、依据版本、灯色和催办阶梯；灯色只在此计算。"""
    state: Clocks = await edge.state(f"clocks-{case_id}")
    await edge.check("read-clocks", f"clocks-{case_id}")
    return ClocksShown(
        clocks=[shown(clock) for clock in state.clocks.values()], stopped=state.stopped
    )


@router.post(
    "/cases/{case_id}/clocks/{clock}/acknowledgement",
    status_code=201,
    summary="确认知悉升级督办 Acknowledge an escalation",
)
async def acknowledge(
    case_id: CaseId, clock: EntityId, body: Acknowledgement, edge: Edge
) -> Accepted:
    """被督办人或督查室确认知悉；逾期未确认的，下一级提前启动。"""
    command = AcknowledgeEscalation(at=edge.now(), by=edge.actor.sub, clock=clock, rung=body.rung)
    return await edge.dispatch(f"clocks-{case_id}", command)


@router.get("/due", summary="下一到期时刻 Next due moment")
async def due(edge: Edge) -> DueShown:
    """供值守人员查看：催办是否按时进行，下一个到期时刻是何时。"""
    edge.admit("read-due")
    live = await edge.live("running_clocks")
    overdue, waiting = await queries.counts(live, edge.now())
    return DueShown(next_at=await queries.next_moment(live), overdue=overdue, waiting=waiting)


@router.get("/cases/{case_id}/actions", summary="可办事项 Allowed actions")
async def actions(case_id: CaseId, edge: Edge) -> ActionsShown:
    """当前用户此刻可确认的升级督办，`target` 为时限编号。"""
    state: Clocks = await edge.state(f"clocks-{case_id}")
    await edge.check("read-clocks", f"clocks-{case_id}")
    return ActionsShown(
        actions=[
            ActionShown(action=action.name, target=action.clock)
            for action in awaited(state, edge.now(), edge.actor.sub)
            if edge.allows(
                action.name, relations(edge.actor, action, state), situation(action, state)
            )
        ]
    )


def awaited(state: Clocks, at: datetime, by: str) -> Iterator[AcknowledgeEscalation]:
    """What may still be answered: the newest unanswered escalation of every running clock."""
    for clock in state.running():
        rungs = [step.rung for step in clock.fired if step.acknowledge_by]
        if rungs:
            yield AcknowledgeEscalation(at=at, by=by, clock=clock.id, rung=rungs[-1])


def shown(clock: Clock) -> ClockShown:
    fired = {step.rung: step for step in clock.fired}
    return ClockShown(
        clock=clock.id,
        rule=clock.rule,
        subject=clock.subject,
        unit=clock.unit,
        round=clock.round,
        due=clock.due.at,
        policy=clock.due.policy,
        calendar=clock.due.calendar,
        provisional=clock.due.provisional,
        light=clock.light,
        running=clock.running,
        ladder=[
            RungShown(
                rung=step.rung,
                role=step.role,
                planned=step.at,
                fired=step.rung in fired,
                person=fired[step.rung].person if step.rung in fired else None,
                acknowledge_by=fired[step.rung].acknowledge_by if step.rung in fired else None,
            )
            for step in clock.plan
        ],
    )
