"""HTTP routes of extensions, on the router of handling (延期)."""

from typing import Annotated, Any, ClassVar

from pydantic import Field

from services.handling import letters
from services.handling.domain.extensions.commands import (
    DecideExtension,
    RequestExtension,
    TellExtension,
)
from services.handling.domain.tasks.commands import TaskCommand
from shared.contracts.payloads import handling as payloads
from shared.contracts.signers import NoticeMode
from shared.http.accepted import Accepted
from shared.http.fields import CaseId, EntityId
from shared.http.forms import Form
from shared.kernel.days import Day
from shared.service.api.request_context import Edge

router = letters.router
TASK = "/cases/{case_id}/tasks/{task}"


async def send(
    edge: Edge, case_id: str, command: type[TaskCommand], task: str, fields: dict[str, Any]
) -> Accepted:
    made = command(at=edge.now(), by=edge.actor.sub, task=task, **fields)
    return await edge.dispatch(f"handling-{case_id}", made)


class ExtensionWish(payloads.ExtensionWish, Form):
    until: Annotated[Day, Field(description="须晚于原期限，不超过办理规则的最长期限")]


@router.post(f"{TASK}/extension-request", status_code=201, summary="申请延期 Request an extension")
async def request_extension(
    case_id: CaseId, task: EntityId, body: ExtensionWish, edge: Edge
) -> Accepted:
    """期限届满以前由承办单位申请，写明理由和延至哪一天；同一任务同时只能有一个申请，次数和最长期限以办理
    规则为限。不需审批的，申请即延期。"""
    return await send(edge, case_id, RequestExtension, task, body.fields(payloads.ExtensionWish))


class ExtensionDecision(payloads.ExtensionDecision, Form):
    order: ClassVar[tuple[str, ...]] = ("approved", "note")


@router.post(f"{TASK}/extension-decision", status_code=201, summary="审批延期 Decide an extension")
async def decide_extension(
    case_id: CaseId, task: EntityId, body: ExtensionDecision, edge: Edge
) -> Accepted:
    """由办理规则列明的机构或者岗位审批：须都同意的，最后一个同意后延期；一个不同意即告结束，须写明理由。
    会办意见期限按规则顺延，不迟于主办的期限。"""
    fields = body.fields(payloads.ExtensionDecision)
    return await send(edge, case_id, DecideExtension, task, fields)


class ExtensionTelling(payloads.Telling, Form):
    mode: Annotated[NoticeMode, Field(examples=["letter"])]


@router.post(f"{TASK}/extension-notice", status_code=201, summary="告知延期 Tell the proposer")
async def tell_extension(
    case_id: CaseId, task: EntityId, body: ExtensionTelling, edge: Edge
) -> Accepted:
    """延期批准后，把新的期限和理由告知提出人。"""
    return await send(edge, case_id, TellExtension, task, body.fields(payloads.Telling))
