"""Facts of feedback: how each proposer rates the reply, and which handling follows. Only feedback
may record them."""

from typing import Annotated, ClassVar, Literal, get_args

from shared.contracts.case_event import CaseEvent, PartInTask, Task
from shared.contracts.effects import Effects, meets, opens, withdraws
from shared.contracts.handling import begins
from shared.contracts.reviews import ABOUT_REVIEWS, WINDOWS
from shared.kernel.codes import Code, Id
from shared.kernel.days import Day
from shared.kernel.form_words import titled
from shared.kernel.messages import Event, Text
from shared.kernel.moment import Moment
from shared.kernel.policy import Due
from shared.kernel.shape import Shape

Grade = Literal["satisfied", "basically-satisfied", "unsatisfied"]


class EvaluationForm(Shape):
    """One 征询意见表 about the reply to `task` by `unit`. `rater` is the person, or `office` for
    unknown proposers."""

    evaluation: Id
    task: Id
    unit: Id
    rater: Id


class Grades(Shape):
    """The answers of a form. `overall` is the worse of the two others unless it is given."""

    attitude: Annotated[Grade, titled("办理态度", codes="grade")]
    result: Annotated[Grade, titled("办理结果", codes="grade")]
    overall: Annotated[
        Grade | None, titled("总体评价", hint="不填时取两项中较差的一项", codes="grade")
    ] = None


class Rating(Grades):
    """A form filled in; an unsatisfied answer needs a reason."""

    reason: Annotated[Text, titled("具体意见", hint="任一项不满意时必填")] = ""


class RehandlingDecision(Shape):
    """Decision of the organ on a rating that is not satisfied: whether the case is handled again,
    and why."""

    ordered: Annotated[
        bool,
        titled(
            "审核意见",
            hint="不再办理的，写明理由并告知提出人",
            answers=("再次办理", "不再办理"),
        ),
    ]
    note: Annotated[Text, titled("审核说明", hint="不再办理的必填")] = ""


class EvaluationOpened(CaseEvent, EvaluationForm):
    """A proposer is asked to rate a delivered reply (征询意见表). `part` and `scope` are those of
    the replied task: a second handling gives the unit the same."""

    type: ClassVar[str] = "evaluation.opened.v1"
    obligations: ClassVar[Effects] = (
        opens("rating", due="due", subject="evaluation", person="rater"),
    )

    part: PartInTask = "lead"
    scope: Text = ""
    due: Due


class CaseRated(CaseEvent, EvaluationForm, Rating):
    """The proposer rated attitude and result; unsatisfied carries a reason.

    `rehandling` is the round that this rating ordered, so that the case is not closed in between.
    `review`: until when the organ decides whether the case is handled again, where the policy row
    leaves it to the organ.
    `entered_by` differs from `rater` when the office entered a paper form, received on the day
    `on`. `replaces_lapse`: the form was received before the evaluation lapsed, and entered after.
    """

    type: ClassVar[str] = "case.rated.v1"
    counts_on: ClassVar[str | None] = "on"
    obligations: ClassVar[Effects] = (
        meets("rating", why="rated", subject="evaluation"),
        opens("rehandling-ruling", due="review", subject="evaluation", of_unit=False),
    )

    overall: Grade
    entered_by: Id
    on: Day | None = None
    replaces_lapse: bool = False
    rehandling: int | None = None
    review: Due | None = None


class RehandlingReviewed(CaseEvent, EvaluationForm, RehandlingDecision):
    """The organ decided on a rating that is not satisfied (再次办理审核); an order stands in the
    same commit."""

    type: ClassVar[str] = "rehandling.reviewed.v1"
    obligations: ClassVar[Effects] = (
        meets("rehandling-ruling", why="rehandling-decided", subject="evaluation"),
    )

    by: Id


class EvaluationLapsed(CaseEvent, EvaluationForm):
    """The window passed without a rating: counted as 未表态, never as satisfied.

    Until `forms_until` a paper form that came before may be entered, and takes its place.
    """

    type: ClassVar[str] = "evaluation.lapsed.v1"
    obligations: ClassVar[Effects] = (meets("rating", why="lapsed", subject="evaluation"),)

    forms_until: Moment | None = None


class RehandlingOrdered(CaseEvent):
    """The case is handled again: `tasks` of the next round, each with its own clock."""

    type: ClassVar[str] = "rehandling.ordered.v1"
    # The next opinion takes the place of this one, whose review nobody asked for.
    obligations: ClassVar[Effects] = (
        withdraws(*WINDOWS, why="handled-again", subject="previous_task"),
    )
    entails: ClassVar[Effects] = (
        *begins("tasks"),
        opens("sign-for", due="sign_for", each="tasks"),
    )

    next_round: int
    previous_task: Id
    tasks: tuple[Task, ...]
    reason: Text = ""
    higher_signer: bool = True


class FeedbackStopped(CaseEvent):
    """The case was withdrawn or erased: no rating is awaited any more (import)."""

    type: ClassVar[str] = "feedback.stopped.v1"

    reason: Code


FeedbackEvent = (
    EvaluationOpened
    | CaseRated
    | RehandlingReviewed
    | EvaluationLapsed
    | RehandlingOrdered
    | FeedbackStopped
    | ABOUT_REVIEWS
)
FACTS: tuple[type[Event], ...] = get_args(FeedbackEvent)
