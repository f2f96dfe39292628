"""Holdings: the evaluations of raters and the decisions on them, which no unit owes."""

from collections.abc import Iterator

from services.feedback.domain.state import Evaluation, Feedback
from shared.kernel.holding import Holding
from shared.kernel.policy import Due


def holdings(state: Feedback) -> tuple[Holding, ...]:
    return tuple(holding(each) for each in state.evaluations.values())


def holding(evaluation: Evaluation) -> Holding:
    return Holding(evaluation.opened.evaluation, None, owed=tuple(owed_about(evaluation)))


def owed_about(evaluation: Evaluation) -> Iterator[Due]:
    """Yields the rating, until it is heard or lapses, and the decision of the organ on it."""
    if evaluation.status == "open":
        yield evaluation.opened.due
    if evaluation.is_under_review and evaluation.rated and evaluation.rated.review:
        yield evaluation.rated.review
