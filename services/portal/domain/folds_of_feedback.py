"""Folds of feedback: a row for each evaluation, and for each reply whose review may be asked for
(复查、复核), with where its way stands."""

from collections.abc import Callable, Mapping
from typing import Any

from services.portal.domain.derived import Case, part
from services.portal.domain.folds_of_intake import Fields, Fold
from shared.contracts import feedback as f
from shared.contracts import reviews as v
from shared.kernel.messages import Event
from shared.kernel.moment import stamp
from shared.kernel.petition_rules import ReviewLevel


def evaluation(change: Callable[[Any], Fields]) -> Fold:
    def fold(owned: Fields, event: Any, at: str) -> None:
        first = {"round": event.round, "unit": event.unit, "rater": event.rater}
        rows: dict[str, Fields] = owned.setdefault("evaluations", {})
        row = rows.setdefault(event.evaluation, first)
        row |= change(event)

    return fold


def rated(event: f.CaseRated) -> Fields:
    """Returns the grades; a rating may take the place of a lapse."""
    again = {"lapsed": False} if event.replaces_lapse else {}
    review = {"review": "open"} if event.review else {}
    return {**event.fields(f.Grades), "rehandling": event.rehandling, **again, **review}


def reviewed(event: f.RehandlingReviewed) -> Fields:
    again = {"rehandling": event.round + 1} if event.ordered else {}
    return {"review": "ordered" if event.ordered else "refused", **again}


def of_reply(change: Callable[[Any], Fields]) -> Fold:
    """Folds into the row of the reply; a row begins with its unit and round."""

    def fold(owned: Fields, event: Any, at: str) -> None:
        rows: dict[str, Fields] = owned.setdefault("reviews", {})
        row = rows.setdefault(event.task, {"unit": event.unit, "round": event.round})
        row |= change(event)

    return fold


def opened(event: v.ReviewOpened) -> Fields:
    return {"state": f"may-{event.level}", "level": event.level, "until": stamp(event.until.at)}


def under_way(step: str) -> Callable[[v.OnReview], Fields]:
    """Returns the change by a fact of a review that is under way: the organ has to do `step`."""
    return lambda event: {"state": f"in-{event.level}", "level": event.level, "step": step}


def decided(owned: Fields, event: v.ReviewDecided, at: str) -> None:
    """Keeps which levels gave an opinion: each is printed."""
    of_reply(under_way("deliver-review"))(owned, event, at)
    row = owned["reviews"][event.task]
    row["opinions"] = {**row.get("opinions", {}), event.level: event.outcome}


def delivered(event: v.ReviewDelivered) -> Fields:
    return {"step": None, "state": None}


def concluded(event: v.PetitionConcluded) -> Fields:
    return {"state": event.ending}


def purpose(owned: Fields, event: v.PurposeNoted, at: str) -> None:
    """Takes the time to ask away where the purpose has no review."""
    if not event.reviewable:
        for row in owned.get("reviews", {}).values():
            if (row.get("state") or "").startswith("may-"):
                row["state"] = None


def superseded(owned: Fields, event: f.RehandlingOrdered, at: str) -> None:
    """Ends the way of a reply that is given anew; of one under review its opinion is delivered."""
    row = owned.get("reviews", {}).get(event.previous_task)
    if row and not row.get("step"):
        row["state"] = None


FOLDS_OF_FEEDBACK: Mapping[type[Event], Fold] = {
    f.EvaluationOpened: evaluation(lambda e: {"task": e.task, "due": stamp(e.due.at)}),
    f.CaseRated: evaluation(rated),
    f.RehandlingReviewed: evaluation(reviewed),
    f.EvaluationLapsed: evaluation(lambda e: {"lapsed": True}),
    v.PurposeNoted: purpose,
    v.ReviewOpened: of_reply(opened),
    v.ReviewRequested: of_reply(under_way("decide-review")),
    v.HearingCalled: of_reply(under_way("end-hearing")),
    v.HearingEnded: of_reply(under_way("decide-review")),
    v.ReviewDecided: decided,
    v.ReviewDelivered: of_reply(delivered),
    v.PetitionConcluded: of_reply(concluded),
    f.RehandlingOrdered: superseded,
}


def review_states(case: Case) -> list[str]:
    """Returns where the ways of the replies stand, each state once; that of a case that was
    withdrawn or erased is over."""
    if part(case, "intake").get("withdrawn_at") or part(case, "intake").get("erased_at"):
        return []
    rows = part(case, "feedback").get("reviews", {}).values()
    return sorted({row["state"] for row in rows if row.get("state")})


def reviewing(case: Case) -> list[tuple[ReviewLevel, str]]:
    """Returns the level and the next step of each review that is under way."""
    rows = part(case, "feedback").get("reviews", {}).values()
    return [(row["level"], row["step"]) for row in rows if row.get("step")]
