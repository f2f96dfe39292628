"""Authorization: what an actor is to the evaluations of a case, and which actions are open."""

from collections.abc import Collection, Iterator
from datetime import datetime

from services.feedback.domain.commands import DecideRehandling, RateByProxy, RateReply
from services.feedback.domain.state import Evaluation, Feedback
from shared.kernel.access import Offer, RolesByRelation
from shared.kernel.actor import Actor
from shared.kernel.messages import Command
from shared.kernel.relations import relations_to_case


def situation(command: Command | None, state: Feedback) -> str:
    """The status of the command's evaluation, else whether ratings are awaited at all."""
    return situation_of(state.evaluations.get(getattr(command, "evaluation", "")), state)


def situation_of(evaluation: Evaluation | None, state: Feedback) -> str:
    if state.stopped:
        return "stopped"
    return evaluation.status if evaluation else "running"


def relations(actor: Actor, command: Command | None, state: Feedback) -> RolesByRelation:
    """Relations to the evaluation that the command is about, else to any of the case."""
    wanted = getattr(command, "evaluation", None)
    evaluations = [e for key, e in state.evaluations.items() if wanted in (None, key)]
    return relations_to(actor, evaluations, state)


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
