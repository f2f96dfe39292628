"""HTTP routes of disclosure: body in, command out."""

from collections.abc import Iterator
from typing import Any

from fastapi import APIRouter, Response

from services.disclosure.domain.commands import (
    DecideDisclosure,
    ReviewDisclosure,
    WithdrawDisclosure,
)
from services.disclosure.domain.rules import require_clean
from services.disclosure.domain.state import (
    UNDECIDABLE,
    Disclosure,
    Publication,
    relations_to,
    situation_of,
)
from services.disclosure.schemas import (
    Action,
    Actions,
    DecisionForm,
    DecisionView,
    DisclosureView,
    PublicationView,
    ReviewForm,
    ReviewView,
    WithdrawalForm,
)
from shared.http.accepted import Accepted
from shared.http.fields import CaseId, EntityId
from shared.http.problems import PROBLEMS
from shared.kernel.messages import Sealed, Text
from shared.service.api.request_context import Edge

router = APIRouter(tags=["disclosure 公开"], responses=PROBLEMS)
PUBLICATION = "/cases/{case_id}/publications/{task}"


@router.post(f"{PUBLICATION}/decision", status_code=201, summary="公开决定 Decide on publication")
async def decide(case_id: CaseId, task: EntityId, body: DecisionForm, edge: Edge) -> Accepted:
    """答复送达后决定公开属性；含手机号码、身份证号码的内容不能公开。"""
    told = body.model_dump()
    require_clean({"title": body.title, "text": body.text})  # once sealed, nobody can look any more
    command = DecideDisclosure(at=edge.now(), by=edge.actor.sub, task=task, **told)
    return await edge.dispatch(stream(case_id), command)


@router.post(f"{PUBLICATION}/review", status_code=201, summary="公开复核 Review the decision")
async def review(case_id: CaseId, task: EntityId, body: ReviewForm, edge: Edge) -> Accepted:
    """由决定人以外的人复核；同意主动公开的，经登记环节确认后自动发布。"""
    told = body.model_dump()
    command = ReviewDisclosure(at=edge.now(), by=edge.actor.sub, task=task, **told)
    return await edge.dispatch(stream(case_id), command)


@router.post(f"{PUBLICATION}/withdrawal", status_code=201, summary="撤下 Take down")
async def withdraw(case_id: CaseId, task: EntityId, body: WithdrawalForm, edge: Edge) -> Accepted:
    """撤下已公开的答复；公开网站随即显示已撤下。"""
    command = WithdrawDisclosure(at=edge.now(), by=edge.actor.sub, task=task, reason=body.reason)
    return await edge.dispatch(stream(case_id), command)


@router.get("/cases/{case_id}", summary="公开情况 The case's publications")
async def read_case(case_id: CaseId, edge: Edge, response: Response) -> DisclosureView:
    """每份答复的公开建议、决定、复核和发布结果。"""
    state: Disclosure = await edge.state(stream(case_id))
    await edge.check("read-case", stream(case_id))
    version = await edge.version(stream(case_id))
    response.headers["ETag"] = f'"{version}"'
    title = state.noted.title
    return DisclosureView(
        case_id=case_id,
        version=version,
        kind=state.mark.kind if state.mark else None,
        period=state.mark.period if state.mark else None,
        title=title if isinstance(title, str) else None,
        label=state.noted.label,
        consent=state.noted.consent,
        stopped=state.stopped,
        publications=[
            await Reader(edge, case_id, one, state).view() for one in state.publications.values()
        ],
    )


@router.get("/cases/{case_id}/actions", summary="当前可办事项 What may be done now")
async def read_actions(case_id: CaseId, edge: Edge) -> Actions:
    """当前用户此刻可以提交的操作。"""
    state: Disclosure = await edge.state(stream(case_id))
    await edge.check("read-case", stream(case_id))
    found = [action for one in state.publications.values() for action in possible(one, state, edge)]
    return Actions(actions=found)


def stream(case_id: str) -> str:
    return f"disclosure-{case_id}"


class Reader:
    """One who reads what was decided; sealed words open themselves to whom the access table
    names."""

    def __init__(
        self, edge: Edge, case_id: str, publication: Publication, state: Disclosure
    ) -> None:
        self.edge, self.case_id, self.publication = edge, case_id, publication
        held = relations_to(edge.actor, [publication], state)
        self.may_read = edge.allows("read-text", held, situation_of(publication, state))

    async def words(self, text: Text | None) -> str | None:
        if isinstance(text, Sealed):
            return await self.edge.reveal(text, self.case_id) if self.may_read else None
        return text

    async def decision(self) -> DecisionView | None:
        if (said := self.publication.decision) is None:
            return None
        words = {"title": await self.words(said.title), "text": await self.words(said.text)}
        return DecisionView(**dict(said) | words)

    async def review(self) -> ReviewView | None:
        if (said := self.publication.review) is None:
            return None
        return ReviewView(**dict(said) | {"remark": await self.words(said.remark)})

    async def view(self) -> PublicationView:
        words = {"decision": await self.decision(), "review": await self.review()}
        return view(self.publication, **words, note=await self.words(self.publication.note))


def view(publication: Publication, **words: Any) -> PublicationView:
    text, disclosed = publication.public_text, publication.disclosed
    return PublicationView(
        **words,
        task=publication.task,
        unit=publication.unit,
        round=publication.round,
        status=publication.status,
        due=publication.due.at if publication.due else None,
        replied_on=publication.replied_on,
        letter=publication.letter,
        meaning=publication.meaning,
        proposal=publication.proposal,
        public_text=text if isinstance(text, str) else None,
        url=disclosed.url if disclosed else None,
        digest=disclosed.digest if disclosed else None,
        public=disclosed.public if disclosed else None,
    )


def possible(publication: Publication, state: Disclosure, edge: Edge) -> Iterator[Action]:
    """What the table allows and the decider would take up, as things stand."""
    held = relations_to(edge.actor, [publication], state)
    place = situation_of(publication, state)
    for name in offered(publication, state, edge.actor.sub):
        if edge.allows(name, held, place):
            yield Action(action=name, target=publication.task)


def offered(publication: Publication, state: Disclosure, person: str) -> Iterator[str]:
    status, decision = publication.status, publication.decision
    if not state.stopped and status not in UNDECIDABLE:
        yield DecideDisclosure.name
    if not state.stopped and status == "decided" and decision and decision.by != person:
        yield ReviewDisclosure.name
    if status == "disclosed":
        yield WithdrawDisclosure.name
