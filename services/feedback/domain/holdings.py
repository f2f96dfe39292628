"""Holdings: the evaluations of raters, which no unit owes."""

from services.feedback.domain.state import Evaluation, Feedback
from shared.kernel.holding import Holding


def holdings(state: Feedback) -> tuple[Holding, ...]:
    return tuple(holding(each) for each in state.evaluations.values())


def holding(evaluation: Evaluation) -> Holding:
    opened = evaluation.opened
    owed = (opened.due,) if evaluation.status == "open" else ()
    return Holding(opened.evaluation, None, owed=owed)
