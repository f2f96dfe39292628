"""Facts of the review of an opinion on a petition (复查、复核): a reply is known, its petitioner
asks, a hearing is held, the organ decides, the petitioner is told; and the end of the way
(终结). Only feedback may record them (ADR 100)."""

from typing import Annotated, ClassVar, Literal, get_args

from shared.contracts.case_event import CaseEvent
from shared.contracts.effects import EVERY, Effects, meets, opens, pauses, resumes, withdraws
from shared.contracts.signers import NoticeMode
from shared.kernel.codes import Code, DocumentNumber, Id
from shared.kernel.days import Day
from shared.kernel.form_words import titled
from shared.kernel.messages import Act, Event, Text
from shared.kernel.moment import Moment
from shared.kernel.petition_rules import HearingRule, ReviewLevel
from shared.kernel.policy import Due
from shared.kernel.shape import Shape

ReviewOutcome = Literal["upheld", "changed", "remitted"]
"""维持, 变更, 责令重新办理."""
Ending = Literal["rechecked", "not-requested"]
"""Ends of the way: the last level has decided, or the time to ask has passed."""

LEVELS: tuple[ReviewLevel, ...] = get_args(ReviewLevel)


def of_each_level(what: str) -> tuple[str, ...]:
    """Returns the obligation of each level about `what`: `review-request`, `recheck-request`."""
    return tuple(f"{level}-{what}" for level in LEVELS)


WINDOWS, HEARINGS, DELIVERIES = map(of_each_level, ("request", "hearing", "delivery"))
"""Time to ask, day of the hearing, delivery of the opinion, by level."""


class ReviewName(Shape):
    """The reply under review, by its task and unit, and the level."""

    level: ReviewLevel
    task: Id
    unit: Id


class OnReview(CaseEvent, ReviewName):
    """A fact about the review of one reply at one level."""


class ReviewWish(Shape):
    """Request of a petitioner who is not satisfied with the opinion, which came in on the day
    `on`."""

    reason: Annotated[Text, titled("不服的事实和理由")]
    on: Annotated[
        Day | None,
        titled("收到书面请求的日期", hint="代录书面请求时填写，不填即今天；本人提出的不填"),
    ] = None


class HearingPlan(Shape):
    """Day and place of a hearing (听证), and who presides."""

    day: Annotated[Day, titled("听证日期")]
    place: Annotated[Text, titled("听证地点", hint="连同开始的时刻，如：上午九时，听证室")]
    chair: Annotated[Text, titled("听证主持人", hint="不得是承办人员；印在听证通知书上")] = ""


class HearingRecord(Shape):
    """Record of a hearing, and its day; one that is not held ends, too."""

    held: Annotated[bool, titled("听证情况", answers=("已举行", "没有举行"))]
    on: Annotated[Day | None, titled("结束日期", hint="不填即今天")] = None
    note: Annotated[Text, titled("听证纪要", hint="没有举行的，写明原因")]


class ReviewOpinion(Shape):
    """Opinion on a review: what was found, and the ruling. `issuer` is the organ that made it,
    where another one enters it here."""

    outcome: Annotated[ReviewOutcome, titled("结论", codes="review-outcome")]
    findings: Annotated[Text, titled("查明的情况")]
    ruling: Annotated[Text, titled("意见", hint="结论的依据和内容，送达信访人")]
    number: Annotated[DocumentNumber, titled("文号")] = ""
    issuer: Annotated[
        Text,
        titled("作出机关", hint="上一级机关作出、由本机构登记的，写其名称；本机构作出的不填"),
    ] = ""


class OpinionHandover(Shape):
    """Delivery of the opinion to the petitioner on the day `on`."""

    on: Annotated[Day, titled("送达日期", hint="可以补记，按送达当日填写")]
    mode: Annotated[NoticeMode, titled("送达方式", codes="notice-mode")]


class PurposeNoted(CaseEvent):
    """The purpose of the petition is known here (import); opinions on some are not reviewed."""

    type: ClassVar[str] = "purpose.noted.v1"
    obligations: ClassVar[Effects] = (
        withdraws(*WINDOWS, why="classified", subject=EVERY, when={"reviewable": (False,)}),
    )

    purpose: Code
    reviewable: bool


class DeliveryNoted(CaseEvent):
    """All proposers have the reply of a task since the day `on` (import): they may ask for its
    review, where the purpose of the petition has one."""

    type: ClassVar[str] = "delivery.noted.v1"

    task: Id
    unit: Id
    part: Literal["lead", "co", "separate"]
    scope: Text = ""
    on: Day
    raters: tuple[Id, ...]


class ReviewOpened(OnReview):
    """From now on, until `until`, the petitioner may ask for the review."""

    type: ClassVar[str] = "review.opened.v1"
    obligations: ClassVar[Effects] = (opens(*WINDOWS, due="until", person="asker"),)

    asker: Id
    until: Due


class ReviewRequested(OnReview, ReviewWish, Act):
    """A petitioner asks, or an office enters his paper; `organ` decides, by this rule of a hearing.
    A paper that came in time may undo the end of the way."""

    type: ClassVar[str] = "review.requested.v1"
    counts_on: ClassVar[str | None] = "on"
    obligations: ClassVar[Effects] = (
        meets(*WINDOWS, why="review-requested"),
        opens(*LEVELS, due="due", of_unit=False),
    )

    organ: Id
    due: Due
    hearing: HearingRule


class HearingCalled(OnReview, HearingPlan, Act):
    """A hearing is fixed. Where it is `paused`, its time does not count (信访工作条例第36条)."""

    type: ClassVar[str] = "hearing.called.v1"
    obligations: ClassVar[Effects] = (
        pauses(*LEVELS, why="hearing", when={"paused": (True,)}),
        opens(*HEARINGS, due="ends", of_unit=False),
    )

    paused: bool
    ends: Due


class HearingEnded(OnReview, HearingRecord, Act):
    """The hearing is over; the time of the organ runs again until `due`."""

    type: ClassVar[str] = "hearing.ended.v1"
    counts_on: ClassVar[str | None] = "on"
    obligations: ClassVar[Effects] = (
        meets(*HEARINGS, why="heard"),
        resumes(*LEVELS, why="heard", due="due", when={"paused": (True,)}),
    )

    paused: bool
    due: Due


class ReviewDecided(OnReview, ReviewOpinion, Act):
    """The organ has decided; the petitioner gets its opinion. An opinion that remits the matter
    orders the next round in the same commit."""

    type: ClassVar[str] = "review.decided.v1"
    obligations: ClassVar[Effects] = (
        meets(*LEVELS, why="review-decided"),
        opens(*DELIVERIES, due="deliver_by", of_unit=False),
    )

    deliver_by: Due


class ReviewDelivered(OnReview, OpinionHandover, Act):
    """The petitioner has the opinion."""

    type: ClassVar[str] = "review.delivered.v1"
    counts_on: ClassVar[str | None] = "on"
    obligations: ClassVar[Effects] = (meets(*DELIVERIES, why="review-delivered"),)


class PetitionConcluded(OnReview):
    """The way of the petition is at its end (终结): on the same facts and grounds nothing is
    accepted again. Until `papers_until` a request that came in on paper before may be entered."""

    type: ClassVar[str] = "petition.concluded.v1"
    obligations: ClassVar[Effects] = (meets(*WINDOWS, why="not-requested"),)

    ending: Ending
    papers_until: Moment | None = None


ABOUT_REVIEWS = (
    PurposeNoted
    | DeliveryNoted
    | ReviewOpened
    | ReviewRequested
    | HearingCalled
    | HearingEnded
    | ReviewDecided
    | ReviewDelivered
    | PetitionConcluded
)
FACTS: tuple[type[Event], ...] = get_args(ABOUT_REVIEWS)
