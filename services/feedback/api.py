"""HTTP routes of feedback: body in, command out."""

from fastapi import Response

from services.feedback.domain.authorization import later, offers, relations_to, situation_of
from services.feedback.domain.commands import DecideRehandling, RateByProxy, RateReply
from services.feedback.domain.state import Evaluation, Feedback
from services.feedback.reviews import review_views, router
from services.feedback.schemas import (
    EvaluationView,
    FeedbackView,
    PaperForm,
    RatingForm,
    ReviewForm,
)
from shared.contracts.feedback import EvaluationForm, Grades, Rating, RehandlingDecision
from shared.http.accepted import Accepted
from shared.http.actions import Actions
from shared.http.fields import CaseId, EntityId
from shared.kernel.calendar import business_day, ending_day
from shared.service.api.offered_actions import actions_of
from shared.service.api.request_context import Edge, ServiceEdge

__all__ = ["router"]


@router.post(
    "/cases/{case_id}/evaluations/{evaluation}/rating",
    status_code=201,
    summary="评价 Rate the reply",
)
async def rate_reply(
    case_id: CaseId, evaluation: EntityId, body: RatingForm, edge: Edge
) -> Accepted:
    """提出人本人评价办理态度和办理结果；任一项不满意须说明理由，随即启动再次办理，
    或者由主管机构审核决定是否再次办理。"""
    command = RateReply(
        at=edge.now(), by=edge.actor.sub, evaluation=evaluation, **body.fields(Rating)
    )
    return await edge.dispatch(stream(case_id), command)


@router.post(
    "/cases/{case_id}/evaluations/{evaluation}/proxy-rating",
    status_code=201,
    summary="代录纸质征询意见表 Enter a paper form",
)
async def rate_by_proxy(
    case_id: CaseId, evaluation: EntityId, body: PaperForm, edge: Edge
) -> Accepted:
    """主管机构代录提出人寄回的纸质表，记录代录人；承办单位不得代填。期满前收到、期满后录入的，在规定日数内
    代替未表态；不满意的照常启动再次办理。"""
    command = RateByProxy(
        at=edge.now(),
        by=edge.actor.sub,
        evaluation=evaluation,
        on=body.on,
        **body.fields(Rating),
    )
    return await edge.dispatch(stream(case_id), command)


@router.post(
    "/cases/{case_id}/evaluations/{evaluation}/rehandling-decision",
    status_code=201,
    summary="再次办理审核 Decide a second handling",
)
async def decide_rehandling(
    case_id: CaseId, evaluation: EntityId, body: ReviewForm, edge: Edge
) -> Accepted:
    """办理规则规定由主管机构审核的，评价不满意以后由其决定是否再次办理。再次办理的，同一答复待审核的评价一并
    办结；不再办理的，写明理由，告知提出人。"""
    command = DecideRehandling(
        at=edge.now(),
        by=edge.actor.sub,
        evaluation=evaluation,
        **body.fields(RehandlingDecision),
    )
    return await edge.dispatch(stream(case_id), command)


@router.get("/cases/{case_id}", summary="评价情况 The case's evaluations")
async def read_case(case_id: CaseId, edge: Edge, response: Response) -> FeedbackView:
    """每位提出人对每份答复的评价；理由只对有权查阅的人显示。"""
    state: Feedback = await edge.state(stream(case_id))
    await edge.check("read-case", stream(case_id))
    version = await edge.version(stream(case_id))
    response.headers["ETag"] = f'"{version}"'
    return FeedbackView(
        case_id=case_id,
        version=version,
        kind=state.mark.kind if state.mark else None,
        period=state.mark.period if state.mark else None,
        stopped=state.stopped,
        evaluations=await views(state, case_id, edge),
        reviews=await review_views(state, case_id, edge),
    )


@router.get("/cases/{case_id}/actions", summary="当前可办事项 What may be done now")
async def read_actions(case_id: CaseId, edge: Edge) -> Actions:
    """当前用户此刻可以提交的操作。"""
    state: Feedback = await edge.state(stream(case_id))
    await edge.check("read-case", stream(case_id))
    return await actions_of(edge, offers(edge.actor, state, edge.now()), later(edge.actor, state))


def stream(case_id: str) -> str:
    return f"feedback-{case_id}"


async def views(state: Feedback, case_id: str, edge: ServiceEdge) -> list[EvaluationView]:
    """Returns the evaluations; where a rater is hidden, their order does not tell."""
    shown = [await view(each, state, case_id, edge) for each in state.in_order()]
    if any(each.rater is None for each in shown):
        shown.sort(key=lambda each: (each.round, each.evaluation))
    return shown


async def view(
    evaluation: Evaluation, state: Feedback, case_id: str, edge: ServiceEdge
) -> EvaluationView:
    """Builds the view of an evaluation; the access table decides who reads the reason, and who
    learns the name of the rater."""
    relations = relations_to(edge.actor, [evaluation], state)
    may_read = edge.allows("read-text", relations, situation_of(evaluation, state))
    names = edge.allows("read-raters", relations, "settled" if state.is_settled else "running")
    opened, rated, reviewed = evaluation.opened, evaluation.rated, evaluation.reviewed
    review_due = rated.review if rated else None
    return EvaluationView(
        **opened.fields(EvaluationForm) | ({} if names else {"rater": None}),
        round=opened.round,
        due=opened.due.at,
        status=evaluation.status,
        **(rated.fields(Grades) if rated else {}),
        reason=await edge.readable(rated.reason if rated else "", case_id, may_read),
        entered_by=rated.entered_by if rated and names else None,
        rehandling=evaluation.next_round,
        on=rated.on if rated else None,
        entered_on=business_day(rated.at) if rated else None,
        replaces_lapse=rated.replaces_lapse if rated else False,
        review=evaluation.review,
        review_on=ending_day(review_due.at) if review_due else None,
        review_note=await edge.readable(reviewed.note if reviewed else "", case_id, may_read),
    )
