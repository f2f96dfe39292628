"""HTTP route of statistics: numbers and rates, counted from facts."""

from typing import Annotated, Literal

from fastapi import Query

from services.portal import queries
from services.portal.counts import Selection, figures
from services.portal.domain.breakdown import alone
from services.portal.queries import ACTORS
from services.portal.rates import Statistics
from services.portal.reserved import kept_back
from services.portal.routers import portal_router
from shared.http.fields import Code, UnitId
from shared.kernel.access import ANY
from shared.kernel.calendar import business_day
from shared.service.api.request_context import Edge

router = portal_router()
Group = Literal["all", "unit", "kind", "channel", "region", "subject", "purpose"]


@router.get("/statistics", summary="统计 Statistics")
async def statistics(
    edge: Edge,
    period: Code,
    agency: UnitId = "u-city",
    kind: Code | None = None,
    group: Group = "all",
    tree: Annotated[bool, Query(description="按单位的：连同上级单位累计")] = False,
) -> Statistics:
    """由事实累计的数量和比率，分子、分母同时列出；分母为零的比率为空。
    有检举控告的类别，按信访目的、承办单位的只供其主管机构和本机关的分管领导等查阅：数目很小，会显示有人被检举；
    其他人按承办单位查得的，这些类别合列为 `other-kinds`。没有承办单位的列为 `-`，各行相加等于合计。
    数量是全机关的；`opened` 是其中本人可以查看的，`query` 是列出这些办件的台账查询。"""
    edge.admit("read-statistics")
    kept = kept_back(edge, agency)
    if group == "purpose" and kept:
        edge.runtime.authorization.require("read-purposes", {}, ANY)
    counts, opened = await figures(edge, Selection(agency, period, kind, group, kept))
    known = await queries.units_on(await edge.live(ACTORS), business_day(edge.now()))
    path = known.path if tree and group == "unit" else alone
    selection = {"agency": agency, "period": period, "kind": kind}
    page = Statistics.of(counts, opened, group, path, **selection)
    units = [each.value for each in page.groups if each.group == "unit"]
    page.names = {unit: known.short(unit) or unit for unit in units}
    return page
