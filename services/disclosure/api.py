"""HTTP routes of disclosure: body in, command out; and the view of a case's publications."""

from typing import Annotated, Literal

from fastapi import Response
from pydantic import Field

from services.disclosure.domain.authorization import later, offers, relations_to, situation_of
from services.disclosure.domain.decision.commands import (
    DecideDisclosure,
    DecideWithExemptions,
    ExemptionAsked,
    ReviewDisclosure,
)
from services.disclosure.domain.decision.exemptions import exemptions_of
from services.disclosure.domain.publication.commands import WithdrawDisclosure
from services.disclosure.domain.rendition import MOST_NAMED, plain, words_of
from services.disclosure.domain.state import Disclosure, Publication
from services.disclosure.schemas import (
    DecisionView,
    DisclosureView,
    ExemptionView,
    PublicationView,
    ReviewView,
)
from shared.contracts import disclosure as payloads
from shared.contracts.payloads.handling import DisclosureReason
from shared.http.accepted import Accepted
from shared.http.actions import Actions
from shared.http.fields import CaseId, EntityId, Sentence, Title, Words
from shared.http.forms import Form
from shared.kernel.form_words import titled
from shared.kernel.messages import Text
from shared.kernel.reply_rules import DisclosureRules
from shared.service.api.edge_route import edge_router
from shared.service.api.offered_actions import actions_of
from shared.service.api.request_context import Edge, ServiceEdge
from shared.service.config.labels import label

router = edge_router("disclosure 公开")
PUBLICATION = "/cases/{case_id}/publications/{task}"


class DecisionForm(payloads.Decision, Form):
    """公开决定。主动公开须选形式；依申请公开、不予公开须有理由。"""

    mode: Annotated[payloads.Mode, Field(description="公开属性")]
    form: Annotated[payloads.PublicForm | None, Field(description="主动公开的形式：全文或摘要")] = (
        None
    )
    reason: Annotated[
        DisclosureReason | None,
        Field(description="不主动公开的理由", examples=["no-consent"]),
    ] = None
    title: Annotated[Title | None, Field(description="公开时的标题；原标题不宜公开时填写")] = None
    text: Annotated[Words | None, Field(description="摘要，或隐去联系方式后的全文")] = None


@router.post(f"{PUBLICATION}/decision", status_code=201, summary="公开决定 Decide on publication")
async def decide_disclosure(
    case_id: CaseId, task: EntityId, body: DecisionForm, edge: Edge
) -> Accepted:
    """答复送达后决定公开属性；含手机号码、身份证号码的内容不能公开。"""
    fields = body.fields(payloads.Decision)
    command = DecideDisclosure(at=edge.now(), by=edge.actor.sub, task=task, **fields)
    return await decided(edge, case_id, command)


class ExemptionForm(Form):
    """一处核准公开的内容：检查结果中的位置，以及不属于个人信息、可以公开的理由。"""

    field: Annotated[
        Literal["title", "text"],
        Field(description="标题或公开文本"),
        titled("所在位置", codes="public-field"),
    ]
    start: Annotated[int, Field(ge=1, le=20_000, description="第几个字起"), titled("第几个字起")]
    reason: Annotated[
        Sentence, Field(min_length=1, examples=["本局对外公布的值班电话"]), titled("可以公开的理由")
    ]


class ExemptedDecisionForm(DecisionForm):
    """公开决定，连同检查出的各处内容可以公开的理由。"""

    exemptions: Annotated[
        tuple[ExemptionForm, ...],
        Field(min_length=1, max_length=MOST_NAMED),
        titled("核准公开的各处"),
    ]


@router.post(
    f"{PUBLICATION}/exemptions", status_code=201, summary="核准公开 Decide with exemptions"
)
async def decide_with_exemptions(
    case_id: CaseId, task: EntityId, body: ExemptedDecisionForm, edge: Edge
) -> Accepted:
    """公开前的检查有误时（如本单位对外公布的电话、项目编号），逐处说明理由，提请另一人核准；
    核准只对这一份文字有效。"""
    command = DecideWithExemptions(
        at=edge.now(),
        by=edge.actor.sub,
        task=task,
        **body.fields(payloads.Decision),
        exemptions=await asked(edge, case_id, task, body),
    )
    return await decided(edge, case_id, command)


async def decided(edge: Edge, case_id: str, command: DecideDisclosure) -> Accepted:
    """Rehearses the decision first: once its words are sealed, they cannot be checked."""
    await edge.rehearse(stream(case_id), command)
    return await edge.dispatch(stream(case_id), command)


async def asked(
    edge: ServiceEdge, case_id: str, task: str, body: ExemptedDecisionForm
) -> tuple[ExemptionAsked, ...]:
    """Returns the exemptions; none for actors who may not ask, whom the decision then refuses."""
    state: Disclosure = await edge.state(stream(case_id))
    publication = state.publications.get(task)
    if publication is None:
        return ()
    roles = relations_to(edge.actor, [publication], state)
    if not edge.allows(DecideWithExemptions.name, roles, situation_of(publication, state)):
        return ()
    words = words_of(state.notes, publication.reply, body)
    return exemptions_of(body.exemptions, words, rules_of(edge, state).public_numbers)


def rules_of(edge: ServiceEdge, state: Disclosure) -> DisclosureRules:
    assert state.mark is not None
    mark = state.mark
    policy = edge.runtime.policies.resolve(mark.agency, mark.kind, mark.channel, edge.now())
    return policy.row.disclosure


class ReviewForm(payloads.Review, Form):
    """复核意见，由决定人以外的人提交。"""

    remark: Annotated[Sentence, Field(description="退回时必填")] = ""


@router.post(f"{PUBLICATION}/review", status_code=201, summary="公开复核 Review the decision")
async def review_disclosure(
    case_id: CaseId, task: EntityId, body: ReviewForm, edge: Edge
) -> Accepted:
    """由决定人以外的人复核；同意主动公开的，经登记环节确认后自动发布。"""
    fields = body.fields(payloads.Review)
    command = ReviewDisclosure(at=edge.now(), by=edge.actor.sub, task=task, **fields)
    return await edge.dispatch(stream(case_id), command)


class WithdrawalForm(payloads.Takedown, Form):
    """撤下已公开的答复。"""

    reason: Annotated[Sentence, Field(min_length=1, examples=["内容有误，更正后重新公开"])]


@router.post(f"{PUBLICATION}/withdrawal", status_code=201, summary="撤下 Take down")
async def withdraw_disclosure(
    case_id: CaseId, task: EntityId, body: WithdrawalForm, edge: Edge
) -> Accepted:
    """撤下已公开的答复；公开网站随即显示已撤下。"""
    fields = body.fields(payloads.Takedown)
    command = WithdrawDisclosure(at=edge.now(), by=edge.actor.sub, task=task, **fields)
    return await edge.dispatch(stream(case_id), command)


@router.get("/cases/{case_id}", summary="公开情况 The case's publications")
async def read_case(case_id: CaseId, edge: Edge, response: Response) -> DisclosureView:
    """每份答复的公开建议、决定、复核和发布结果。"""
    state: Disclosure = await edge.state(stream(case_id))
    await edge.check("read-case", stream(case_id))
    version = await edge.version(stream(case_id))
    response.headers["ETag"] = f'"{version}"'
    return DisclosureView(
        case_id=case_id,
        version=version,
        kind=state.mark.kind if state.mark else None,
        period=state.mark.period if state.mark else None,
        title=plain(state.notes.title),
        label=state.notes.label,
        consent=state.notes.consent,
        stopped=state.stopped,
        publications=[
            await PublicationReader(edge, case_id, publication, state).view()
            for publication in state.publications.values()
        ],
    )


@router.get("/cases/{case_id}/actions", summary="当前可办事项 What may be done now")
async def read_actions(case_id: CaseId, edge: Edge) -> Actions:
    """当前用户此刻可以提交的操作。"""
    state: Disclosure = await edge.state(stream(case_id))
    await edge.check("read-case", stream(case_id))
    return await actions_of(edge, offers(edge.actor, state), later(edge.actor, state))


def stream(case_id: str) -> str:
    return f"disclosure-{case_id}"


class PublicationReader:
    """Builds the view of a publication; reveals sealed text only if the access table grants
    `read-text`."""

    def __init__(
        self, edge: Edge, case_id: str, publication: Publication, state: Disclosure
    ) -> None:
        self.edge, self.case_id, self.publication = edge, case_id, publication
        roles = relations_to(edge.actor, [publication], state)
        self.may_read = edge.allows("read-text", roles, situation_of(publication, state))

    async def words(self, text: Text | None) -> str | None:
        return await self.edge.readable(text, self.case_id, self.may_read, plain_is_open=True)

    async def decision(self) -> DecisionView | None:
        if (decided := self.publication.decision) is None:
            return None
        title, text = await self.words(decided.title), await self.words(decided.text)
        fields = decided.fields(payloads.Decision) | {"title": title, "text": text}
        return DecisionView(**fields, by=decided.by, at=decided.at)

    async def exemption(self, exemption: payloads.Exemption) -> ExemptionView:
        fields = exemption.fields(payloads.Exemption)
        kind_name = label("finding", exemption.kind)
        reason = await self.words(exemption.reason)
        return ExemptionView(**fields | {"reason": reason}, kind_name=kind_name)

    async def review(self) -> ReviewView | None:
        if (reviewed := self.publication.review) is None:
            return None
        fields = reviewed.fields(payloads.Review) | {"remark": await self.words(reviewed.remark)}
        return ReviewView(**fields, by=reviewed.by, at=reviewed.at)

    async def view(self) -> PublicationView:
        publication, reply = self.publication, self.publication.reply
        disclosed = publication.disclosed
        shown = None if publication.is_blank else disclosed
        return PublicationView(
            **reply.fields(payloads.Reply),
            round=reply.round,
            status=publication.status,
            due=publication.due.at if publication.due else None,
            replied_on=publication.replied_on,
            public_text=plain(reply.public_text),
            decision=await self.decision(),
            review=await self.review(),
            exemptions=[await self.exemption(each) for each in publication.exemptions],
            note=await self.words(publication.note),
            url=disclosed.url if disclosed else None,
            digest=shown.digest if shown else None,
            public=shown.public if shown else None,
        )
