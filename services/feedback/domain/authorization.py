"""Authorization: what an actor is to the evaluations and reviews of a case, and which actions are
open."""

from collections.abc import Collection, Iterator, Mapping
from datetime import datetime

from services.feedback.domain.commands import DecideRehandling, RateByProxy, RateReply
from services.feedback.domain.reviews.commands import (
    CallHearing,
    DecideReview,
    DeliverReview,
    EndHearing,
    RequestReview,
)
from services.feedback.domain.reviews.state import Review, ReviewStatus
from services.feedback.domain.state import Evaluation, Feedback
from shared.kernel.access import Offer, RolesByRelation
from shared.kernel.actor import Actor
from shared.kernel.messages import Command
from shared.kernel.relations import relations_to_case


def situation(command: Command | None, state: Feedback) -> str:
    """The status of the command's evaluation, or the level of the review that it is about; else
    whether ratings are awaited at all."""
    if review := state.reviews.last(getattr(command, "task", "")):
        return situation_of_review(review, state)
    return situation_of(state.evaluations.get(getattr(command, "evaluation", "")), state)


def situation_of(evaluation: Evaluation | None, state: Feedback) -> str:
    if state.stopped:
        return "stopped"
    return evaluation.status if evaluation else "running"


def situation_of_review(review: Review, state: Feedback) -> str:
    return "stopped" if state.stopped else review.level


def relations(actor: Actor, command: Command | None, state: Feedback) -> RolesByRelation:
    """Relations to the evaluation or the reply that the command is about, else to any of the
    case."""
    if task := getattr(command, "task", None):
        return relations_to_reply(actor, task, state)
    wanted = getattr(command, "evaluation", None)
    evaluations = [e for key, e in state.evaluations.items() if wanted in (None, key)]
    found = relations_to(actor, evaluations, state)
    if wanted:
        return found
    replies = [relations_to_reply(actor, each, state) for each in state.reviews.deliveries]
    return {name: roles.union(*(one[name] for one in replies)) for name, roles in found.items()}


def relations_to_reply(actor: Actor, task: str, state: Feedback) -> RolesByRelation:
    """`rater`: a person who got the reply; `task-unit`: roles over the unit that gave it."""
    delivery = state.reviews.deliveries.get(task)
    found = relations_to_case(
        actor,
        state.mark,
        task_roles=[actor.roles_over(delivery.unit)] if delivery else [],
        proposers=delivery.raters if delivery else (),
    )
    return {**found, "rater": found["proposer"]}


def relations_to(
    actor: Actor, evaluations: Collection[Evaluation], state: Feedback
) -> RolesByRelation:
    """`rater`: the person asked, who is a proposer of the case; `task-unit`: roles over the unit
    that replied."""
    found = relations_to_case(
        actor,
        state.mark,
        task_roles=[actor.roles_over(each.opened.unit) for each in evaluations],
        proposers=[each.opened.rater for each in evaluations],
    )
    return {**found, "rater": found["proposer"]}


def later(actor: Actor, state: Feedback) -> Iterator[Offer]:
    """Yields the rating of every evaluation that has none."""
    for evaluation in state.in_order():
        if evaluation.status != "rated":
            own = evaluation.opened.rater == actor.sub
            action = RateReply.name if own else RateByProxy.name
            roles = relations_to(actor, [evaluation], state)
            yield Offer(
                action, roles, situation_of(evaluation, state), evaluation.opened.evaluation
            )


def offers(actor: Actor, state: Feedback, now: datetime) -> Iterator[Offer]:
    """Offers every open evaluation: to its rater to fill in, to others to enter by proxy; one that
    lapsed, while paper forms may be entered; and one on which the organ has to decide."""
    for evaluation in state.in_order():
        situation = situation_of(evaluation, state)
        if evaluation.is_under_review and situation != "stopped":
            relations, name = relations_to(actor, [evaluation], state), DecideRehandling.name
            yield Offer(name, relations, situation, evaluation.opened.evaluation)
        own = evaluation.opened.rater == actor.sub
        late = situation == "lapsed" and evaluation.takes_forms(now) and not own
        if situation == "open" or late:
            action = RateReply.name if own else RateByProxy.name
            relations = relations_to(actor, [evaluation], state)
            yield Offer(action, relations, situation, evaluation.opened.evaluation)
    yield from offers_on_reviews(actor, state, now)


STEPS: Mapping[ReviewStatus, tuple[type[Command], ...]] = {
    "open": (RequestReview,),
    "requested": (DecideReview, CallHearing),
    "hearing": (EndHearing,),
    "decided": (DeliverReview,),
}
"""Acts on a review, by its status."""


def offers_on_reviews(actor: Actor, state: Feedback, now: datetime) -> Iterator[Offer]:
    """Offers the next steps of every review; the request as long as it may come in, to others than
    the petitioner while a paper that came in before may be entered."""
    for review in () if state.stopped else state.reviews.current():
        task = review.opened.task
        found = relations_to_reply(actor, task, state)
        own = bool(found["rater"])
        steps = STEPS.get(review.status, ())
        late = review.status == "open" and own and now >= review.opened.until.at
        if review.takes_papers(now) and not own:
            steps = (RequestReview,)
        for step in () if late else steps:
            if step is not CallHearing or review.may_be_heard:
                yield Offer(step.name, found, situation_of_review(review, state), task)
