"""Decisions about the opinion on a review: it upholds, changes, or remits the matter to the unit;
its delivery opens the next level, or ends the way."""

from collections.abc import Sequence

from services.feedback.domain.reviews.commands import DecideReview, DeliverReview
from services.feedback.domain.reviews.hearings import require_under_way
from services.feedback.domain.reviews.requests import (
    existing,
    next_level,
    on_review,
    review_opened,
)
from services.feedback.domain.reviews.state import Review
from services.feedback.domain.reviews.state import delivered as with_delivery
from services.feedback.domain.second_handling import rehandling_ordered
from services.feedback.domain.state import Feedback, marked
from shared.contracts import reviews as facts
from shared.contracts.feedback import FeedbackEvent
from shared.kernel.calendar import business_day
from shared.kernel.entries import check_entered
from shared.kernel.errors import RuleViolated
from shared.kernel.texts import require_text, same_payload

Facts = Sequence[FeedbackEvent]


def decide(command: DecideReview, feedback: Feedback) -> Facts:
    """Gives the opinion; one that remits the matter orders the next round in the same commit."""
    review = existing(command.task, feedback)
    if repeats(command, review):
        return []
    require_under_way(review)
    if review.hearing:
        raise RuleViolated("hearing-open", "已经决定听证，尚未登记听证情况")
    require_text(command.findings, "请写明查明的情况", "findings", "findings-required")
    require_text(command.ruling, "请写明意见的内容和依据", "ruling", "ruling-required")
    given = facts.ReviewDecided(
        at=command.at,
        by=command.by,
        **on_review(review, feedback),
        **command.fields(facts.ReviewOpinion),
        deliver_by=command.rules.due(f"{review.level}-delivery", command.at),
    )
    if command.outcome != "remitted":
        return [given]
    return [given, remitted(command, review, feedback)]


def repeats(command: DecideReview, review: Review) -> bool:
    """Returns whether the same person gave the same opinion before."""
    before = review.decided
    return bool(
        before and before.by == command.by and same_payload(command, before, facts.ReviewOpinion)
    )


def remitted(command: DecideReview, review: Review, feedback: Feedback) -> FeedbackEvent:
    """Returns the order of the next round: the unit gives another opinion, which may be reviewed
    anew."""
    if not command.rules.has("rehandling"):
        message = "按办理规则，该类件没有重新办理，请作出其他结论"
        raise RuleViolated("no-further-round", message, "outcome")
    delivery = feedback.reviews.deliveries[review.opened.task]
    return rehandling_ordered(command, command.ruling, delivery, feedback)


def deliver(command: DeliverReview, feedback: Feedback) -> Facts:
    """Records the delivery; what may follow follows in the same commit."""
    review = existing(command.task, feedback)
    if review.decided is None:
        raise RuleViolated("review-undecided", "尚未作出意见，不能送达")
    if before := review.delivered:
        if same_payload(command, before, facts.OpinionHandover):
            return []
        raise RuleViolated("review-delivered", "意见已经登记送达，不能更改")
    check_entered(command, command.on, "on", business_day(review.decided.at), "review-delivery")
    told = facts.ReviewDelivered(
        at=command.at,
        by=command.by,
        **on_review(review, feedback),
        **command.fields(facts.OpinionHandover),
    )
    if review.decided.outcome == "remitted":
        return [told]
    return [told, what_follows(command, review, told, feedback)]


def what_follows(
    command: DeliverReview, review: Review, told: facts.ReviewDelivered, feedback: Feedback
) -> FeedbackEvent:
    """Returns the next level, whose time runs from the delivery, or the end of the way."""
    task, policy = command.task, command.rules
    if level := next_level(policy, review.level):
        chain = (*feedback.reviews.by_task[task][:-1], with_delivery(review, told))
        known = feedback.reviews.with_chain(task, chain)
        return review_opened(command.at, task, level, known, policy, marked(feedback))
    return facts.PetitionConcluded(at=command.at, **on_review(review, feedback), ending="rechecked")
