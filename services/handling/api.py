"""HTTP routes of handling: a body becomes a command; answers show what the reader may read."""

from typing import Annotated, ClassVar, Literal

from pydantic import Field

from services.handling import schemas, suspensions
from services.handling.domain.authorization import (
    later,
    offers,
    relations,
    situation,
)
from services.handling.domain.clearance.commands import ReturnDraft, SignReply, SubmitDraft
from services.handling.domain.contacts.commands import RecordContact, ReportProgress
from services.handling.domain.delivery.commands import DeliverReply
from services.handling.domain.opinions.commands import GiveOpinion
from services.handling.domain.tasks.state import Handling
from services.handling.extensions import TASK, send
from services.handling.letters import letter_of
from services.handling.views import Reader, outcomes_of, row_of
from shared.contracts.payloads import handling as payloads
from shared.http.accepted import Accepted
from shared.http.actions import Actions
from shared.http.fields import CaseId, EntityId, Line, Sentence, Someone, Words
from shared.http.forms import Form
from shared.kernel.codes import DocumentNumber, LetterWord, Receipt
from shared.kernel.days import Day
from shared.kernel.form_words import titled
from shared.kernel.paper_rules import MOST_ASKS, Outcome
from shared.service.api.offered_actions import actions_of
from shared.service.api.request_context import Edge

router = suspensions.router


class NewContact(payloads.Contact, Form):
    """办前联系、办中协商、办后反馈。参加人员填编号，代表、委员本人须填；姓名和电话请写在情况里。
    可以补记，首次联系期限按联系当日判断；答复签发之后的联系为办后反馈。"""

    phase: Annotated[payloads.Phase, Field(description="before 办前、during 办中、after 办后")]
    mode: Annotated[
        payloads.Mode, Field(description="not-wanted 表示本人提出不需走访", examples=["visit"])
    ]
    people: Annotated[tuple[Someone, ...], Field(max_length=50)] = ()
    place: Line = ""
    summary: Annotated[Words, Field(examples=["登门听取意见，代表希望先改造三条主干道。"])]
    attitude: Annotated[payloads.Attitude | Literal[""], Field(description="提出人态度")] = ""


@router.post(f"{TASK}/contacts", status_code=201, summary="联系沟通 Record a contact")
async def record_contact(case_id: CaseId, task: EntityId, body: NewContact, edge: Edge) -> Accepted:
    """办前联系、办中协商、办后反馈；未与提出人本人联系沟通的，不能签发答复。"""
    return await send(edge, case_id, RecordContact, task, body.fields(payloads.Contact))


class NewProgress(payloads.ProgressNote, Form):
    node: Annotated[payloads.Node, Field(examples=["investigation"])]
    text: Words


@router.post(f"{TASK}/progress", status_code=201, summary="办理进展 Report progress")
async def report_progress(
    case_id: CaseId, task: EntityId, body: NewProgress, edge: Edge
) -> Accepted:
    """六个节点：调查研究、联系沟通、审核把关、书面答复、反馈意见、督办落实。"""
    return await send(edge, case_id, ReportProgress, task, body.fields(payloads.ProgressNote))


class NewOpinion(payloads.Opinion, Form):
    text: Words
    doc_no: Annotated[DocumentNumber, Field(description="会办意见文号")] = ""


@router.post(f"{TASK}/opinion", status_code=201, summary="会办意见 Give an opinion")
async def give_opinion(case_id: CaseId, task: EntityId, body: NewOpinion, edge: Edge) -> Accepted:
    """会办单位向主办单位提出；主办单位签发前可以更改。"""
    return await send(edge, case_id, GiveOpinion, task, body.fields(payloads.Opinion))


class Proposal(payloads.DisclosureProposal, Form):
    """公开属性：不主动公开的须填理由代码，主动公开的须选全文或摘要。"""

    reason: Annotated[payloads.DisclosureReason | None, Field(examples=["personal-privacy"])] = None


class NewAnswer(payloads.AskAnswer, Form):
    ask: Annotated[int, Field(ge=1, le=MOST_ASKS, description="第几项建议（诉求）事项")]
    outcome: Annotated[Outcome, Field(examples=["adopted"])]
    text: Sentence = ""


class NewDraft(payloads.ReplyDraft, Form):
    order: ClassVar[tuple[str, ...]] = ("text",)

    text: Words
    meaning: Annotated[
        payloads.Meaning, Field(description="办理结果类别，按含义", examples=["in-progress"])
    ]
    target_date: Annotated[Day | None, Field(description="正在解决、列入计划的必填")] = None
    disclosure: Proposal
    answers: Annotated[tuple[NewAnswer, ...], Field(max_length=MOST_ASKS)] = ()


@router.post(f"{TASK}/drafts", status_code=201, summary="拟稿 Submit a draft")
async def submit_draft(case_id: CaseId, task: EntityId, body: NewDraft, edge: Edge) -> Accepted:
    """答复稿连同办理结果类别、办结时限、公开属性和逐项答复；再次提交为新的一稿。"""
    return await send(edge, case_id, SubmitDraft, task, body.fields(payloads.ReplyDraft))


class DraftReturn(payloads.DraftRemark, Form):
    version: Annotated[int, Field(ge=1, le=1_000, description="审阅的是第几稿")]


@router.post(f"{TASK}/draft-return", status_code=201, summary="退回修改 Return a draft")
async def return_draft(case_id: CaseId, task: EntityId, body: DraftReturn, edge: Edge) -> Accepted:
    """审核人退回拟稿人修改，须写明意见。"""
    return await send(edge, case_id, ReturnDraft, task, body.fields(payloads.DraftRemark))


class Signature(Form):
    """签发。不填文号的，取本单位字号的下一个文号；字号不止一个的，填用哪一个。"""

    number: Annotated[
        DocumentNumber | None,
        Field(min_length=1, description="文号；不填的，取下一个"),
        titled("文号", hint="不填的，取本单位字号的下一个文号"),
    ] = None
    word: Annotated[
        LetterWord | None,
        Field(description="字号，不填文号时用"),
        titled("字号", hint="不填文号而本单位字号不止一个时选用"),
    ] = None
    version: Annotated[
        int | None,
        Field(ge=1, le=1_000, description="签发的是第几稿；已有新稿时拒绝"),
        titled("签发第几稿"),
    ] = None


@router.post(f"{TASK}/signature", status_code=201, summary="签发 Sign the reply")
async def sign_reply(case_id: CaseId, task: EntityId, body: Signature, edge: Edge) -> Accepted:
    """由单位负责人签发（不能是拟稿人）；须已联系沟通、会办意见齐备。一个文号只用于一份答复。"""
    stream = f"handling-{case_id}"
    state: Handling = await edge.state(stream)
    fields = {"number": body.number or "", "version": body.version, "outcomes": outcomes_of(state)}
    command = SignReply(at=edge.now(), by=edge.actor.sub, task=task, **fields)
    if not (await edge.rehearse(stream, command)).repeated:
        letter = await letter_of(edge, case_id, task)
        number = await letter.taken(body.number or "", body.word)
        command = command.model_copy(update={"number": number})
    return await edge.dispatch(stream, command)


class Delivery(payloads.Handover, Form):
    order: ClassVar[tuple[str, ...]] = ("recipient", "mode", "on")

    recipient: Annotated[Someone, Field(description="提出人编号")]
    mode: Annotated[payloads.DeliveryMode, Field(examples=["in-person", "mail", "platform"])]
    receipt: Annotated[Receipt, Field(description="邮政回执号，或本单位回执的年度和序号")] = ""


@router.post(f"{TASK}/deliveries", status_code=201, summary="送达 Deliver the reply")
async def deliver_reply(case_id: CaseId, task: EntityId, body: Delivery, edge: Edge) -> Accepted:
    """逐人答复；最后一位提出人收到时，该任务即告答复。"""
    return await send(edge, case_id, DeliverReply, task, body.fields(payloads.Handover))


@router.get("/cases/{case_id}", summary="办理情况 What was done")
async def read_case(case_id: CaseId, edge: Edge) -> schemas.HandlingView:
    """各承办单位的联系、意见、答复稿和答复；文字按权限显示，查阅留痕。"""
    state: Handling = await edge.state(f"handling-{case_id}")
    stage = situation(None, state)
    if not edge.allows("read-case", relations(edge.actor, None, state), stage):
        await edge.hide(case_id)
    version = await edge.version(f"handling-{case_id}")
    tasks = [await Reader(edge, case_id, work, state).task() for work in state.works.values()]
    return schemas.HandlingView(case_id=case_id, version=version, situation=stage, tasks=tasks)


@router.get("/cases/{case_id}/actions", summary="可办事项 What may be done now")
async def read_actions(case_id: CaseId, edge: Edge) -> Actions:
    """本人此刻可以办理的事项；`target` 是任务编号。"""
    state: Handling = await edge.state(f"handling-{case_id}")
    await edge.check("read-case", f"handling-{case_id}")
    offered = offers(edge.actor, state, row_of(edge, state))
    return await actions_of(edge, offered, later(edge.actor, state))
