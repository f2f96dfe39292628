"""Decisions about asking for a review: from when and until when it may be asked, by whom, and what
follows where nobody asks."""

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta

from services.feedback.domain.commands import OpenEvaluations
from services.feedback.domain.reviews.commands import LapseReview, NotePurpose, RequestReview
from services.feedback.domain.reviews.state import Review, Reviews, delivery_noted
from services.feedback.domain.state import Feedback, marked
from shared.contracts import reviews as facts
from shared.contracts.case_event import CaseMark
from shared.contracts.obligations import last_moment
from shared.kernel.calendar import business_day, ending_day, midnight_after
from shared.kernel.entries import check_entered
from shared.kernel.errors import NotFound, RuleViolated
from shared.kernel.petition_rules import ReviewLevel
from shared.kernel.policy import Policy
from shared.kernel.texts import require_text, same_payload

Facts = Sequence[facts.ABOUT_REVIEWS]


def note_purpose(command: NotePurpose, feedback: Feedback) -> Facts:
    """Keeps the purpose, and opens the review of the replies that are known already."""
    rules, known = command.rules.row.reviews, feedback.reviews.purpose
    if feedback.stopped or rules is None or (known and known.purpose == command.purpose):
        return []
    noted = facts.PurposeNoted(
        at=command.at,
        **command.mark.fields(CaseMark),
        purpose=command.purpose,
        reviewable=command.purpose in rules.purposes,
    )
    if not noted.reviewable:
        return [noted]
    tasks = [task for task in feedback.reviews.deliveries if task not in feedback.rehandled]
    return [noted, *opened(command.at, tasks, feedback.reviews, command.rules, command.mark)]


def note_delivery(command: OpenEvaluations, feedback: Feedback) -> Facts:
    """Keeps that the proposers have the reply, and opens its review where the purpose has one.
    Proposers of a large paper are told in groups; each of them may ask."""
    reviews = feedback.reviews
    known = reviews.deliveries.get(command.task)
    raters = tuple(dict.fromkeys((*(known.raters if known else ()), *command.raters)))
    if command.rules.row.reviews is None or not raters or (known and known.raters == raters):
        return []
    noted = facts.DeliveryNoted(
        at=command.at,
        **command.mark.fields(CaseMark),
        round=command.round,
        task=command.task,
        unit=command.unit,
        part=command.part,
        scope=command.scope,
        on=command.on or business_day(command.at),
        raters=raters,
    )
    reviews = delivery_noted(reviews, noted)
    if known or reviews.purpose is None or not reviews.purpose.reviewable:
        return [noted]
    return [noted, *opened(command.at, [command.task], reviews, command.rules, command.mark)]


def opened(
    at: datetime, tasks: Sequence[str], reviews: Reviews, policy: Policy, mark: CaseMark
) -> Iterator[facts.ReviewOpened]:
    """Yields the next review of each reply of which none waits or is under way: of one that has not
    been reviewed yet, or whose last opinion the petitioner has."""
    for task in tasks:
        last = reviews.last(task)
        if last is None or last.status == "delivered":
            level = next_level(policy, last.level if last else None)
            if level:
                yield review_opened(at, task, level, reviews, policy, mark)


def next_level(policy: Policy, level: ReviewLevel | None) -> ReviewLevel | None:
    rules = policy.row.reviews
    return rules.after(level) if rules else None


def review_opened(
    at: datetime, task: str, level: ReviewLevel, reviews: Reviews, policy: Policy, mark: CaseMark
) -> facts.ReviewOpened:
    """Counts the time from the day on which the petitioner got the opinion."""
    delivery, since = reviews.deliveries[task], reviews.since(task)
    return facts.ReviewOpened(
        at=at,
        **mark.fields(CaseMark),
        round=delivery.round,
        level=level,
        task=task,
        unit=delivery.unit,
        asker=delivery.raters[0],
        until=policy.due(f"{level}-request", min(at, last_moment(since))),
    )


def request(command: RequestReview, feedback: Feedback) -> Facts:
    """Asks for the review; the organ's time runs from the day on which the request came in."""
    review = existing(command.task, feedback)
    if repeats(command, review):
        return []
    require_askable(command, review, feedback)
    require_in_time(command, review, feedback)
    require_text(command.reason, "请写明不服的事实和理由", "reason", "reason-required")
    policy, level = command.rules, review.level
    start = min(command.at, last_moment(command.on)) if command.on else command.at
    rules = policy.row.reviews
    return [
        facts.ReviewRequested(
            at=command.at,
            by=command.by,
            **on_review(review, feedback),
            **command.fields(facts.ReviewWish),
            organ=policy.row.organs.unit(level, marked(feedback).agency),
            due=policy.due(level, start),
            hearing=rules.levels[level].hearing if rules and level in rules.levels else "none",
        )
    ]


def existing(task: str, feedback: Feedback) -> Review:
    """Returns the last review of the reply. Raises NotFound for a reply that nobody has got, and
    RuleViolated for one that is not reviewed."""
    if task not in feedback.reviews.deliveries:
        raise NotFound(task)
    if feedback.stopped:
        raise RuleViolated("case-stopped", "办件已撤回或已清除，不再复查、复核")
    if task in feedback.rehandled and not feedback.reviews.is_asked_for(task):
        message = "该处理意见正在重新办理，请在收到新的处理意见以后提出"
        raise RuleViolated("reply-superseded", message)
    if (review := feedback.reviews.last(task)) is None:
        message = "按办理规则，该信访事项的处理意见不复查、复核"
        raise RuleViolated("not-reviewable", message)
    return review


def repeats(command: RequestReview, review: Review) -> bool:
    """Returns whether the same person asked the same before, and waits for the opinion."""
    before = review.requested
    if before is None or review.decided or before.by != command.by:
        return False
    return same_payload(command, before, facts.ReviewWish)


def require_askable(command: RequestReview, review: Review, feedback: Feedback) -> None:
    """Refuses what was asked before, and what is at its end."""
    if review.concluded and review.status != "lapsed":
        message = "信访事项已经复核终结，不能以同一事实和理由再次提出"
        raise RuleViolated("petition-concluded", message)
    if review.requested:
        message = f"已经请求{{rule:{review.level}}}，不能重复提出"
        raise RuleViolated("review-under-way", message)


def require_in_time(command: RequestReview, review: Review, feedback: Feedback) -> None:
    """The petitioner asks before the time is over; a paper that came in before may be entered
    within the days of the policy row."""
    until = command.rules.recounted(review.opened.until)
    last = ending_day(until.at)
    late = RuleViolated(
        "review-late", f"请求{{rule:{review.level}}}的期限为 {last}，已经超过", "on"
    )
    if command.by in feedback.reviews.deliveries[command.task].raters:
        if command.on:
            message = "本人提出的，即时办理，不填收到书面请求的日期"
            raise RuleViolated("request-own-day", message, "on")
        if command.at >= until.at:
            raise late
        return
    on = command.on or business_day(command.at)
    if on > last:
        raise late
    check_entered(command, on, "on", feedback.reviews.since(command.task), "review-request")


def lapse(command: LapseReview, feedback: Feedback) -> Facts:
    """Ends the way where nobody has asked in time."""
    review = feedback.reviews.last(command.task)
    if review is None or feedback.stopped or review.status != "open":
        return []
    if review.level != command.level:
        return []
    days = command.rules.row.entry_days("review-request")
    until = midnight_after(business_day(command.at) + timedelta(days=days)) if days else None
    return [
        facts.PetitionConcluded(
            at=command.at,
            **on_review(review, feedback),
            ending="not-requested",
            papers_until=until,
        )
    ]


def on_review(review: Review, feedback: Feedback) -> dict[str, object]:
    """Returns the fields that every fact about the review repeats."""
    opened = review.opened
    return {
        **marked(feedback).fields(CaseMark),
        **opened.fields(facts.ReviewName),
        "round": opened.round,
    }
