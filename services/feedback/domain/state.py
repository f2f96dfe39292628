"""The state of a feedback stream: evaluations by id, and tasks that got another round."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Literal

from services.feedback.domain.reviews.state import Reviews
from shared.contracts import feedback as facts
from shared.contracts.case_event import CaseMark
from shared.kernel.errors import NotFound
from shared.kernel.texts import same_text

Status = Literal["open", "rated", "lapsed"]
Review = Literal["open", "ordered", "refused"]


@dataclass(frozen=True)
class Evaluation:
    """One form with the facts that opened and rated it."""

    opened: facts.EvaluationOpened
    rated: facts.CaseRated | None = None
    lapsed: facts.EvaluationLapsed | None = None
    reviewed: facts.RehandlingReviewed | None = None

    @property
    def status(self) -> Status:
        if self.rated:
            return "rated"
        return "lapsed" if self.lapsed else "open"

    @property
    def is_under_review(self) -> bool:
        """Returns whether the organ has still to decide if the case is handled again."""
        return self.rated is not None and self.rated.review is not None and self.reviewed is None

    @property
    def review(self) -> Review | None:
        """Returns how far the organ is with a rating that it decides on."""
        if self.reviewed:
            return "ordered" if self.reviewed.ordered else "refused"
        return "open" if self.is_under_review else None

    @property
    def next_round(self) -> int | None:
        """Returns the round that the rating, or the decision on it, ordered."""
        if self.reviewed and self.reviewed.ordered:
            return self.opened.round + 1
        return self.rated.rehandling if self.rated else None

    def takes_forms(self, at: datetime) -> bool:
        """Returns whether it lapsed, and a paper form that was received before may be entered."""
        until = self.lapsed.forms_until if self.lapsed else None
        return self.status == "lapsed" and until is not None and at < until

    def repeats(self, rating: facts.Rating, entered_by: str) -> bool:
        """Returns whether the same person entered the same rating before."""
        if self.rated is None or self.rated.entered_by != entered_by:
            return False
        same_grades = self.rated.fields(facts.Grades) == rating.fields(facts.Grades)
        return same_grades and same_text(self.rated.reason, rating.reason)


@dataclass(frozen=True)
class Feedback:
    """`rehandled`: tasks that got another round; `stopped`: why no rating is awaited; `reviews`:
    those of the opinions on a petition."""

    mark: CaseMark | None = None
    evaluations: Mapping[str, Evaluation] = field(default_factory=dict)
    rehandled: frozenset[str] = frozenset()
    stopped: str | None = None
    reviews: Reviews = field(default_factory=Reviews)

    def is_asked(self, task: str, rater: str) -> bool:
        forms = (each.opened for each in self.evaluations.values())
        return any((form.task, form.rater) == (task, rater) for form in forms)

    @property
    def is_settled(self) -> bool:
        """Returns whether every rater was heard, also of the rounds that were ordered: only then
        units learn who rated."""
        forms = [each.opened for each in self.evaluations.values()]
        again = [form for form in forms if form.task in self.rehandled]
        answered = all(
            any(other.unit == form.unit and other.round > form.round for other in forms)
            for form in again
        )
        return answered and not any(
            each.status == "open" or each.is_under_review for each in self.evaluations.values()
        )

    def in_order(self) -> Sequence[Evaluation]:
        """Returns the evaluations by round, then unit, then rater."""
        return sorted(
            self.evaluations.values(),
            key=lambda each: (each.opened.round, each.opened.unit, each.opened.rater),
        )


def opened(state: Feedback, event: facts.EvaluationOpened) -> Feedback:
    return changed(state, Evaluation(event))


def rated(state: Feedback, event: facts.CaseRated) -> Feedback:
    return changed(state, replace(state.evaluations[event.evaluation], rated=event))


def reviewed(state: Feedback, event: facts.RehandlingReviewed) -> Feedback:
    return changed(state, replace(state.evaluations[event.evaluation], reviewed=event))


def lapsed(state: Feedback, event: facts.EvaluationLapsed) -> Feedback:
    return changed(state, replace(state.evaluations[event.evaluation], lapsed=event))


def changed(state: Feedback, evaluation: Evaluation) -> Feedback:
    evaluations = {**state.evaluations, evaluation.opened.evaluation: evaluation}
    return replace(state, evaluations=evaluations)


def rehandled(state: Feedback, event: facts.RehandlingOrdered) -> Feedback:
    """Keeps that the reply has a successor, and is not reviewed any more where nobody has asked."""
    reviews = state.reviews.without_open(event.previous_task)
    return replace(state, rehandled=state.rehandled | {event.previous_task}, reviews=reviews)


def stopped(state: Feedback, event: facts.FeedbackStopped) -> Feedback:
    return replace(state, stopped=event.reason)


def existing(evaluation: str, feedback: Feedback) -> Evaluation:
    """Raises NotFound."""
    if evaluation not in feedback.evaluations:
        raise NotFound(evaluation)
    return feedback.evaluations[evaluation]


def marked(feedback: Feedback) -> CaseMark:
    """Returns the mark of the case; every fact of its stream has set it."""
    assert feedback.mark is not None
    return feedback.mark
