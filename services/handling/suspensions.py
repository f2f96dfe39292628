"""HTTP routes of suspensions, on the router of handling (暂停)."""

from typing import Annotated, ClassVar

from pydantic import Field

from services.handling import extensions
from services.handling.domain.suspensions.commands import (
    DecideSuspension,
    RequestSuspension,
    ResumeTask,
    TellSuspension,
)
from services.handling.extensions import TASK, send
from shared.contracts.payloads import handling as payloads
from shared.contracts.signers import NoticeMode
from shared.http.accepted import Accepted
from shared.http.fields import CaseId, Code, EntityId
from shared.http.forms import Form
from shared.kernel.days import Day
from shared.service.api.request_context import Edge

router = extensions.router


class SuspensionWish(payloads.SuspensionWish, Form):
    until: Annotated[Day, Field(description="暂停的最后一天，以办理规则的最长期限为限")]
    reason: Annotated[Code, Field(min_length=1, examples=["awaiting-superior"])]


@router.post(f"{TASK}/suspension-request", status_code=201, summary="申请暂停 Request a suspension")
async def request_suspension(
    case_id: CaseId, task: EntityId, body: SuspensionWish, edge: Edge
) -> Accepted:
    """期限届满以前由承办单位申请，写明事由、具体情况和暂停至哪一天；批准以前时限照常计算。次数和累计天数以办
    理规则为限。不需审批的，申请即暂停。"""
    fields = body.fields(payloads.SuspensionWish)
    return await send(edge, case_id, RequestSuspension, task, fields)


class SuspensionDecision(payloads.SuspensionDecision, Form):
    order: ClassVar[tuple[str, ...]] = ("approved", "note")


@router.post(f"{TASK}/suspension-decision", status_code=201, summary="审批暂停 Decide a suspension")
async def decide_suspension(
    case_id: CaseId, task: EntityId, body: SuspensionDecision, edge: Edge
) -> Accepted:
    """由办理规则列明的机构或者岗位审批；须都同意的，最后一个同意后暂停，自当日起停止计时，会办意见等一并停止；
    一个不同意即告结束，须写明理由。"""
    fields = body.fields(payloads.SuspensionDecision)
    return await send(edge, case_id, DecideSuspension, task, fields)


class Resumption(payloads.Resumption, Form):
    pass


@router.post(f"{TASK}/resumption", status_code=201, summary="恢复办理 Resume a task")
async def resume_task(case_id: CaseId, task: EntityId, body: Resumption, edge: Edge) -> Accepted:
    """提前恢复；到期的由系统自动恢复。期限按暂停的天数顺延。"""
    return await send(edge, case_id, ResumeTask, task, body.fields(payloads.Resumption))


class SuspensionTelling(payloads.Telling, Form):
    mode: Annotated[NoticeMode, Field(examples=["letter"])]


@router.post(
    f"{TASK}/suspension-notice", status_code=201, summary="告知暂停或者恢复 Tell the proposer"
)
async def tell_suspension(
    case_id: CaseId, task: EntityId, body: SuspensionTelling, edge: Edge
) -> Accepted:
    """暂停、恢复以后，分别告知提出人；恢复时一并告知新的期限。"""
    return await send(edge, case_id, TellSuspension, task, body.fields(payloads.Telling))
