"""Commands about the review of opinions on petitions."""

from typing import ClassVar

from shared.contracts import reviews as facts
from shared.contracts.case_event import CaseMark
from shared.kernel.codes import Code, Id
from shared.kernel.messages import RuledCommand
from shared.kernel.petition_rules import ReviewLevel


class NotePurpose(RuledCommand):
    """The purpose of a petition is known, or corrected (import of case.accepted and
    case.classified)."""

    name: ClassVar[str] = "note-purpose"

    mark: CaseMark
    purpose: Code


class AboutReview(RuledCommand):
    """An act about the review of a reply, which it names by its task."""

    task: Id


class RequestReview(AboutReview, facts.ReviewWish):
    """请求复查、复核: by the petitioner, or by the office that has his paper."""

    name: ClassVar[str] = "request-review"


class CallHearing(AboutReview, facts.HearingPlan):
    """决定听证."""

    name: ClassVar[str] = "call-hearing"


class EndHearing(AboutReview, facts.HearingRecord):
    """登记听证情况: it was held, or is not held."""

    name: ClassVar[str] = "end-hearing"


class DecideReview(AboutReview, facts.ReviewOpinion):
    """作出复查、复核意见."""

    name: ClassVar[str] = "decide-review"


class DeliverReview(AboutReview, facts.OpinionHandover):
    """送达复查、复核意见."""

    name: ClassVar[str] = "deliver-review"


class LapseReview(AboutReview):
    """The time to ask has passed (the rung of its clock that deems)."""

    name: ClassVar[str] = "lapse-review"

    level: ReviewLevel


ReviewAction = RequestReview | CallHearing | EndHearing | DecideReview | DeliverReview
"""Commands about reviews that people send."""

ReviewCommand = ReviewAction | NotePurpose | LapseReview
