"""HTTP route of statistics: numbers and rates, counted from facts."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Annotated, Literal

from fastapi import Query

from services.portal import queries
from services.portal.domain.breakdown import alone
from services.portal.queries import ACTORS, REGISTER
from services.portal.schemas import Statistics
from shared.http.fields import Code, UnitId
from shared.kernel.access import ANY
from shared.kernel.calendar import business_day
from shared.kernel.relations import to_the_case
from shared.service.api.edge_route import edge_router
from shared.service.api.request_context import Edge, ServiceEdge

router = edge_router()
Group = Literal["all", "unit", "kind", "channel", "region", "subject", "purpose"]


@dataclass(frozen=True)
class Scope:
    """Cases of an agency and kind that came by a channel."""

    agency: str
    kind: str
    channel: str
    client: None = None


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
    其他人按承办单位查得的，不含这些类别。"""
    edge.admit("read-statistics")
    kept = kept_back(edge, agency)
    if group == "purpose" and kept:
        edge.runtime.authorization.require("read-purposes", {}, ANY)
    counters = queries.counters_of(await edge.live(REGISTER))
    counts = await queries.counted(counters, agency, period, kind, kept)
    known = await queries.units_on(await edge.live(ACTORS), business_day(edge.now()))
    path = known.path if tree and group == "unit" else alone
    page = Statistics.of(counts, group, path, agency=agency, period=period, kind=kind)
    units = [each.value for each in page.groups if each.group == "unit"]
    page.names = {unit: known.short(unit) or unit for unit in units}
    return page


def kept_back(edge: ServiceEdge, agency: str) -> frozenset[str]:
    """Returns the kinds with classes reserved to some units, for those who may not read how many
    cases have which class."""
    scopes = reserved(edge, agency)
    may = edge.runtime.authorization.allows
    return frozenset(
        scope.kind
        for scope in scopes
        if not may("read-purposes", to_the_case(edge.actor, scope), ANY)
    )


def reserved(edge: ServiceEdge, agency: str) -> Iterator[Scope]:
    for row in edge.runtime.policies.rows:
        if any(purpose.units for purpose in row.purposes.values()):
            yield Scope(agency, row.kind, row.channel)
