"""What the facts of a feedback stream add up to: evaluations by id, and rounds already ordered."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Literal, assert_never

from services.feedback.domain.events import FeedbackEvent
from services.feedback.domain.rules import Grades, same_text
from shared.contracts.case_event import CaseMark, PartInTask
from shared.contracts.feedback import (
    CaseRated,
    EvaluationLapsed,
    EvaluationOpened,
    FeedbackStopped,
    RehandlingOrdered,
)
from shared.kernel.actor import Actor
from shared.kernel.messages import Command, Text
from shared.kernel.policy import Due

Relations = dict[str, frozenset[str]]


@dataclass(frozen=True)
class Evaluation:
    id: str
    round: int
    task: str
    unit: str
    part: PartInTask
    scope: Text
    rater: str
    due: Due
    status: Literal["open", "rated", "lapsed"] = "open"
    grades: Grades | None = None
    reason: Text = ""
    entered_by: str | None = None
    rehandling: int | None = None

    def says(self, grades: Grades, reason: Text, entered_by: str) -> bool:
        """The same person entered the same rating before."""
        same = (self.grades, self.entered_by) == (grades, entered_by)
        return same and same_text(self.reason, reason)


@dataclass(frozen=True)
class Feedback:
    """`rehandled`: tasks that got another round; `stopped`: why no rating is awaited."""

    mark: CaseMark | None = None
    evaluations: Mapping[str, Evaluation] = field(default_factory=dict)
    rehandled: frozenset[str] = frozenset()
    stopped: str | None = None

    def asked(self, task: str, rater: str) -> bool:
        return any(e.task == task and e.rater == rater for e in self.evaluations.values())

    def marks(self) -> dict[str, Any]:
        return self.mark.model_dump() if self.mark else {}

    def about(self, evaluation: Evaluation) -> dict[str, Any]:
        """What every fact about one evaluation repeats."""
        return {
            **self.marks(),
            "round": evaluation.round,
            "evaluation": evaluation.id,
            "task": evaluation.task,
            "unit": evaluation.unit,
            "rater": evaluation.rater,
        }


def evolve(state: Feedback, event: FeedbackEvent) -> Feedback:
    state = replace(state, mark=CaseMark.of(event))
    match event:
        case EvaluationOpened():
            return changed(state, opened(event))
        case CaseRated():
            return changed(state, rated(state.evaluations[event.evaluation], event))
        case EvaluationLapsed():
            lapsed = replace(state.evaluations[event.evaluation], status="lapsed")
            return changed(state, lapsed)
        case RehandlingOrdered():
            return replace(state, rehandled=state.rehandled | {event.previous_task})
        case FeedbackStopped():
            return replace(state, stopped=event.reason)
        case _:
            assert_never(event)


def changed(state: Feedback, evaluation: Evaluation) -> Feedback:
    return replace(state, evaluations={**state.evaluations, evaluation.id: evaluation})


def opened(event: EvaluationOpened) -> Evaluation:
    return Evaluation(
        id=event.evaluation,
        round=event.round,
        task=event.task,
        unit=event.unit,
        part=event.part,
        scope=event.scope,
        rater=event.rater,
        due=event.due,
    )


def rated(evaluation: Evaluation, event: CaseRated) -> Evaluation:
    return replace(
        evaluation,
        status="rated",
        grades=Grades(event.attitude, event.result, event.overall),
        reason=event.reason,
        entered_by=event.entered_by,
        rehandling=event.rehandling,
    )


def situation(command: Command | None, state: Feedback) -> str:
    """The status of the command's evaluation, else whether ratings are awaited at all."""
    evaluation = state.evaluations.get(getattr(command, "evaluation", ""))
    return situation_of(evaluation, state)


def situation_of(evaluation: Evaluation | None, state: Feedback) -> str:
    if state.stopped:
        return "stopped"
    return evaluation.status if evaluation else "running"


def relations(actor: Actor, command: Command | None, state: Feedback) -> Relations:
    """To the evaluation that the command is about, else to any of the case."""
    wanted = getattr(command, "evaluation", None)
    asked = [e for e in state.evaluations.values() if wanted in (None, e.id)]
    return relations_to(actor, asked, state)


def relations_to(actor: Actor, asked: Sequence[Evaluation], state: Feedback) -> Relations:
    """`agency`: at the agency itself, not below; `rater`: the person asked; `task-unit`: over the
    unit that replied."""
    agency = state.mark.agency if state.mark else ""
    brought = state.mark is not None and actor.brought(agency, state.mark.client)
    own = frozenset({"proposer"} if any(e.rater == actor.sub for e in asked) else ())
    return {
        "agency": actor.roles_at(agency),
        "task-unit": frozenset[str]().union(*(actor.roles_over(e.unit) for e in asked)),
        "rater": own,
        "proposer": own,
        "client": frozenset({"client"} if brought else ()),
    }
