"""Facts of feedback: how each proposer rates the reply, and what follows. Only feedback may
record them."""

from typing import ClassVar, Literal

from shared.contracts.case_event import CaseEvent, PartInTask, Task
from shared.contracts.obligations import Effects, meets, opens
from shared.kernel.codes import Code, Id
from shared.kernel.messages import Event, Text
from shared.kernel.policy import Due

Grade = Literal["satisfied", "basically-satisfied", "unsatisfied"]


class EvaluationOpened(CaseEvent):
    """A proposer is asked to rate a delivered reply (征询意见表). `rater` is the person, or
    `office` for the unknown. `part` and `scope` are those of the replied task: a second handling
    gives the unit the same."""

    type: ClassVar[str] = "evaluation.opened.v1"
    obligations: ClassVar[Effects] = (
        opens("rating", due="due", subject="evaluation", person="rater"),
    )

    evaluation: Id
    task: Id
    unit: Id
    part: PartInTask = "lead"
    scope: Text = ""
    rater: Id
    due: Due


class CaseRated(CaseEvent):
    """The proposer rated attitude and result; unsatisfied carries a reason.

    `rehandling` is the round that this rating ordered, so that nobody closes the case in between.
    `entered_by` differs from `rater` when the office entered a paper form.
    """

    type: ClassVar[str] = "case.rated.v1"
    obligations: ClassVar[Effects] = (meets("rating", why="rated", subject="evaluation"),)

    evaluation: Id
    task: Id
    unit: Id
    rater: Id
    attitude: Grade
    result: Grade
    overall: Grade
    reason: Text = ""
    entered_by: Id
    rehandling: int | None = None


class EvaluationLapsed(CaseEvent):
    """The window passed without a rating: counted as 未表态, never as satisfied."""

    type: ClassVar[str] = "evaluation.lapsed.v1"
    obligations: ClassVar[Effects] = (meets("rating", why="lapsed", subject="evaluation"),)

    evaluation: Id
    task: Id
    unit: Id
    rater: Id


class RehandlingOrdered(CaseEvent):
    """The case is handled again: `tasks` of the next round, each with its own clock."""

    type: ClassVar[str] = "rehandling.ordered.v1"

    next_round: int
    previous_task: Id
    tasks: tuple[Task, ...]
    reason: Text = ""
    higher_signer: bool = True


class FeedbackStopped(CaseEvent):
    """The case was withdrawn or erased: no rating is awaited any more (import)."""

    type: ClassVar[str] = "feedback.stopped.v1"

    reason: Code


FACTS: tuple[type[Event], ...] = (
    EvaluationOpened,
    CaseRated,
    EvaluationLapsed,
    RehandlingOrdered,
    FeedbackStopped,
)
