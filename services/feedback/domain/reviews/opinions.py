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
from shared.kernel.texts import is_blank, require_text, same_payload, same_text

Facts = Sequence[FeedbackEvent]


def decide(command: DecideReview, feedback: Feedback) -> Facts:
    """Gives the opinion; one that remits the matter orders the next round in the same commit."""
    review = existing(command.task, feedback)
    if repeats(command, review):
        return []
    require_under_way(review)
    if review.hearing:
        raise RuleViolated("hearing-open", "已经决定听证，尚未登记听证情况")
    require_other_organ(command, review, feedback)
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


def require_other_organ(command: DecideReview, review: Review, feedback: Feedback) -> None:
    """An opinion is reviewed by an organ above the one that gave it (信访工作条例第35、36条): one
    that reviews its own enters the opinion of the organ above, and names it."""
    asked, before = require_under_way(review), reviewed_before(review, feedback)
    own = asked.organ == (before.requested.organ if before and before.requested else asked.unit)
    given = before.decided.issuer if before and before.decided else ""
    same = same_text(command.issuer, given) or (is_blank(command.issuer) and is_blank(given))
    if same and (own or not is_blank(given)):
        message = "原意见是本机关、单位作出的，由其上一级机关、单位复查、复核，请写明作出机关"
        raise RuleViolated("own-opinion", message, "issuer")


def reviewed_before(review: Review, feedback: Feedback) -> Review | None:
    """Returns the review of the same reply at the level below."""
    chain = feedback.reviews.by_task[review.opened.task]
    return chain[-2] if len(chain) > 1 else None


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
    return [told, *what_follows(command, review, told, feedback)]


def what_follows(
    command: DeliverReview, review: Review, told: facts.ReviewDelivered, feedback: Feedback
) -> Facts:
    """Returns the next level, whose time runs from the delivery, or the end of the way. A purpose
    that was corrected meanwhile has no further level."""
    task, policy = command.task, command.rules
    if level := next_level(policy, review.level):
        chain = (*feedback.reviews.by_task[task][:-1], with_delivery(review, told))
        known = feedback.reviews.with_chain(task, chain)
        opened = review_opened(command.at, task, level, known, policy, marked(feedback))
        return [opened] if known.purpose and known.purpose.reviewable else []
    return [
        facts.PetitionConcluded(at=command.at, **on_review(review, feedback), ending="rechecked")
    ]
