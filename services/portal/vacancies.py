"""HTTP route of vacant units: the posts that nobody holds, the tasks that wait for them, and those
that wait for another unit."""

from collections.abc import Callable
from datetime import datetime
from functools import cache
from itertools import chain
from typing import Annotated

from fastapi import Query

from services.portal import queries
from services.portal.domain.derived import NEVER
from services.portal.domain.vacancies import (
    OPEN,
    Obstacle,
    Places,
    VacantUnit,
    Waiting,
    vacancies,
    waiting,
)
from services.portal.queries import ACTORS, REGISTER
from services.portal.routers import portal_router
from services.portal.schemas import Vacancies, Vacancy, WaitingTask
from shared.http.fields import UnitId
from shared.kernel.calendar import business_day, ending_day
from shared.kernel.days import Day
from shared.kernel.policy import PolicyRow
from shared.service.api.request_context import Edge, ServiceEdge
from shared.service.config.labels import label

router = portal_router()
MOST_TASKS = 20
ACTION = "read-vacancies"
POSTS = ("office", "registrar", "leader", "system-admin", "security-admin")
"""Posts for whose units a reader sees the units without work, too."""


SCOPE = ("suggestion", "session")
"""The cases whose needed posts count for units without work."""


@router.get("/vacancies", summary="缺员单位 Vacant units")
async def list_vacancies(
    edge: Edge,
    unit: Annotated[UnitId | None, Query(description="只列这个单位，连同其全部任务")] = None,
    on: Annotated[Day | None, Query(description="按哪一天的任职情况，默认今天")] = None,
) -> Vacancies:
    """当日不能承办其任务的单位，及其等候处理的任务：无人签收、办理或签发的，以及应当回避、不合分类而须改派的；任务多
    的在前。曾有人在任而现已空缺的，和无人履行职责的主管机构，没有任务也列出。"""
    edge.admit(ACTION)
    actors, day = await edge.live(ACTORS), on or business_day(edge.now())
    places = Places(await queries.units_on(actors, day))
    posts = [post.unit for post in edge.actor.posts if post.role in POSTS]
    agencies = frozenset(places.directory.agency_of(unit) for unit in posts)
    rows = rows_in(edge)
    idle = places.without_holder(agencies, (rows(agency, *SCOPE) for agency in agencies))
    shown = [edge.visible("read-case").present.as_filter(), {"status": {"$in": list(OPEN)}}]
    tasks = [
        (task, rows(case["agency"], case["kind"], case["channel"]))
        async for case in queries.with_tasks(await edge.live(REGISTER), shown)
        for task in waiting(case)
    ]
    of_agency, now = edge.runtime.policies.of_agency, edge.now()
    idle += chain.from_iterable(places.without_officer(a, of_agency(a, now)) for a in agencies)
    found = [each for each in vacancies(tasks, places, idle) if unit in (None, each.unit)]
    most = None if unit else MOST_TASKS
    return Vacancies(day=day, units=[vacancy(each, places, most) for each in found])


def rows_in(edge: ServiceEdge) -> Callable[[str, str, str], PolicyRow]:
    """Returns a look-up of the policy row of a scope today."""
    now, resolve = edge.now(), edge.runtime.policies.resolve

    @cache
    def row(agency: str, kind: str, channel: str) -> PolicyRow:
        return resolve(agency, kind, channel, now).row

    return row


def vacancy(found: VacantUnit, places: Places, most: int | None) -> Vacancy:
    first = sorted(found.waiting, key=lambda task: (task.due or NEVER, task.task))[:most]
    return Vacancy(
        unit=found.unit,
        name=places.directory.title(found.unit) or found.unit,
        vacant=["或".join(label("role", role) for role in roles) for roles in found.vacant],
        posts=[list(roles) for roles in found.vacant],
        waiting=len(found.waiting),
        tasks=[waiting_task(task, found.obstacles.get(task.task)) for task in first],
    )


def waiting_task(task: Waiting, obstacle: Obstacle | None) -> WaitingTask:
    due = ending_day(datetime.fromisoformat(task.due)) if task.due else None
    case = task.case
    return WaitingTask(
        case_id=case["_id"], label=case.get("label"), kind=case["kind"], task=task.task,
        part=task.part, due_on=due, obstacle=label("obstacle", obstacle) if obstacle else None,
    )  # fmt: skip
