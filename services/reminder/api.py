"""HTTP routes of reminder: clocks of a case, acknowledgement, the next due moment."""

from collections.abc import Iterator, Mapping
from datetime import datetime
from itertools import zip_longest
from typing import Annotated, Any

from fastapi import Query

from services.reminder import queries
from services.reminder.domain.authorization import offers, relations, situation
from services.reminder.domain.commands import AcknowledgeEscalation
from services.reminder.domain.counting import Counting, counting_of
from services.reminder.domain.projections import guesses
from services.reminder.domain.state import Clock, Clocks, Fired
from services.reminder.schemas import (
    Acknowledgement,
    ClockShown,
    ClocksShown,
    DueShown,
    ProvisionalClock,
    ProvisionalClocks,
    RungShown,
)
from services.reminder.views import RulesShown
from shared.contracts.reminder import OfObligation, PlannedRung
from shared.http.accepted import Accepted
from shared.http.actions import Actions
from shared.http.fields import CaseId, Code, EntityId, UnitId
from shared.kernel.access import ANY
from shared.kernel.calendar import business_day
from shared.service.api.edge_route import edge_router
from shared.service.api.offered_actions import actions_of
from shared.service.api.request_context import Edge, ServiceEdge
from shared.service.config.labels import label

router = edge_router("reminder 催办督办")


@router.get("/cases/{case_id}/clocks", summary="办件时限 Clocks of a case")
async def clocks(case_id: CaseId, edge: Edge) -> ClocksShown:
    """每项时限的到期时刻、依据版本、灯色和催办阶梯；灯色只在此计算。承办单位看不到被催的提出人。"""
    state: Clocks = await edge.state(f"clocks-{case_id}")
    await edge.check("read-clocks", f"clocks-{case_id}")
    named = edge.allows("read-person", relations(edge.actor, None, state), situation(None, state))
    clocks = sorted(state.clocks.values(), key=lambda clock: (clock.started.at, clock.id))
    return ClocksShown(
        clocks=[shown(clock, named, counted(clock, edge)) for clock in clocks],
        stopped=state.stopped,
    )


@router.post(
    "/cases/{case_id}/clocks/{clock}/acknowledgement",
    status_code=201,
    summary="确认知悉升级督办 Acknowledge an escalation",
)
async def acknowledge_escalation(
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
    return DueShown(
        next_at=await queries.next_moment(live),
        overdue=overdue,
        waiting=waiting,
        calendar_missing=edge.runtime.policies.calendar.missing_list(business_day(edge.now())),
    )


@router.get("/rules", summary="时限规则 Rules of deadlines")
async def rules(
    edge: Edge,
    kind: Code = "suggestion",
    channel: Annotated[Code | None, Query(description="不填的，取该类件的一种渠道")] = None,
    agency: UnitId = "u-city",
    year: Annotated[int | None, Query(ge=2004, le=2100, description="工作日历的年份")] = None,
) -> RulesShown:
    """当日有效的时限规则及其依据、该类件所用的代码，以及该年与周末不同的工作日、休息日；只读，由策略数据维护。"""
    edge.admit("read-rules")
    policies, now = edge.runtime.policies, edge.now()
    rows = policies.of_agency(agency, now)
    usual = next((row.channel for row in reversed(rows) if row.kind == kind), "")
    policy = policies.resolve(agency, kind, channel or usual, now)
    return RulesShown.of(policy, rows, year or business_day(now).year)


@router.get("/provisional", summary="按推算日历的时限 Clocks on a provisional year")
async def provisional(
    edge: Edge,
    limit: Annotated[int, Query(ge=1, le=200)] = 100,
    after: Annotated[str, Query(pattern=r"^[0-9a-f]{0,32}$", description="上一页的 next")] = "",
) -> ProvisionalClocks:
    """到期日或催办日落在尚未公布节假日安排的年份的时限，按办件；主管机构只见本机构的办件，应当回避的人不见
    所回避的。"""
    edge.admit("read-provisional")
    every = edge.allows("read-every-provisional", {ANY: edge.actor.roles}, ANY)
    visible = unaccused(edge) if every else edge.visible("read-clocks").as_filter()
    live = await edge.live("running_clocks")
    documents = await queries.provisional(live, visible, after, limit)
    calendar = edge.runtime.policies.calendar
    return ProvisionalClocks(
        calendar=calendar.version,
        known_until=calendar.known_years[-1],
        missing=calendar.missing_list(business_day(edge.now())),
        clocks=[clock for document in documents for clock in provisional_clocks(document)],
        next=documents[-1]["_id"] if len(documents) == limit else None,
    )


@router.get("/cases/{case_id}/actions", summary="可办事项 Allowed actions")
async def actions(case_id: CaseId, edge: Edge) -> Actions:
    """当前用户此刻可确认的升级督办，`target` 为时限编号。"""
    state: Clocks = await edge.state(f"clocks-{case_id}")
    await edge.check("read-clocks", f"clocks-{case_id}")
    return await actions_of(edge, offers(edge.actor, state))


def unaccused(edge: ServiceEdge) -> Mapping[str, Any]:
    """Returns the filter for cases that are not against the reader."""
    return {"against": {"$nin": sorted(edge.actor.standing_in(None))}}


def provisional_clocks(document: Mapping[str, Any]) -> Iterator[ProvisionalClock]:
    named = {"kind": document["kind"], "agency": document["agency"]}
    for clock, row in document["reminder"]["clocks"].items():
        if years := guesses(row):
            yield ProvisionalClock(
                case_id=document["_id"],
                clock=clock,
                rule=row["rule"],
                rule_name=label("rule", row["rule"], **named),
                unit=row["unit"],
                due=datetime.fromisoformat(row["due_at"]),
                years=sorted(years),
            )


def counted(clock: Clock, edge: ServiceEdge) -> Counting | None:
    """Returns how the due moment was counted by the policy row of the clock's start."""
    mark = clock.started
    scope = (mark.agency, mark.kind, mark.channel)
    return counting_of(clock, edge.runtime.policies.resolve(*scope, mark.at))


def shown(clock: Clock, named: bool, counting: Counting | None) -> ClockShown:
    """Shows a clock; `named`: also the person who owes it, whom a unit would know as a rater."""
    started, due = clock.started, clock.schedule.due
    told = named or started.person is None
    return ClockShown(
        **started.fields(OfObligation),
        round=started.round,
        due=due.at,
        policy=due.policy,
        calendar=due.calendar,
        provisional=due.provisional,
        light=clock.light,
        running=clock.running,
        paused=clock.running and clock.pause is not None,
        counting=counting,
        ladder=[
            rung_shown(rung, step, told)
            for rung, step in zip_longest(clock.schedule.plan, clock.fired)
        ],
    )


def rung_shown(rung: PlannedRung, step: Fired | None, told: bool) -> RungShown:
    return RungShown(
        rung=rung.rung,
        role=rung.role,
        organ=rung.organ,
        planned=rung.at,
        fired=step is not None,
        person=step.person if step and told else None,
        acknowledge_by=step.acknowledge_by if step else None,
    )
