"""HTTP routes of intake: body in, command out; and the view of a case."""

import json
from collections.abc import Awaitable, Callable
from functools import partial
from typing import Annotated

from fastapi import Query, Response
from pydantic import Field

from services.intake import queries
from services.intake.domain.authorization import offers, relations
from services.intake.domain.ending.commands import EraseCase, WithdrawCase
from services.intake.domain.registration.commands import RegisterCase, Signatory
from services.intake.domain.registration.rules import is_group_visit, public_name
from services.intake.domain.screening.commands import AcceptCase, DeclineCase, SendBackCase
from services.intake.domain.state import Case
from services.intake.schemas import CaseView, Contact, NewCase, NewProposer, ProposerView
from shared.contracts import intake as payloads
from shared.contracts.case_event import Proposer
from shared.http.accepted import Accepted
from shared.http.actions import Actions
from shared.http.fields import CaseId, Code, Note
from shared.http.forms import Form, NoBody
from shared.http.wording import GONE
from shared.kernel import ids
from shared.kernel.errors import NotFound
from shared.kernel.messages import Text
from shared.service.api.edge_route import edge_router
from shared.service.api.request_context import Edge

Readable = Callable[[Text | None], Awaitable[str | None]]
"""Opens a text for the reader."""

router = edge_router("intake 登记受理")


@router.post(
    "/cases", status_code=201, summary="登记来件 Register a case",
    responses={200: {"model": Accepted, "description": "预检通过，未登记 Checked, not registered"}},
)  # fmt: skip
async def register_case(
    body: NewCase,
    edge: Edge,
    response: Response,
    check: Annotated[bool, Query(description="只按登记的规则预检，不登记")] = False,
) -> Accepted:
    """代表建议、议案、政协提案、信访件、热线信箱件。同一 Idempotency-Key 只登记一次。
    填写台账流水号的，无论何人导入，同一行只登记一次（`repeated`），内容改动过的不再登记。"""
    origin = body.origin()
    command = RegisterCase(
        at=edge.now(),
        by=edge.actor.sub,
        agency=body.agency,
        kind=body.kind,
        channel=body.channel,
        period=body.period,
        client=edge.actor.sub if edge.actor.client_of else None,
        proposers=tuple(_signatory(body, proposer) for proposer in body.proposers),
        **body.fields(payloads.Paper),
        **body.fields(payloads.Wording),
        **origin.fields(payloads.Origin),
    )
    command_id = _row_of_a_ledger(body) or edge.command_id
    stream = f"intake-{ids.case_id(command_id)}"
    if check:
        response.status_code = 200
        return await edge.rehearse(stream, command, command_id)
    return await edge.dispatch(stream, command, command_id)


def _row_of_a_ledger(body: NewCase) -> str | None:
    """Returns the id of a row of a ledger. The sender is no part of it: two clerks who import one
    ledger register one case."""
    if body.serial is None:
        return None
    return ids.ledger_command(body.agency, body.kind, body.period, body.serial)


def _signatory(body: NewCase, proposer: NewProposer) -> Signatory:
    """Convenors of an organisation are people."""
    kind = body.origin().proposer_kind if proposer.part == "lead" else "person"
    masked = public_name(body.kind, kind, proposer.name or "")
    return Signatory(
        person=proposer.person, masked=masked, part=proposer.part, contact=proposer.contact()
    )


@router.post("/cases/{case_id}/acceptance", status_code=201, summary="立案 Accept")
async def accept_case(case_id: CaseId, body: NoBody, edge: Edge) -> Accepted:
    """立案后，建议、议案、提案的案由和内容不再加密；信访件、热线信箱件始终加密。"""
    command = AcceptCase(at=edge.now(), by=edge.actor.sub)
    return await edge.dispatch(f"intake-{case_id}", command)


class Refusal(payloads.Refusal, Form):
    """`reason` is one of the codes that the policy allows for the kind."""

    reason: Annotated[Code, Field(examples=["outside-remit"])]
    note: Note = ""


@router.post("/cases/{case_id}/refusal", status_code=201, summary="不予立案 Decline")
async def decline_case(case_id: CaseId, body: Refusal, edge: Edge) -> Accepted:
    """须填写该类件规定的理由代码，并告知提出人。"""
    command = DeclineCase(at=edge.now(), by=edge.actor.sub, **body.fields(payloads.Refusal))
    return await edge.dispatch(f"intake-{case_id}", command)


@router.post("/cases/{case_id}/return", status_code=201, summary="退回修改 Send back")
async def send_back_case(case_id: CaseId, body: Refusal, edge: Edge) -> Accepted:
    """退回提出人修改；修改后作为新件登记。"""
    command = SendBackCase(at=edge.now(), by=edge.actor.sub, **body.fields(payloads.Refusal))
    return await edge.dispatch(f"intake-{case_id}", command)


class Withdrawal(payloads.Withdrawal, Form):
    reason: Note = ""
    all_cosigners_agree: Annotated[
        bool, Field(description="联名件须全体联名人同意（L2 第10条）")
    ] = False


@router.post("/cases/{case_id}/withdrawal", status_code=201, summary="撤回 Withdraw")
async def withdraw_case(case_id: CaseId, body: Withdrawal, edge: Edge) -> Accepted:
    """由领衔人或办公室办理；联名件须全体联名人同意；正在公开时不能撤回。"""
    command = WithdrawCase(
        at=edge.now(),
        by=edge.actor.sub,
        all_cosigners_agree=body.all_cosigners_agree,
        **body.fields(payloads.Withdrawal),
    )
    return await edge.dispatch(f"intake-{case_id}", command)


class Erasure(payloads.Erasure, Form):
    pass


@router.post("/cases/{case_id}/erasure", status_code=201, summary="清除个人信息 Erase")
async def erase_case(case_id: CaseId, body: Erasure, edge: Edge) -> Accepted:
    """销毁该件的密钥，加密内容从此无法读取；办理记录保留。"""
    command = EraseCase(at=edge.now(), by=edge.actor.sub, **body.fields(payloads.Erasure))
    return await edge.dispatch(f"intake-{case_id}", command)


@router.get("/cases/{case_id}", summary="来件 One case")
async def read_case(case_id: CaseId, edge: Edge) -> CaseView:
    """登记内容；案由、内容和联系方式按权限显示，查阅留痕。"""
    stream = f"intake-{case_id}"
    case: Case = await edge.state(stream)
    at_work = await queries.roles_at_work(await edge.live("readers"), case_id, edge.actor)
    roles = {**relations(edge.actor, None, case), **at_work}
    if not edge.allows("read-case", roles, case.status):
        raise NotFound(case_id)
    may_read = edge.allows("read-text", roles, case.status)
    words = partial(edge.readable, case_id=case_id, may_read=may_read, plain_is_open=True)
    readable = may_read or isinstance(case.text, str)
    return await _view(case, case_id, await edge.version(stream), words, readable)


async def _view(
    case: Case, case_id: str, version: int, words: Readable, readable: bool
) -> CaseView:
    paper = case.paper
    return CaseView(
        **paper.fields(payloads.Paper)
        | {"no_consent_reason": await words(paper.no_consent_reason)},
        **paper.fields(payloads.Origin),
        case_id=case_id,
        version=version,
        status=case.status,
        agency=paper.agency,
        kind=paper.kind,
        channel=paper.channel,
        period=paper.period,
        number=case.number,
        label=case.label,
        title=await words(case.title),
        text=await words(case.text),
        readable=readable,
        proposers=[await _proposer(proposer, words) for proposer in paper.proposers],
        group_visit=is_group_visit(paper.people),
    )


async def _proposer(proposer: Proposer, words: Readable) -> ProposerView:
    contact = await words(proposer.contact)
    return ProposerView(
        id=proposer.id,
        known=proposer.known,
        name=proposer.masked,
        part=proposer.part,
        contact=Contact(**json.loads(contact)) if contact and contact != GONE else None,
    )


@router.get("/cases/{case_id}/actions", summary="可办事项 What may be done now")
async def read_actions(case_id: CaseId, edge: Edge) -> Actions:
    """本人此刻可以对该件办理的事项。"""
    stream = f"intake-{case_id}"
    case: Case = await edge.state(stream)
    if not await edge.allowed(stream):
        await edge.check("read-case", stream)
    return edge.actions(offers(edge.actor, case))
