"""Tables of the decisions and folds of reviews, for the decider of feedback."""

from collections.abc import Callable
from dataclasses import replace
from typing import TypeVar

from services.feedback.domain.reviews import commands, hearings, opinions, requests, state
from services.feedback.domain.reviews.state import Review, Reviews
from services.feedback.domain.state import Feedback
from shared.contracts import reviews as facts
from shared.kernel.decider import Decide, Evolve, Rows
from shared.kernel.messages import Event

F = TypeVar("F", bound=facts.OnReview)
E = TypeVar("E", bound=Event)


def of_all(fold: Callable[[Reviews, E], Reviews]) -> Callable[[Feedback, E], Feedback]:
    """Returns the fold of all reviews as one of the evaluations of the case."""
    return lambda feedback, fact: replace(feedback, reviews=fold(feedback.reviews, fact))


def of_last(fold: Callable[[Review, F], Review]) -> Callable[[Feedback, F], Feedback]:
    """Returns the fold of the last review of the reply that the fact names."""

    def folded(reviews: Reviews, fact: F) -> Reviews:
        chain = reviews.by_task[fact.task]
        return reviews.with_chain(fact.task, (*chain[:-1], fold(chain[-1], fact)))

    return of_all(folded)


DECIDE: Rows[Decide[Feedback]] = Rows(
    {
        commands.NotePurpose: requests.note_purpose,
        commands.RequestReview: requests.request,
        commands.LapseReview: requests.lapse,
        commands.CallHearing: hearings.call,
        commands.EndHearing: hearings.end,
        commands.DecideReview: opinions.decide,
        commands.DeliverReview: opinions.deliver,
    }
)
EVOLVE: Rows[Evolve[Feedback]] = Rows(
    {
        facts.PurposeNoted: of_all(state.purpose_noted),
        facts.DeliveryNoted: of_all(state.delivery_noted),
        facts.ReviewOpened: of_all(state.opened),
        facts.ReviewRequested: of_last(state.requested),
        facts.HearingCalled: of_last(state.hearing_called),
        facts.HearingEnded: of_last(state.hearing_ended),
        facts.ReviewDecided: of_last(state.decided),
        facts.ReviewDelivered: of_last(state.delivered),
        facts.PetitionConcluded: of_last(state.concluded),
    }
)
