"""What feedback may be asked."""

from typing import ClassVar

from shared.contracts.case_event import CaseMark, PartInTask
from shared.contracts.feedback import Grade
from shared.kernel.codes import Code, Id
from shared.kernel.messages import Command, Free, RuledCommand, Text


class OpenEvaluations(RuledCommand):
    """A reply was delivered: ask these raters (import of case.replied)."""

    name: ClassVar[str] = "open-evaluations"

    mark: CaseMark
    round: int
    task: Id
    unit: Id
    part: PartInTask
    scope: Text = ""
    raters: tuple[Id, ...]


class Rating(RuledCommand):
    """What both ways of rating say; `overall` is the worse of the two answers unless given."""

    evaluation: Id
    attitude: Grade
    result: Grade
    overall: Grade | None = None
    reason: Free = ""


class RateReply(Rating):
    """The proposer rates."""

    name: ClassVar[str] = "rate-reply"


class RateByProxy(Rating):
    """The office enters the proposer's paper form (代录)."""

    name: ClassVar[str] = "rate-by-proxy"


class LapseEvaluation(Command):
    """The rating window passed (the rung of its clock that deems)."""

    name: ClassVar[str] = "lapse-evaluation"

    evaluation: Id


class StopFeedback(Command):
    """The case was withdrawn or erased (import)."""

    name: ClassVar[str] = "stop-feedback"

    mark: CaseMark
    round: int
    reason: Code


FeedbackCommand = OpenEvaluations | RateReply | RateByProxy | LapseEvaluation | StopFeedback
