"""HTTP routes of intake: body in, command out; what may be read of a case."""

import json

from fastapi import APIRouter

from services.intake import queries
from services.intake.domain.commands import (
    AcceptCase,
    DeclineCase,
    EraseCase,
    RegisterCase,
    SendBackCase,
    Signatory,
    WithdrawCase,
)
from services.intake.domain.rules import is_group_visit, public_name
from services.intake.domain.state import OPEN_TO, Case, relations
from services.intake.schemas import (
    CaseView,
    Contact,
    Erasure,
    NewCase,
    NewProposer,
    NoBody,
    PossibleAction,
    PossibleActions,
    ProposerView,
    Refusal,
    Withdrawal,
)
from shared.contracts.case_event import Proposer
from shared.http.accepted import Accepted
from shared.http.fields import CaseId
from shared.http.problems import PROBLEMS
from shared.kernel import ids
from shared.kernel.errors import NotFound
from shared.kernel.messages import Text
from shared.service.api.request_context import Edge
from shared.service.commands.personal_data import GONE

router = APIRouter(tags=["intake 登记受理"], responses=PROBLEMS)


@router.post("/cases", status_code=201, summary="登记来件 Register a case")
async def register_case(body: NewCase, edge: Edge) -> Accepted:
    """代表建议、议案、政协提案、信访件、热线信箱件。同一 Idempotency-Key 只登记一次。
    填写台账流水号的，无论何人导入，同一行只登记一次（`repeated`），内容改动过的不再登记。"""
    proposers = tuple(_signatory(body, one) for one in body.proposers)
    said = {**body.paper(), "client": edge.actor.sub if edge.actor.client_of else None}
    command = RegisterCase(at=edge.now(), by=edge.actor.sub, proposers=proposers, **said)
    command_id = _row_of_a_ledger(body) or edge.command_id
    return await edge.dispatch(f"intake-{ids.case_id(command_id)}", command, command_id)


def _row_of_a_ledger(body: NewCase) -> str | None:
    """Not named by who sends it: two clerks who import one ledger register one case."""
    if body.serial is None:
        return None
    return ids.ledger_command(body.agency, body.kind, body.period, body.serial)


def _signatory(body: NewCase, one: NewProposer) -> Signatory:
    form = body.form if one.part == "lead" else "person"  # an organisation's convenors are people
    public = public_name(body.kind, form, one.name or "")
    return Signatory(person=one.person, masked=public, part=one.part, contact=one.contact())


@router.post("/cases/{case_id}/acceptance", status_code=201, summary="立案 Accept")
async def accept_case(case_id: CaseId, body: NoBody, edge: Edge) -> Accepted:
    """立案后，建议、议案、提案的案由和内容不再加密；信访件、热线信箱件始终加密。"""
    stream = f"intake-{case_id}"
    await edge.check("accept-case", stream)
    case: Case = await edge.state(stream)
    title, text = await _words(edge, case, case_id)
    command = AcceptCase(at=edge.now(), by=edge.actor.sub, title=title, text=text)
    return await edge.dispatch(stream, command)


async def _words(edge: Edge, case: Case, case_id: str) -> tuple[Text, Text]:
    """Opened only where acceptance makes them public; what the vault has lost stays a reference."""
    if case.paper.sealed or case.status != "registered":
        return case.title, case.text
    title = await edge.reveal(case.title, case_id)
    text = await edge.reveal(case.text, case_id)
    return (case.title, case.text) if GONE in (title, text) else (title, text)


@router.post("/cases/{case_id}/refusal", status_code=201, summary="不予立案 Decline")
async def decline_case(case_id: CaseId, body: Refusal, edge: Edge) -> Accepted:
    """须填写该类件规定的理由代码，并告知提出人。"""
    command = DeclineCase(at=edge.now(), by=edge.actor.sub, **dict(body))
    return await edge.dispatch(f"intake-{case_id}", command)


@router.post("/cases/{case_id}/return", status_code=201, summary="退回修改 Send back")
async def send_back_case(case_id: CaseId, body: Refusal, edge: Edge) -> Accepted:
    """退回提出人修改；修改后作为新件登记。"""
    command = SendBackCase(at=edge.now(), by=edge.actor.sub, **dict(body))
    return await edge.dispatch(f"intake-{case_id}", command)


@router.post("/cases/{case_id}/withdrawal", status_code=201, summary="撤回 Withdraw")
async def withdraw_case(case_id: CaseId, body: Withdrawal, edge: Edge) -> Accepted:
    """由领衔人或办公室办理；联名件须全体联名人同意；正在公开时不能撤回。"""
    command = WithdrawCase(at=edge.now(), by=edge.actor.sub, **dict(body))
    return await edge.dispatch(f"intake-{case_id}", command)


@router.post("/cases/{case_id}/erasure", status_code=201, summary="清除个人信息 Erase")
async def erase_case(case_id: CaseId, body: Erasure, edge: Edge) -> Accepted:
    """销毁该件的密钥，加密内容从此无法读取；办理记录保留。"""
    command = EraseCase(at=edge.now(), by=edge.actor.sub, reason=body.reason)
    return await edge.dispatch(f"intake-{case_id}", command)


@router.get("/cases/{case_id}", summary="来件 One case")
async def read_case(case_id: CaseId, edge: Edge) -> CaseView:
    """登记内容；案由、内容和联系方式按权限显示，查阅留痕。"""
    stream = f"intake-{case_id}"
    case: Case = await edge.state(stream)
    held = relations(edge.actor, None, case)
    held |= await queries.held_at_work(await edge.live("readers"), case_id, edge.actor)
    if not edge.allows("read-case", held, case.status):
        raise NotFound(case_id)
    reader = Reader(edge, case_id, edge.allows("read-text", held, case.status))
    return await _view(case, reader, await edge.version(stream))


class Reader:
    """One who reads a case: sealed words open themselves to whom the access table names."""

    def __init__(self, edge: Edge, case_id: str, may_read: bool) -> None:
        self.edge, self.case_id, self.may_read = edge, case_id, may_read

    async def words(self, text: Text | None) -> str | None:
        if text is None or isinstance(text, str):
            return text
        return await self.edge.reveal(text, self.case_id) if self.may_read else None

    async def proposer(self, one: Proposer) -> ProposerView:
        told = await self.words(one.contact)
        contact = Contact(**json.loads(told)) if told and told != GONE else None
        return ProposerView(
            id=one.id, known=one.known, name=one.masked, part=one.part, contact=contact
        )


async def _view(case: Case, reader: Reader, version: int) -> CaseView:
    paper = case.paper
    told = {name: value for name, value in paper if name in CaseView.model_fields}
    return CaseView.model_validate(
        {
            **told,
            "case_id": reader.case_id,
            "version": version,
            "status": case.status,
            "number": case.number,
            "label": case.label,
            "title": await reader.words(case.title),
            "text": await reader.words(case.text),
            "readable": reader.may_read or isinstance(case.text, str),
            "no_consent_reason": await reader.words(paper.no_consent_reason),
            "proposers": [await reader.proposer(one) for one in paper.proposers],
            "group_visit": is_group_visit(paper.people),
        }
    )


@router.get("/cases/{case_id}/actions", summary="可办事项 What may be done now")
async def read_actions(case_id: CaseId, edge: Edge) -> PossibleActions:
    """本人此刻可以对该件办理的事项。"""
    stream = f"intake-{case_id}"
    case: Case = await edge.state(stream)
    allowed = await edge.allowed(stream)
    if not allowed:
        await edge.check("read-case", stream)
    names = [name for name in allowed if name in OPEN_TO[case.status]]
    return PossibleActions(actions=[PossibleAction(action=name) for name in names])
