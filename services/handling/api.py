"""HTTP routes of handling: body in, command out; what the units have done, for whom may read it."""

from typing import Any, TypeVar

from fastapi import APIRouter

from services.handling import schemas
from services.handling.domain import commands as asked
from services.handling.domain.authorization import offers, readers, relations, situation
from services.handling.domain.state import Handling, Work
from shared.contracts.case_event import CaseEvent
from shared.http.accepted import Accepted
from shared.http.fields import CaseId, EntityId
from shared.http.problems import PROBLEMS
from shared.kernel.errors import NotFound
from shared.kernel.messages import Sealed
from shared.service.api.request_context import Edge

router = APIRouter(tags=["handling 办理"], responses=PROBLEMS)
V = TypeVar("V", bound=schemas.Entry)
TASK = "/cases/{case_id}/tasks/{task}"
TEXTS = {"place", "summary", "text", "remark", "public_text"}
HIDDEN = "已密封"
OUTSIDERS: dict[str, frozenset[str]] = {"proposer": frozenset(), "client": frozenset()}


@router.post(f"{TASK}/contacts", status_code=201, summary="联系沟通 Record a contact")
async def record_contact(
    case_id: CaseId, task: EntityId, body: schemas.NewContact, edge: Edge
) -> Accepted:
    """办前联系、办中协商、办后反馈；未与提出人本人联系沟通的，不能签发答复。"""
    fields = {**dict(body), "people": tuple(body.people)}
    command = asked.RecordContact(at=edge.now(), by=edge.actor.sub, task=task, **fields)
    return await edge.dispatch(f"handling-{case_id}", command)


@router.post(f"{TASK}/progress", status_code=201, summary="办理进展 Report progress")
async def report_progress(
    case_id: CaseId, task: EntityId, body: schemas.NewProgress, edge: Edge
) -> Accepted:
    """六个节点：调查研究、联系沟通、审核把关、书面答复、反馈意见、督办落实。"""
    command = asked.ReportProgress(at=edge.now(), by=edge.actor.sub, task=task, **dict(body))
    return await edge.dispatch(f"handling-{case_id}", command)


@router.post(f"{TASK}/opinion", status_code=201, summary="会办意见 Give an opinion")
async def give_opinion(
    case_id: CaseId, task: EntityId, body: schemas.NewOpinion, edge: Edge
) -> Accepted:
    """会办单位向主办单位提出；主办单位签发前可以更改。"""
    command = asked.GiveOpinion(at=edge.now(), by=edge.actor.sub, task=task, **dict(body))
    return await edge.dispatch(f"handling-{case_id}", command)


@router.post(f"{TASK}/drafts", status_code=201, summary="拟稿 Submit a draft")
async def submit_draft(
    case_id: CaseId, task: EntityId, body: schemas.NewDraft, edge: Edge
) -> Accepted:
    """答复稿连同办理结果类别、办结时限和公开属性；再次提交为新的一稿。"""
    command = asked.SubmitDraft(at=edge.now(), by=edge.actor.sub, task=task, **body.fields())
    return await edge.dispatch(f"handling-{case_id}", command)


@router.post(f"{TASK}/draft-return", status_code=201, summary="退回修改 Return a draft")
async def return_draft(
    case_id: CaseId, task: EntityId, body: schemas.DraftReturn, edge: Edge
) -> Accepted:
    """审核人退回拟稿人修改，须写明意见。"""
    command = asked.ReturnDraft(at=edge.now(), by=edge.actor.sub, task=task, **dict(body))
    return await edge.dispatch(f"handling-{case_id}", command)


@router.post(f"{TASK}/signature", status_code=201, summary="签发 Sign the reply")
async def sign_reply(
    case_id: CaseId, task: EntityId, body: schemas.Signature, edge: Edge
) -> Accepted:
    """由单位负责人签发（不能是拟稿人）；须已联系沟通、会办意见齐备。"""
    command = asked.SignReply(at=edge.now(), by=edge.actor.sub, task=task, **dict(body))
    return await edge.dispatch(f"handling-{case_id}", command)


@router.post(f"{TASK}/deliveries", status_code=201, summary="送达 Deliver the reply")
async def deliver_reply(
    case_id: CaseId, task: EntityId, body: schemas.Delivery, edge: Edge
) -> Accepted:
    """逐人答复；最后一位提出人收到时，该任务即告答复。"""
    command = asked.DeliverReply(at=edge.now(), by=edge.actor.sub, task=task, **dict(body))
    return await edge.dispatch(f"handling-{case_id}", command)


@router.get("/cases/{case_id}", summary="办理情况 What was done")
async def read_case(case_id: CaseId, edge: Edge) -> schemas.HandlingView:
    """各承办单位的联系、意见、答复稿和答复；文字按权限显示，查阅留痕。"""
    state: Handling = await edge.state(f"handling-{case_id}")
    stage = situation(None, state)
    if not edge.allows("read-case", relations(edge.actor, None, state), stage):
        raise NotFound(case_id)
    version = await edge.version(f"handling-{case_id}")
    tasks = [await Reader(edge, case_id, work, state).task() for work in state.works.values()]
    return schemas.HandlingView(case_id=case_id, version=version, situation=stage, tasks=tasks)


class Reader:
    """One who reads a unit's papers: officials by the access table, proposers only the reply."""

    def __init__(self, edge: Edge, case_id: str, work: Work, state: Handling) -> None:
        self.edge, self.case_id, self.work, self.state = edge, case_id, work, state
        held, stage = readers(edge.actor, work, state), situation(None, state)
        self.official = edge.allows("read-case", held | OUTSIDERS, stage)
        self.reads_all = edge.allows("read-text", held | OUTSIDERS, stage)
        self.reads_reply = edge.allows("read-text", held, stage)

    async def task(self) -> schemas.TaskView:
        work, opening = self.work, self.work.opening
        return schemas.TaskView(
            **opening.model_dump(include={"task", "unit", "round"}),
            scope=opening.scope if isinstance(opening.scope, str) else None,
            **(await self.papers() if self.official else {}),
            part=work.part,
            stage=work.stage,
            higher_signer=work.higher_signer,
            due=opening.due.at,
            recipients=self.recipients(),
            reply=await self.reply(),
            deliveries=[await self.entry(schemas.DeliveryView, one) for one in work.deliveries],
            on_time=work.replied.on_time if work.replied else None,
        )

    async def papers(self) -> dict[str, Any]:
        work = self.work
        return {
            "contacts": [await self.entry(schemas.ContactView, one) for one in work.contacts],
            "progress": [await self.entry(schemas.ProgressView, one) for one in work.progress],
            "opinions": [await self.entry(schemas.OpinionView, one) for one in work.opinions],
            "drafts": [await self.entry(schemas.DraftView, one) for one in work.drafts],
            "returns": [await self.entry(schemas.ReturnView, one) for one in work.returns],
        }

    def recipients(self) -> list[schemas.Recipient]:
        proposers = self.work.recipients or (self.state.proposers if self.work.part != "co" else ())
        return [schemas.Recipient(id=one.id, name=one.masked, part=one.part) for one in proposers]

    async def reply(self) -> schemas.ReplyView | None:
        signed = self.work.reply
        return await self.entry(schemas.ReplyView, signed, self.reads_reply) if signed else None

    async def entry(self, view: type[V], fact: CaseEvent, may_read: bool | None = None) -> V:
        may_read = self.reads_all if may_read is None else may_read
        told = {name: value for name, value in fact if name in view.model_fields}
        for name in TEXTS & told.keys():
            told[name] = await self.words(told[name], may_read)
        return view(**told)

    async def words(self, text: str | Sealed, may_read: bool) -> str:
        if text == "" or not may_read:
            return HIDDEN if text else ""
        return await self.edge.reveal(text, self.case_id)


@router.get("/cases/{case_id}/actions", summary="可办事项 What may be done now")
async def read_actions(case_id: CaseId, edge: Edge) -> schemas.PossibleActions:
    """本人此刻可以办理的事项；`target` 是任务编号。"""
    state: Handling = await edge.state(f"handling-{case_id}")
    await edge.check("read-case", f"handling-{case_id}")
    found = []
    for action, task in offers(state):
        about = asked.About(task=task)
        if edge.allows(action, relations(edge.actor, about, state), situation(about, state)):
            found.append(schemas.PossibleAction(action=action, target=task))
    return schemas.PossibleActions(actions=found)
