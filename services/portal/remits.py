"""HTTP route of the units that are proposed to lead a case: by the catalogue of remits (职责边界)
and by whom like cases were led."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from fastapi import Request

from services.portal.buttons import answers_of, shown_in
from services.portal.domain.likeness import pairs_of
from services.portal.domain.remits import Proposed, proposed
from services.portal.filters import row_of, shown_document, visible
from services.portal.queries import ACTORS, REGISTER
from services.portal.routers import portal_router
from services.portal.similar import alike
from services.portal.views import LedBefore, ProposedLead, ProposedLeads
from shared.http.fields import CaseId
from shared.kernel.calendar import business_day
from shared.kernel.errors import NotFound
from shared.kernel.organisation import Organisation
from shared.service.api.request_context import Edge, ServiceEdge

router = portal_router()
Document = Mapping[str, Any]
Led = Sequence[tuple[str, LedBefore]]


@router.get("/cases/{case_id}/proposed-leads", summary="推荐主办单位 Propose lead units")
async def proposed_leads(case_id: CaseId, edge: Edge, request: Request) -> ProposedLeads:
    """按职责边界（案由、正文中说到的词语）和相似办件的主办单位推荐，最多五个，最合适的在前；不含与本件需要回避、
    不能承办本类件的单位。只供参考。正文按本人权限读取，查阅留痕。"""
    document = await shown_document(edge, case_id)
    if document.get("former") or not edge.visible("read-proposed-leads").present.admits(document):
        await edge.hide(case_id)
    paper = shown_in((await answers_of(request, {"intake": f"cases/{case_id}"}))["intake"])
    if not paper:
        raise NotFound("来件暂时没有取得，请稍后重试")
    led = await led_before(edge, case_id, paper["title"] or "")
    fitting = await units_for(edge, document, [unit for unit, _ in led])
    remits = [each for each in edge.runtime.policies.remits if each.unit in fitting]
    words = "\n".join([paper["text"] or "", *paper["asks"]])
    found = proposed(remits, paper["title"] or "", words, [o for o in led if o[0] in fitting])
    return ProposedLeads(items=[shown(each, fitting) for each in found], names=fitting)


async def led_before(edge: ServiceEdge, case_id: str, title: str) -> Led:
    """Returns the units that led cases with a like title, with the case, the most similar first."""
    if not (pairs := pairs_of(title)):
        return []
    rows = await alike(await edge.live(REGISTER), visible(edge), pairs)
    others = [row for row in rows if row["_id"] != case_id]
    return [(unit, LedBefore.of(row)) for row in others for unit in row["leads"]]


async def units_for(edge: ServiceEdge, document: Document, led: Iterable[str]) -> dict[str, str]:
    """Returns the names of the units that may lead the case today: they stand, the case is not
    against them, and the row admits them to its purpose."""
    remits, row = edge.runtime.policies.remits, row_of(edge, document)
    ids = {*led, *(unit for remit in remits for unit in (remit.unit, *remit.beside))}
    live, today = await edge.live(ACTORS), business_day(edge.now())
    known = Organisation.on(today, await live.find({"_id": {"$in": sorted(ids)}}).to_list(None))
    purpose, against = document.get("purpose"), document.get("against") or ()
    here = document["agency"]
    ids = {u for u in ids - set(against) if known.stands(u) and known.answers_to(u, here)}
    return {u: known.short(u) or u for u in sorted(ids) if row.admits(purpose, u, against)}


def shown(lead: Proposed[LedBefore], fitting: Mapping[str, str]) -> ProposedLead:
    remit = lead.remit
    return ProposedLead(
        unit=lead.unit,
        matter=remit.matter if remit else None,
        words=list(lead.words),
        basis=remit.basis if remit else None,
        beside=[unit for unit in remit.beside if unit in fitting] if remit else [],
        earlier=list(lead.earlier),
    )
