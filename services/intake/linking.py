"""HTTP routes of cases that belong together: links between them, and the splitting of a paper."""

from typing import Annotated

from pydantic import Field

from services.intake.domain.linking.commands import LinkCase, UnlinkCase
from services.intake.domain.splitting.commands import SplitCase
from services.intake.merging import router
from services.intake.others import other_of, parts_among
from shared.contracts import linking
from shared.http.accepted import Accepted
from shared.http.fields import CaseId, Note
from shared.http.forms import Form
from shared.kernel.form_words import picked, titled
from shared.service.api.request_context import Edge

__all__ = ["router"]

MOST_PARTS = 20


class Link(linking.Link, Form):
    other: Annotated[CaseId, titled("关联的件"), picked("case")]


@router.post("/cases/{case_id}/links", status_code=201, summary="关联 Link to another case")
async def link_case(case_id: CaseId, body: Link, edge: Edge) -> Accepted:
    """同一事项以前提出过的，登记为重复（多年重复），从本件可以查到以前的件和答复；内容有关的，登记为相关。
    不论年度、渠道和类别，两件都显示；各人只看到本人可以查阅的件。"""
    command = LinkCase(
        at=edge.now(),
        by=edge.actor.sub,
        known=await other_of(case_id, body.other, edge),
        **body.fields(linking.Link),
    )
    return await edge.dispatch(f"intake-{case_id}", command)


class Unlinking(linking.Unlinking, Form):
    other: Annotated[CaseId, titled("解除与哪一件的关联"), picked("case")]
    reason: Annotated[Note, Field(min_length=1)]


@router.post("/cases/{case_id}/links/end", status_code=201, summary="解除关联 Undo a link")
async def unlink_case(case_id: CaseId, body: Unlinking, edge: Edge) -> Accepted:
    """关联有误的，由本件解除；由另一件登记的关联，在那一件上解除。"""
    command = UnlinkCase(
        at=edge.now(),
        by=edge.actor.sub,
        known=await other_of(case_id, body.other, edge),
        **body.fields(linking.Unlinking),
    )
    return await edge.dispatch(f"intake-{case_id}", command)


class Splitting(linking.Splitting, Form):
    parts: Annotated[
        tuple[Annotated[CaseId, picked("case")], ...], Field(min_length=1, max_length=MOST_PARTS)
    ]
    reason: Annotated[Note, Field(min_length=1)]


@router.post("/cases/{case_id}/split", status_code=201, summary="分案 Split the paper")
async def split_case(case_id: CaseId, body: Splitting, edge: Edge) -> Accepted:
    """一件反映几件事项的，先逐件登记（登记时 `split_from` 填本件），再在这里确认分案：各件分别
    办理，本件不再审查，原文和来件编号留在本件。"""
    command = SplitCase(
        at=edge.now(),
        by=edge.actor.sub,
        known=await parts_among(case_id, body.parts, edge),
        **body.fields(linking.Splitting),
    )
    return await edge.dispatch(f"intake-{case_id}", command)
