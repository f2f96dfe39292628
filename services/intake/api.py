"""HTTP routes of intake: body in, command out; and the view of a case."""

from functools import partial
from typing import Annotated, Literal

from fastapi import Query, Response
from pydantic import Field

from services.intake import imports, queries, reasons, registering, views
from services.intake.attachments import router
from services.intake.domain.authorization import later, offers, relations
from services.intake.domain.classification.commands import ClassifyCase
from services.intake.domain.ending.commands import WithdrawCase
from services.intake.domain.linking.commands import LinkCase, UnlinkCase
from services.intake.domain.merging.commands import MergeCase, UnmergeCase
from services.intake.domain.particulars.commands import NoteParticulars
from services.intake.domain.recusal.commands import NameAgainst
from services.intake.domain.rerouting.commands import DivertCase, PassOnCase
from services.intake.domain.signatures.commands import ConfirmSignature, DeclineSignature
from services.intake.domain.splitting.commands import SplitCase
from services.intake.domain.state import UNREGISTERED, Case
from services.intake.schemas import Accused, CaseView, NewCase, ParticularsForm
from shared.attachments.views import views_of
from shared.contracts import signers
from shared.contracts.particulars import Particulars
from shared.contracts.payloads import intake as payloads
from shared.contracts.recusal import NamedAgainst
from shared.http.accepted import Accepted
from shared.http.actions import Actions
from shared.http.fields import CaseId, Code, Note, Someone
from shared.http.forms import Form
from shared.kernel import ids
from shared.kernel.errors import KeyReused
from shared.kernel.form_words import titled
from shared.service.api.offered_actions import actions_of
from shared.service.api.request_context import Edge

ContactReason = Literal["notify", "verify", "deliver"]
"""Codes of the label group `contact-reason`."""


@router.post(
    "/cases", status_code=201, summary="登记来件 Register a case",
    responses={200: {"model": Accepted, "description": "预检通过，未登记 Checked, not registered"}},
)  # fmt: skip
async def register_case(
    body: NewCase,
    edge: Edge,
    response: Response,
    check: Annotated[bool, Query(description="只按登记的规则预检，不登记")] = False,
    batch: Annotated[
        str | None, Query(pattern="^[0-9a-f]{32}$", description="由本人的哪一次导入登记")
    ] = None,
) -> Accepted:
    """代表建议、议案、政协提案、信访件、热线信箱件。同一 Idempotency-Key 只登记一次。
    填写台账流水号的，无论何人导入，同一行只登记一次（`repeated`），内容改动过的不再登记。"""
    command_id = await registering.command_id_of(body, edge)
    case_id = ids.case_id(command_id)
    if batch:
        await imports.own(edge, batch)
    command = await registering.registration(body, case_id, edge, batch)
    if check:
        response.status_code = 200
        return await edge.rehearse(f"intake-{case_id}", command, command_id)
    roles = relations(edge.actor, command, UNREGISTERED)
    if body.serial is not None:
        edge.trace.imported(f"intake-{case_id}")
    similar = await views.similar(command, case_id, roles, edge)
    try:
        return await edge.dispatch(f"intake-{case_id}", command, command_id, similar)
    except KeyReused as reused:
        raise registering.taken(body) or reused from reused


class Classification(payloads.Classification, Form):
    purpose: Annotated[Code, Field(examples=["accusation"])]


@router.post(
    "/cases/{case_id}/classification", status_code=201, summary="更正分类 Correct the purpose"
)
async def classify_case(case_id: CaseId, body: Classification, edge: Edge) -> Accepted:
    """受理以后更正信访目的。改为检举控告的，只能由办理规则指定的单位承办；已在其他单位的，由交办机构改派。"""
    fields = body.fields(payloads.Classification)
    command = ClassifyCase(at=edge.now(), by=edge.actor.sub, **fields)
    return await edge.dispatch(f"intake-{case_id}", command)


@router.post(
    "/cases/{case_id}/particulars",
    status_code=201,
    summary="补正信访情况 Note the particulars",
)
async def note_particulars(case_id: CaseId, body: ParticularsForm, edge: Edge) -> Accepted:
    """来访人数、重复信访和原信访件、此前受理的层级、越级走访和告知的去向，以本次所填为准。是否重复由人核对确认：
    系统只在来件中列出内容或者信访人很可能相同的其他件（`similar`、`same_petitioner`）。"""
    case: Case = await edge.state(f"intake-{case_id}")
    known = await registering.earlier_known(body, case.paper, edge)
    command = NoteParticulars(
        at=edge.now(), by=edge.actor.sub, known=known, **body.fields(Particulars)
    )
    return await edge.dispatch(f"intake-{case_id}", command)


class Naming(Accused):
    reason: Annotated[
        Note,
        Field(description="更正的理由；第一次登记的可以不填"),
        titled("更正理由", hint="第一次登记的可以不填"),
    ] = ""


@router.post("/cases/{case_id}/accused", status_code=201, summary="登记被反映对象 Name the accused")
async def name_against(case_id: CaseId, body: Naming, edge: Edge) -> Accepted:
    """登记或更正被反映的单位和人员，以本次所填为准。即时生效：其不能再查阅、办理本件，也不再收到催办；
    已经交其承办的，由交办机构改派。"""
    case: Case = await edge.state(f"intake-{case_id}")
    command = NameAgainst(
        at=edge.now(),
        by=edge.actor.sub,
        agency=case.paper.agency,
        reason=body.reason,
        **body.fields(NamedAgainst),
    )
    return await edge.dispatch(f"intake-{case_id}", command)


class SignaturePaper(signers.SignaturePaper, Form):
    pass


class Confirmation(SignaturePaper, signers.SeenText):
    """本人确认的，写明所读文本的指纹（来件的 `text_digest`）；文本改动以后须重新阅读。"""


@router.post(
    "/cases/{case_id}/signatures/{signer}/confirmation",
    status_code=201,
    summary="确认联名 Confirm a signature",
)
async def confirm_signature(
    case_id: CaseId, signer: Someone, body: Confirmation, edge: Edge
) -> Accepted:
    """由联名人本人确认，或者由登记机关按书面意见录入（写明日期和依据）；全部确认后才能立案。"""
    fields = body.fields(signers.SignaturePaper, signers.SeenText)
    command = ConfirmSignature(at=edge.now(), by=edge.actor.sub, signer=signer, **fields)
    return await edge.dispatch(f"intake-{case_id}", command)


@router.post(
    "/cases/{case_id}/signatures/{signer}/refusal",
    status_code=201,
    summary="不联名 Do not sign",
)
async def decline_signature(
    case_id: CaseId, signer: Someone, body: SignaturePaper, edge: Edge
) -> Accepted:
    """由本人声明，或者由登记机关按书面意见录入（写明日期和依据）；不联名的不再是提出人。"""
    fields = body.fields(signers.SignaturePaper)
    command = DeclineSignature(at=edge.now(), by=edge.actor.sub, signer=signer, **fields)
    return await edge.dispatch(f"intake-{case_id}", command)


class Withdrawal(signers.Withdrawal, Form):
    reason: Annotated[Note, Field(description="立案（受理）后撤回的必填")] = ""
    all_cosigners_agree: Annotated[
        bool,
        Field(description="由登记机关、平台填写：已有全体联名人的书面同意；本人不填"),
        titled(
            "全体联名人的书面同意",
            hint="由登记机关、平台填写；本人不填",
            answers=("已有", "没有"),
        ),
    ] = False


@router.post("/cases/{case_id}/withdrawal", status_code=201, summary="撤回 Withdraw")
async def withdraw_case(case_id: CaseId, body: Withdrawal, edge: Edge) -> Accepted:
    """答复前可以撤回。联名件由联名人各自确认，全部确认后撤回；登记机关、平台凭全体书面同意办理。
    正在公开或者已经公开的不能撤回。答复前收到的书面申请，答复后可以在规定的天数内补录（填收到日期）。"""
    command = WithdrawCase(
        at=edge.now(),
        by=edge.actor.sub,
        all_cosigners_agree=body.all_cosigners_agree,
        **body.fields(signers.Withdrawal),
    )
    return await edge.dispatch(f"intake-{case_id}", command)


@router.get("/cases/{case_id}", summary="来件 One case")
async def read_case(
    case_id: CaseId,
    edge: Edge,
    contact_reason: Annotated[
        ContactReason | None,
        Query(description="查看联系方式的用途；信访件、热线件的承办单位必填，随查阅留痕"),
    ] = None,
) -> CaseView:
    """登记内容；案由、内容和联系方式分别按权限显示，查阅留痕。联名人只见本人的联系方式。"""
    stream = f"intake-{case_id}"
    reader = await views.reader_of(case_id, edge)
    case, roles, readable = reader.case, reader.roles, reader.readable
    words = partial(edge.readable, case_id=case_id, may_read=reader.may_read, plain_is_open=True)
    files = partial(edge.readable, case_id=case_id, may_read=readable)
    alike = await views.similar(case.paper, case_id, roles, edge)
    contacts = views.contacts_for(case, case_id, roles, contact_reason or "", edge)
    may_read = edge.allows("read-contact", roles, case.status)
    papers = partial(edge.readable, case_id=case_id, may_read=may_read)
    known = await views.repeated(case, case_id, roles, edge)
    links = await views.links_of(case, case_id, edge)
    return CaseView(
        **await views.fields_of(case, words, contacts, papers) | known,
        case_id=case_id,
        version=await edge.version(stream),
        readable=readable,
        text_digest=case.text_digest if readable else None,
        attachments=await views_of(case.attachments.values(), files),
        steps=[
            await reasons.step_view(step, words, papers, views.words_of(case))
            for step in reasons.visible_steps(case, roles, edge)
        ],
        similar=list(alike),
        links=links,
    )


@router.get("/cases/{case_id}/actions", summary="可办事项 What may be done now")
async def read_actions(case_id: CaseId, edge: Edge) -> Actions:
    """本人此刻可以对该件办理的事项。"""
    stream = f"intake-{case_id}"
    case: Case = await edge.state(stream)
    if not await edge.allowed(stream):
        await edge.check("read-case", stream)
    row, readers = views.row_of(case, edge), await edge.live("readers")
    absent = {
        NameAgainst.name: not row.keeps_from_accused,
        ClassifyCase.name: not row.purposes,
        NoteParticulars.name: row.particulars is None,
        PassOnCase.name: not row.passed_on_as,
        DivertCase.name: not views.may_be_diverted(case, edge),
        LinkCase.name: row.links is None,
        UnlinkCase.name: not await views.may_be_undone(case, case_id, edge),
        SplitCase.name: row.splitting is None,
        MergeCase.name: not row.merging or await queries.is_assigned(readers, case_id),
        UnmergeCase.name: await queries.is_answered(readers, case.merger),
    }
    offered = (
        offer for offer in offers(edge.actor, case, edge.now()) if not absent.get(offer.action)
    )
    return await actions_of(edge, offered, later(edge.actor, case))
