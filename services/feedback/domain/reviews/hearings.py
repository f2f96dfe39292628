"""Decisions about hearings (听证): called in time, ended with a record; whether their time counts
is a rule of the level (信访工作条例第36条)."""

from collections.abc import Sequence
from datetime import timedelta

from services.feedback.domain.reviews.commands import CallHearing, EndHearing
from services.feedback.domain.reviews.requests import existing, on_review
from services.feedback.domain.reviews.state import Review, day_of
from services.feedback.domain.state import Feedback
from shared.contracts import reviews as facts
from shared.contracts.obligations import last_moment
from shared.kernel.calendar import business_day, ending_day
from shared.kernel.entries import check_entered
from shared.kernel.errors import RuleViolated
from shared.kernel.petition_rules import ReviewLevel
from shared.kernel.policy import Due, Policy
from shared.kernel.texts import require_text, same_payload

Facts = Sequence[facts.ABOUT_REVIEWS]


def call(command: CallHearing, feedback: Feedback) -> Facts:
    """Fixes the hearing; the clock stands still from now on where its time does not count, and only
    a clock that has not run out."""
    review = existing(command.task, feedback)
    if review.hearing and same_payload(command, review.hearing, facts.HearingPlan):
        return []
    rule = require_hearable(review)
    require_notice(command, review.level)
    due = command.rules.recounted(due_of(review))
    return [
        facts.HearingCalled(
            at=command.at,
            by=command.by,
            **on_review(review, feedback),
            **command.fields(facts.HearingPlan),
            paused=rule == "not-counted" and command.at < due.at,
            ends=command.rules.on_day(f"{review.level}-hearing", command.day),
        )
    ]


def require_hearable(review: Review) -> str:
    """Returns the rule of the hearing. Raises RuleViolated where none may be called now."""
    rule = require_under_way(review).hearing
    if rule == "none":
        message = f"按办理规则，{{rule:{review.level}}}不举行听证"
        raise RuleViolated("no-hearing", message)
    if review.hearing:
        raise RuleViolated("hearing-open", "已经决定听证，尚未登记听证情况")
    if review.was_heard:
        raise RuleViolated("hearing-held", "已经举行过听证")
    return rule


def require_under_way(review: Review) -> facts.ReviewRequested:
    """Returns the request that waits for the opinion. Raises RuleViolated where none does."""
    if review.requested is None or review.decided:
        raise RuleViolated("review-not-under-way", "没有正在办理的复查、复核")
    return review.requested


def require_notice(command: CallHearing, level: ReviewLevel) -> None:
    """Those who take part are told some days before; a hearing is not put off beyond its period, as
    the clock may stand still until then."""
    rules = command.rules.row.reviews
    first = business_day(command.at) + timedelta(days=rules.hearing_days if rules else 0)
    if command.day < first:
        raise RuleViolated("hearing-too-soon", f"听证日期不能早于 {first}，须提前通知", "day")
    last = ending_day(command.rules.due(f"{level}-hearing", command.at).at)
    if command.day > last:
        raise RuleViolated("hearing-too-late", f"听证日期不能晚于 {last}", "day")


def end(command: EndHearing, feedback: Feedback) -> Facts:
    """Ends the hearing, and gives the organ the days back that it had left."""
    review = existing(command.task, feedback)
    if (called := review.hearing) is None:
        if repeats(command, review):
            return []
        raise RuleViolated("hearing-none", "没有待举行的听证")
    on = day_of(command.at, command.on)
    since = called.day if command.held else business_day(called.at)
    check_entered(command, on, "on", since, "hearing")
    message = "请写明听证情况；没有举行的，写明原因"
    require_text(command.note, message, "note", "hearing-note")
    return [
        facts.HearingEnded(
            at=command.at,
            by=command.by,
            **on_review(review, feedback),
            **command.fields(facts.HearingRecord),
            paused=called.paused,
            due=due_after(review, called, command, command.rules),
        )
    ]


def repeats(command: EndHearing, review: Review) -> bool:
    before = review.hearings[-1].ended if review.hearings else None
    return bool(before and same_payload(command, before, facts.HearingRecord))


def due_after(
    review: Review, called: facts.HearingCalled, command: EndHearing, policy: Policy
) -> Due:
    """Returns when the opinion is due after the hearing: with the days that were left when it was
    called, where its time does not count."""
    due = policy.recounted(due_of(review))
    left = policy.left(due, called.at)
    if not called.paused or left is None:
        return due
    until = min(command.at, last_moment(command.on)) if command.on else command.at
    return policy.goes_on(due, left, max(called.at, until))


def due_of(review: Review) -> Due:
    """Returns when the opinion is due; somebody has asked for it."""
    assert review.due is not None
    return review.due
