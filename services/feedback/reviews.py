"""HTTP routes of the review of opinions on petitions (复查、复核), and their view."""

from datetime import datetime
from functools import partial
from typing import Annotated, Any

from pydantic import Field

from services.feedback.domain.authorization import relations_to_reply, situation_of_review
from services.feedback.domain.reviews.commands import (
    AboutReview,
    CallHearing,
    DecideReview,
    DeliverReview,
    EndHearing,
    RequestReview,
)
from services.feedback.domain.reviews.state import Hearing, Review, day_of
from services.feedback.domain.state import Feedback
from services.feedback.schemas import HearingView, ReviewView
from shared.contracts import reviews
from shared.contracts.signers import NoticeMode
from shared.http.accepted import Accepted
from shared.http.fields import CaseId, EntityId, Line, Note
from shared.http.forms import Form
from shared.kernel.calendar import business_day, ending_day
from shared.kernel.days import Day
from shared.service.api.edge_route import edge_router
from shared.service.api.request_context import Edge, ServiceEdge

router = edge_router("feedback 评价")
REVIEW = "/cases/{case_id}/reviews/{task}"


async def send(
    edge: ServiceEdge, case_id: str, command: type[AboutReview], task: str, fields: dict[str, Any]
) -> Accepted:
    made = command(at=edge.now(), by=edge.actor.sub, task=task, **fields)
    return await edge.dispatch(f"feedback-{case_id}", made)


class ReviewRequest(reviews.ReviewWish, Form):
    reason: Annotated[Note, Field(min_length=1)]


@router.post(f"{REVIEW}/request", status_code=201, summary="请求复查、复核 Ask for a review")
async def request_review(
    case_id: CaseId, task: EntityId, body: ReviewRequest, edge: Edge
) -> Accepted:
    """不服处理意见的，信访人本人在期限内请求复查；不服复查意见的，请求复核。书面请求由受理机构代录，写明收到
    日期。按哪一级办理由办理规则和已经作出的意见确定。"""
    return await send(edge, case_id, RequestReview, task, body.fields(reviews.ReviewWish))


class HearingForm(reviews.HearingPlan, Form):
    place: Annotated[Note, Field(min_length=1)]
    chair: Line = ""


@router.post(f"{REVIEW}/hearing", status_code=201, summary="决定听证 Call a hearing")
async def call_hearing(case_id: CaseId, task: EntityId, body: HearingForm, edge: Edge) -> Accepted:
    """办理规则规定可以举行听证的一级，由作出意见的机构决定，并提前通知。规定听证时间不计入期限的，自决定之日起
    停止计时。"""
    return await send(edge, case_id, CallHearing, task, body.fields(reviews.HearingPlan))


class HearingEnding(reviews.HearingRecord, Form):
    note: Annotated[Note, Field(min_length=1)]


@router.post(f"{REVIEW}/hearing-end", status_code=201, summary="登记听证情况 End a hearing")
async def end_hearing(case_id: CaseId, task: EntityId, body: HearingEnding, edge: Edge) -> Accepted:
    """已举行的写明纪要，没有举行的写明原因；停止计时的，自结束之日起以剩余的日数继续计时。"""
    return await send(edge, case_id, EndHearing, task, body.fields(reviews.HearingRecord))


class OpinionForm(reviews.ReviewOpinion, Form):
    findings: Annotated[Note, Field(min_length=1)]
    ruling: Annotated[Note, Field(min_length=1)]
    issuer: Line = ""


@router.post(f"{REVIEW}/opinion", status_code=201, summary="作出复查、复核意见 Decide a review")
async def decide_review(case_id: CaseId, task: EntityId, body: OpinionForm, edge: Edge) -> Accepted:
    """维持、变更，或者责令重新办理；责令的，随即交原办理单位重新办理，其新的处理意见可以再请求复查。"""
    return await send(edge, case_id, DecideReview, task, body.fields(reviews.ReviewOpinion))


class OpinionDelivery(reviews.OpinionHandover, Form):
    mode: Annotated[NoticeMode, Field(examples=["letter"])]


@router.post(f"{REVIEW}/delivery", status_code=201, summary="登记意见送达 Deliver the opinion")
async def deliver_review(
    case_id: CaseId, task: EntityId, body: OpinionDelivery, edge: Edge
) -> Accepted:
    """请求上一级复核的期限自送达之日起算；最后一级的意见送达以后，信访事项终结。"""
    return await send(edge, case_id, DeliverReview, task, body.fields(reviews.OpinionHandover))


async def review_views(state: Feedback, case_id: str, edge: ServiceEdge) -> list[ReviewView]:
    """Returns the reviews of every reply, level by level."""
    chains = state.reviews.by_task.values()
    return [await view(each, state, case_id, edge) for chain in chains for each in chain]


async def view(review: Review, state: Feedback, case_id: str, edge: ServiceEdge) -> ReviewView:
    """Builds the view of a review; the access table decides who reads its texts."""
    relations = relations_to_reply(edge.actor, review.opened.task, state)
    may_read = edge.allows("read-text", relations, situation_of_review(review, state))
    words = partial(edge.readable, case_id=case_id, may_read=may_read)
    asked, told = review.requested, review.delivered
    return ReviewView(
        **review.opened.fields(reviews.ReviewName),
        round=review.opened.round,
        status=review.status,
        due=running(review),
        ask_until=ending_day(review.opened.until.at),
        asked_by=asked.by if asked else None,
        asked_on=day_of(asked.at, asked.on) if asked else None,
        reason=await words(asked.reason if asked else ""),
        organ=asked.organ if asked else None,
        hearings=[await hearing_view(each, words) for each in review.hearings],
        **await opinion(review, words),
        delivered_on=told.on if told else None,
        mode=told.mode if told else None,
        concluded=review.concluded.ending if review.concluded else None,
    )


def running(review: Review) -> datetime | None:
    """Returns when the opinion is due; None where it is given, or its clock may stand still."""
    return review.due.at if review.due and not review.decided and not review.hearing else None


async def opinion(review: Review, words: Any) -> dict[str, Any]:
    """Returns the fields of the opinion; none before it is given."""
    if (given := review.decided) is None:
        return {}
    return {
        "outcome": given.outcome,
        "number": given.number or None,
        "issuer": await words(given.issuer) or None,
        "findings": await words(given.findings),
        "ruling": await words(given.ruling),
        "decided_on": business_day(given.at),
        "deliver_by": None if review.delivered else ending_day(given.deliver_by.at),
    }


async def hearing_view(hearing: Hearing, words: Any) -> HearingView:
    ended: reviews.HearingEnded | None = hearing.ended
    day: Day | None = day_of(ended.at, ended.on) if ended else None
    return HearingView(
        day=hearing.called.day,
        place=await words(hearing.called.place),
        chair=await words(hearing.called.chair) or None,
        paused=hearing.called.paused,
        held=ended.held if ended else None,
        ended_on=day,
        note=await words(ended.note if ended else ""),
    )
