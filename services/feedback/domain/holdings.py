"""Holdings: the evaluations of raters and the decisions on them, and the reviews of opinions on
petitions, which no unit owes."""

from collections.abc import Iterator

from services.feedback.domain.reviews.state import Review
from services.feedback.domain.state import Evaluation, Feedback
from shared.kernel.holding import Holding
from shared.kernel.policy import Due


def holdings(state: Feedback) -> tuple[Holding, ...]:
    reviews = (
        Holding(each.opened.task, None, owed=tuple(owed_in(each)))
        for each in state.reviews.current()
    )
    return (*(holding(each) for each in state.evaluations.values()), *reviews)


def owed_in(review: Review) -> Iterator[Due]:
    """Yields the next step of a review: the request, the opinion with its hearing, the delivery."""
    if review.status == "open":
        yield review.opened.until
    elif review.status == "decided" and review.decided:
        yield review.decided.deliver_by
    elif review.due and not review.decided:
        yield review.due
        if review.hearing:
            yield review.hearing.ends


def holding(evaluation: Evaluation) -> Holding:
    return Holding(evaluation.opened.evaluation, None, owed=tuple(owed_about(evaluation)))


def owed_about(evaluation: Evaluation) -> Iterator[Due]:
    """Yields the rating, until it is heard or lapses, and the decision of the organ on it."""
    if evaluation.status == "open":
        yield evaluation.opened.due
    if evaluation.is_under_review and evaluation.rated and evaluation.rated.review:
        yield evaluation.rated.review
