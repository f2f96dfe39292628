"""What may happen to the evaluations of a case."""

from collections.abc import Sequence
from typing import assert_never

from services.feedback.domain.commands import (
    FeedbackCommand,
    LapseEvaluation,
    OpenEvaluations,
    RateByProxy,
    RateReply,
    Rating,
    StopFeedback,
)
from services.feedback.domain.events import FeedbackEvent
from services.feedback.domain.rules import Grades, graded, require_reason
from services.feedback.domain.state import Evaluation, Feedback, evolve
from shared.contracts.case_event import Task
from shared.contracts.feedback import (
    CaseRated,
    EvaluationLapsed,
    EvaluationOpened,
    FeedbackStopped,
    RehandlingOrdered,
)
from shared.kernel.decider import Decider
from shared.kernel.errors import NotFound, RuleViolated
from shared.kernel.ids import entity_id
from shared.kernel.policy import Policy


def decide(command: FeedbackCommand, state: Feedback) -> Sequence[FeedbackEvent]:
    match command:
        case OpenEvaluations():
            return open_evaluations(command, state)
        case RateReply():
            return rate_reply(command, state)
        case RateByProxy():
            return rate_by_proxy(command, state)
        case LapseEvaluation():
            return lapse(command, state)
        case StopFeedback():
            return stop(command, state)
        case _:
            assert_never(command)


def open_evaluations(command: OpenEvaluations, state: Feedback) -> Sequence[EvaluationOpened]:
    """Nobody is asked twice about one reply; kinds whose policy has no rating ask nobody."""
    if state.stopped or not command.rules.has("rating"):
        return []
    new = [r for r in dict.fromkeys(command.raters) if not state.asked(command.task, r)]
    return [
        EvaluationOpened(
            at=command.at,
            **command.mark.model_dump(),
            round=command.round,
            evaluation=entity_id(command.seed, f"evaluation:{command.task}:{rater}"),
            task=command.task,
            unit=command.unit,
            part=command.part,
            scope=command.scope,
            rater=rater,
            due=command.rules.due("rating", command.at),
        )
        for rater in new
    ]


def rate_reply(command: RateReply, state: Feedback) -> Sequence[FeedbackEvent]:
    """Only the proposer: a unit may never fill in the rating of its own work."""
    evaluation = wanted(command.evaluation, state)
    if evaluation.rater != command.by:
        raise RuleViolated("rater-only", "只有提出人本人可以评价；纸质征询意见表由交办机构代录")
    return rate(command, evaluation, state)


def rate_by_proxy(command: RateByProxy, state: Feedback) -> Sequence[FeedbackEvent]:
    """A paper form, entered by the office and marked as such."""
    evaluation = wanted(command.evaluation, state)
    if evaluation.rater == command.by:
        raise RuleViolated("proxy-is-rater", "本人的评价请直接填写，不能以代录方式提交")
    return rate(command, evaluation, state)


def rate(command: Rating, evaluation: Evaluation, state: Feedback) -> Sequence[FeedbackEvent]:
    """A rating that is not satisfied orders the next round in the same commit."""
    row = command.rules.row
    grades = graded(command, row)
    if evaluation.says(grades, command.reason, command.by):
        return []
    require_open(evaluation, state)
    require_reason(grades, command.reason, row)
    ordered = [] if grades.satisfied(row) else rehandling(command, evaluation, state)
    next_round = ordered[0].next_round if ordered else None
    return [case_rated(command, grades, evaluation, state, next_round), *ordered]


def wanted(evaluation: str, state: Feedback) -> Evaluation:
    if evaluation not in state.evaluations:
        raise NotFound(evaluation)
    return state.evaluations[evaluation]


def require_open(evaluation: Evaluation, state: Feedback) -> None:
    """A late rating is refused: the case may have been closed on the strength of the lapse."""
    if state.stopped:
        raise RuleViolated("case-stopped", "办件已撤回或已删除，不再接受评价")
    if evaluation.status == "lapsed":
        raise RuleViolated("evaluation-lapsed", "评价期限已过，已按未表态计入，不能再评价")
    if evaluation.status == "rated":
        raise RuleViolated("already-rated", "这份征询意见表已经提交，不能更改")


def rehandling(
    command: Rating, evaluation: Evaluation, state: Feedback
) -> Sequence[RehandlingOrdered]:
    """One further round per reply, however many raters are not satisfied with it (L2 art. 21)."""
    policy = command.rules
    beyond = evaluation.round >= policy.row.max_rounds or not policy.has("rehandling")
    if beyond or policy.row.gates.office_review or evaluation.task in state.rehandled:
        return []
    return [
        RehandlingOrdered(
            at=command.at,
            **state.marks(),
            round=evaluation.round,
            next_round=evaluation.round + 1,
            previous_task=evaluation.task,
            tasks=(next_task(command, evaluation, policy),),
            reason=command.reason,
            higher_signer=True,
        )
    ]


def next_task(command: Rating, evaluation: Evaluation, policy: Policy) -> Task:
    """The same unit, the same part; only the contact and the new reply are due anew."""
    first = "first-contact"
    return Task(
        task=entity_id(command.seed, f"rehandling:{evaluation.task}"),
        unit=evaluation.unit,
        part=evaluation.part,
        scope=evaluation.scope,
        first_contact=policy.due(first, command.at) if policy.has(first) else None,
        due=policy.due("rehandling", command.at),
    )


def case_rated(
    command: Rating, grades: Grades, evaluation: Evaluation, state: Feedback, further: int | None
) -> CaseRated:
    return CaseRated(
        at=command.at,
        **state.about(evaluation),
        attitude=grades.attitude,
        result=grades.result,
        overall=grades.overall,
        reason=command.reason,
        entered_by=command.by,
        rehandling=further,
    )


def lapse(command: LapseEvaluation, state: Feedback) -> Sequence[EvaluationLapsed]:
    """未表态: never counted as satisfied; an evaluation that was rated in time stays rated."""
    evaluation = state.evaluations.get(command.evaluation)
    if evaluation is None or evaluation.status != "open" or state.stopped:
        return []
    return [
        EvaluationLapsed(
            at=command.at,
            **state.about(evaluation),
        )
    ]


def stop(command: StopFeedback, state: Feedback) -> Sequence[FeedbackStopped]:
    """Remembered even when nothing is open: a reply that arrives later then opens nothing."""
    if state.stopped:
        return []
    return [
        FeedbackStopped(
            at=command.at,
            **command.mark.model_dump(),
            round=command.round,
            reason=command.reason,
        )
    ]


DECIDER = Decider[FeedbackCommand, Feedback, FeedbackEvent](
    initial=Feedback(), decide=decide, evolve=evolve
)
