"""HTTP route of the board of lights: running cases by light, in groups."""

from collections import Counter
from typing import Annotated, Literal

from fastapi import Query

from services.portal import queries
from services.portal.domain.breakdown import alone, in_order, spread
from services.portal.domain.derived import LIGHTS
from services.portal.own import router
from services.portal.queries import ACTORS, REGISTER, Burning
from services.portal.schemas import Lights, LitGroup
from shared.kernel.calendar import business_day
from shared.service.api.request_context import Edge, ServiceEdge

__all__ = ["router"]
By = Literal["unit", "kind", "channel", "region", "subject"]


@router.get("/lights", summary="灯色分组 Lights by group")
async def lights(
    edge: Edge,
    by: By = "unit",
    tree: Annotated[bool, Query(description="按单位的：连同上级单位累计")] = False,
) -> Lights:
    """本人可见、正在计时的办件，按承办单位、类别、渠道、地区或内容分类的灯色数量。一件由几个单位分办的，在每个单位各计一次，
    在其共同的上级计一次。"""
    edge.admit("read-worklist")
    counted = await burning(edge, by)
    known = await queries.units_on(await edge.live(ACTORS), business_day(edge.now()))
    path = known.path if tree and by == "unit" else alone
    groups = spread(counted, path) if by == "unit" else counted
    total = {value: sum(each.values()) for value, each in groups.items()}
    shown = [
        LitGroup(
            value=value,
            depth=len(path(value)) - 1,
            lights={light: groups[value].get(light, 0) for light in LIGHTS},
            total=total[value],
        )
        for value in in_order(groups, lambda value: total.get(value, 0), path)
        if total[value]
    ]
    names = {each.value: known.short(each.value) or each.value for each in shown}
    return Lights(by=by, groups=shown, names=names if by == "unit" else {})


async def burning(edge: ServiceEdge, by: By) -> Burning:
    """Counts from counters where the caller sees whole agencies, and the rest case by case."""
    live, shown = await edge.live(REGISTER), edge.visible("read-case").present
    if not shown.agencies:
        return await queries.burning_in(live, [shown.as_filter()], by)
    whole = await queries.burning_of_agencies(queries.counters_of(live), shown.agencies, by)
    elsewhere = await queries.burning_in(live, [shown.elsewhere()], by)
    kept = await queries.burning_in(live, [shown.kept_back()], by)
    return {
        value: dict(
            Counter(whole.get(value, {}))
            + Counter(elsewhere.get(value, {}))
            - Counter(kept.get(value, {}))
        )
        for value in {*whole, *elsewhere}
    }
