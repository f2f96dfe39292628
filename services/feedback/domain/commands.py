"""Commands of feedback."""

from typing import ClassVar

from services.feedback.domain.reviews.commands import ReviewAction, ReviewCommand
from shared.contracts.case_event import CaseMark, PartInTask
from shared.contracts.feedback import Rating, RehandlingDecision
from shared.kernel.codes import Code, Id
from shared.kernel.days import Day
from shared.kernel.messages import Command, RuledCommand, Text


class OpenEvaluations(RuledCommand):
    """Ask these raters: a reply was delivered, the last of it on the day `on` (import of
    case.replied)."""

    name: ClassVar[str] = "open-evaluations"
    salted: ClassVar[bool] = True

    mark: CaseMark
    round: int
    task: Id
    unit: Id
    part: PartInTask
    scope: Text = ""
    raters: tuple[Id, ...]
    on: Day | None = None


class Rate(RuledCommand, Rating):
    """The two ways of rating have the same fields."""

    evaluation: Id


class RateReply(Rate):
    """The proposer rates."""

    name: ClassVar[str] = "rate-reply"


class RateByProxy(Rate):
    """The office enters the proposer's paper form (代录), received on the day `on`."""

    name: ClassVar[str] = "rate-by-proxy"

    on: Day | None = None


class DecideRehandling(RuledCommand, RehandlingDecision):
    """The organ decides whether a case is handled again after a rating (再次办理审核)."""

    name: ClassVar[str] = "decide-rehandling"

    evaluation: Id


class LapseEvaluation(RuledCommand):
    """The rating window passed (the rung of its clock that deems)."""

    name: ClassVar[str] = "lapse-evaluation"

    evaluation: Id


class StopFeedback(Command):
    """The case was withdrawn or erased (import)."""

    name: ClassVar[str] = "stop-feedback"

    mark: CaseMark
    round: int
    reason: Code


FeedbackAction = RateReply | RateByProxy | DecideRehandling | ReviewAction
"""Commands that people send."""

FeedbackCommand = (
    RateReply
    | RateByProxy
    | DecideRehandling
    | OpenEvaluations
    | LapseEvaluation
    | StopFeedback
    | ReviewCommand
)
