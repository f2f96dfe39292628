"""Decisions about the evaluations of a case."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from services.feedback.domain import commands, state
from services.feedback.domain.reviews import decider as reviews
from services.feedback.domain.reviews.requests import note_delivery
from services.feedback.domain.rules import (
    graded,
    is_satisfied,
    require_reason,
)
from services.feedback.domain.second_handling import (
    decide_rehandling,
    may_rehandle,
    rehandling_ordered,
)
from services.feedback.domain.state import Evaluation, Feedback, existing, marked
from shared.contracts import feedback as facts
from shared.contracts.case_event import CaseMark
from shared.contracts.imports import marking, stops
from shared.kernel.calendar import business_day, midnight_after
from shared.kernel.decider import Decide, Evolve, Rows, routed
from shared.kernel.entries import check_entered, check_since
from shared.kernel.errors import RuleViolated
from shared.kernel.ids import entity_id
from shared.kernel.policy import Due
from shared.kernel.repeated import day_of

Facts = Sequence[facts.FeedbackEvent]


def open_evaluations(command: commands.OpenEvaluations, feedback: Feedback) -> Facts:
    """Asks each rater once about one reply; kinds whose policy has no rating are not rated."""
    if feedback.stopped:
        return []
    reviewed = note_delivery(command, feedback)
    if not command.rules.has("rating"):
        return reviewed
    raters = [r for r in dict.fromkeys(command.raters) if not feedback.is_asked(command.task, r)]
    return [*(evaluation_opened(command, rater) for rater in raters), *reviewed]


def evaluation_opened(command: commands.OpenEvaluations, rater: str) -> facts.EvaluationOpened:
    return facts.EvaluationOpened(
        at=command.at,
        **command.mark.fields(CaseMark),
        round=command.round,
        evaluation=entity_id(command.seed, f"evaluation:{command.task}:{rater}"),
        task=command.task,
        unit=command.unit,
        part=command.part,
        scope=command.scope,
        rater=rater,
        due=command.rules.due("rating", command.at),
    )


def rate_reply(command: commands.RateReply, feedback: Feedback) -> Facts:
    """Refuses everybody but the proposer: a unit may never rate its own work."""
    evaluation = existing(command.evaluation, feedback)
    if evaluation.opened.rater != command.by:
        raise RuleViolated("rater-only", "只有提出人本人可以评价；纸质征询意见表由交办机构代录")
    return rate(command, evaluation, feedback)


def rate_by_proxy(command: commands.RateByProxy, feedback: Feedback) -> Facts:
    """Takes a paper form, entered by the office and marked as such."""
    evaluation = existing(command.evaluation, feedback)
    if evaluation.opened.rater == command.by:
        raise RuleViolated("proxy-is-rater", "本人的评价请直接填写，不能以代录方式提交")
    if evaluation.lapsed and not evaluation.rated:
        require_received_in_time(command, evaluation)
    elif command.on:
        check_entered(command, command.on, "on", business_day(evaluation.opened.at), "rating")
    return rate(command, evaluation, feedback)


def require_received_in_time(command: commands.RateByProxy, evaluation: Evaluation) -> None:
    """Takes a paper form after the lapse when it was received before, and in the days of entry.

    Raises RuleViolated when the day of receipt is missing, too early or too late, or when the days
    for its entry have passed.
    """
    lapsed = evaluation.lapsed
    if lapsed is None or not evaluation.takes_forms(command.at):
        raise RuleViolated("evaluation-lapsed", "评价期限已过，已按未表态计入，不能再评价")
    if command.on is None or command.on >= business_day(lapsed.at):
        message = (
            f"评价期限已过，只能补录 {business_day(lapsed.at)} 以前收到的纸质表，请填写收到日期"
        )
        raise RuleViolated("form-not-in-time", message, "on")
    check_since(command.on, "on", business_day(evaluation.opened.at))


def rate(command: commands.Rate, evaluation: Evaluation, feedback: Feedback) -> Facts:
    """A rating that is not satisfied orders the next round in the same commit."""
    row = command.rules.row
    command = graded(command, row)
    if evaluation.repeats(command, command.by) and is_of_same_day(command, evaluation):
        return []
    require_open(command, evaluation, feedback)
    require_reason(command, row)
    if is_satisfied(command, row) or not may_rehandle(command.rules, evaluation, feedback):
        return [case_rated(command, evaluation, feedback)]
    if row.gates.office_review:
        due = command.rules.due("rehandling-ruling", command.at)
        return [case_rated(command, evaluation, feedback, review=due)]
    ordered = rehandling_ordered(command, command.reason, evaluation.opened, feedback)
    return [case_rated(command, evaluation, feedback, ordered.next_round), ordered]


def is_of_same_day(command: commands.Rate, evaluation: Evaluation) -> bool:
    """Returns whether a paper form came in on the day that is on record; without one it came in
    when it was entered."""
    rated = evaluation.rated
    if rated is None or not isinstance(command, commands.RateByProxy):
        return True
    return day_of(command) == day_of(rated)


def require_open(command: commands.Rate, evaluation: Evaluation, feedback: Feedback) -> None:
    """Refuses a late rating, but for a paper form that came in time."""
    if feedback.stopped:
        raise RuleViolated("case-stopped", "办件已撤回或已清除，不再接受评价")
    if evaluation.status == "lapsed" and not isinstance(command, commands.RateByProxy):
        raise RuleViolated("evaluation-lapsed", "评价期限已过，已按未表态计入，不能再评价")
    if evaluation.status == "rated":
        raise RuleViolated("already-rated", "这份征询意见表已经提交，不能更改")


def case_rated(
    command: commands.Rate,
    evaluation: Evaluation,
    feedback: Feedback,
    rehandling: int | None = None,
    review: Due | None = None,
) -> facts.CaseRated:
    return facts.CaseRated(
        at=command.at,
        **marked(feedback).fields(CaseMark),
        round=evaluation.opened.round,
        **evaluation.opened.fields(facts.EvaluationForm),
        **command.fields(facts.Rating),
        entered_by=command.by,
        on=getattr(command, "on", None),
        replaces_lapse=evaluation.lapsed is not None,
        rehandling=rehandling,
        review=review,
    )


def lapse(command: commands.LapseEvaluation, feedback: Feedback) -> Facts:
    """未表态: never counted as satisfied; an evaluation that was rated in time stays rated."""
    evaluation = feedback.evaluations.get(command.evaluation)
    if evaluation is None or evaluation.status != "open" or feedback.stopped:
        return []
    return [
        facts.EvaluationLapsed(
            at=command.at,
            **marked(feedback).fields(CaseMark),
            round=evaluation.opened.round,
            **evaluation.opened.fields(facts.EvaluationForm),
            forms_until=forms_until(command),
        )
    ]


def forms_until(command: commands.LapseEvaluation) -> datetime | None:
    """Returns until when a paper form that came before the lapse may be entered, by the policy row;
    None where it may not."""
    days = command.rules.row.entry_days("lapsed-rating")
    return midnight_after(business_day(command.at) + timedelta(days=days)) if days else None


def stop(command: commands.StopFeedback, feedback: Feedback) -> Facts:
    """Recorded even when nothing is open: a reply that arrives later then opens nothing."""
    if not stops(command.reason, feedback):
        return []
    return [
        facts.FeedbackStopped(
            at=command.at,
            **command.mark.fields(CaseMark),
            round=command.round,
            reason=command.reason,
        )
    ]


EVOLVE: Rows[Evolve[Feedback]] = Rows(
    {
        facts.EvaluationOpened: state.opened,
        facts.CaseRated: state.rated,
        facts.RehandlingReviewed: state.reviewed,
        facts.EvaluationLapsed: state.lapsed,
        facts.RehandlingOrdered: state.rehandled,
        facts.FeedbackStopped: state.stopped,
    }
)

DECIDE: Rows[Decide[Feedback]] = Rows(
    {
        commands.OpenEvaluations: open_evaluations,
        commands.RateReply: rate_reply,
        commands.RateByProxy: rate_by_proxy,
        commands.DecideRehandling: decide_rehandling,
        commands.LapseEvaluation: lapse,
        commands.StopFeedback: stop,
    }
)

DECIDER = routed(
    Feedback(),
    commands.FeedbackCommand,
    facts.FeedbackEvent,
    decide=DECIDE | reviews.DECIDE,
    evolve={fact: marking(fold) for fact, fold in (EVOLVE | reviews.EVOLVE).items()},
)
