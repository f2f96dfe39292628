"""HTTP route of the board of lights: running cases by light, in groups."""

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Annotated, Any, Literal

from fastapi import Query

from services.portal import queries
from services.portal.counts import joint
from services.portal.domain.breakdown import NOWHERE, alone, in_order, spread
from services.portal.domain.derived import BURNING, LIGHTS, SCOPE
from services.portal.known import Known
from services.portal.queries import ACTORS, REGISTER
from services.portal.routers import portal_router
from services.portal.views import Lights, LitGroup
from shared.kernel.calendar import business_day
from shared.kernel.visibility import AnyOf
from shared.mongo.read_models.reader import ReadCollection
from shared.service.api.request_context import Edge, ServiceEdge

router = portal_router()
Burning = dict[str, dict[str, int]]
"""Value of a group → {light: n}."""
By = Literal["unit", "kind", "channel", "region", "subject"]


@router.get("/lights", summary="灯色分组 Lights by group")
async def lights(
    edge: Edge,
    by: By = "unit",
    tree: Annotated[bool, Query(description="按单位的：连同上级单位累计")] = False,
) -> Lights:
    """本人可见、正在计时的办件，按承办单位、类别、渠道、地区或内容分类的灯色数量。一件由几个单位分办的，在每个单位各计一次，
    在其共同的上级计一次；没有承办单位的列为 `-`。`whole` 是合计。台账以 light 或 running 列出。"""
    edge.admit("read-worklist")
    counted = await burning(edge, by)
    kinds = counted if by == "kind" else await burning(edge, "kind")
    whole = sum(map(Counter, kinds.values()), Counter[str]())
    if by == "unit":
        counted[NOWHERE] = dict(whole - sum(map(Counter, counted.values()), Counter[str]()))
    known = await queries.units_on(await edge.live(ACTORS), business_day(edge.now()))
    path = known.path if tree and by == "unit" else alone
    groups = spread(counted, path) if by == "unit" else counted
    total = {value: sum(each.values()) for value, each in groups.items()}
    shown = [
        lit(value, groups[value], depth=len(path(value)) - 1)
        for value in in_order(groups, lambda value: total.get(value, 0), path)
        if total[value]
    ]
    names = {each.value: known.short(each.value) or each.value for each in shown}
    return Lights(by=by, whole=lit("all", whole), groups=shown, names=names if by == "unit" else {})


def lit(value: str, counts: Mapping[str, int], depth: int = 0) -> LitGroup:
    shown = {light: counts.get(light, 0) for light in LIGHTS}
    return LitGroup(value=value, depth=depth, lights=shown, total=sum(shown.values()))


async def burning(edge: ServiceEdge, by: By) -> Burning:
    """Counts from counters where they know the caller's cases, and the rest case by case."""
    live, known = await edge.live(REGISTER), Known(edge.visible("read-case").present)
    counted = await burning_of(queries.counters_of(live), known.cases, by)
    elsewhere = await burning_in(live, [known.elsewhere()], by)
    kept = await burning_in(live, [known.kept_back()], by)
    return {
        value: dict(
            Counter(counted.get(value, {}))
            + Counter(elsewhere.get(value, {}))
            - Counter(kept.get(value, {}))
        )
        for value in {*counted, *elsewhere}
    }


async def burning_of(counters: ReadCollection, shown: AnyOf, group: str) -> Burning:
    """Counts running lights from the counters of the scopes that are shown."""
    if not shown.conditions:
        return {}
    found: Burning = {}
    for (*scope, value, light), n in await queries.counted_from(counters, f"{BURNING}|{group}|"):
        if shown.admits(dict(zip(SCOPE, scope, strict=True))):
            lights = found.setdefault(value, {})
            lights[light] = lights.get(light, 0) + n
    return found


async def burning_in(
    cases: ReadCollection, conditions: Sequence[queries.Filter], group: str
) -> Burning:
    """Counts running lights case by case: for selections that no counter knows."""
    running = [*conditions, queries.RUNNING]
    field = "$leads" if group == "unit" else f"${group}"
    pipeline: list[dict[str, Any]] = [
        {"$match": {"$and": running}},
        {"$group": {"_id": {"value": field, "light": "$light"}, "n": {"$sum": 1}}},
    ]
    found: Burning = {}
    async for row in cases.aggregate(pipeline):
        found.setdefault(joint(row["_id"].get("value")), {})[row["_id"]["light"]] = row["n"]
    return found
