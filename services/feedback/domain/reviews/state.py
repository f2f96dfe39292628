"""The state of reviews: the purpose of the petition, its delivered replies, and by the task of each
reply its reviews, level by level."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Literal

from shared.contracts import reviews as facts
from shared.kernel.calendar import business_day
from shared.kernel.petition_rules import ReviewLevel
from shared.kernel.policy import Due

ReviewStatus = Literal["open", "requested", "hearing", "decided", "delivered", "lapsed"]


@dataclass(frozen=True)
class Hearing:
    """A hearing that was called, and how it ended."""

    called: facts.HearingCalled
    ended: facts.HearingEnded | None = None


@dataclass(frozen=True)
class Review:
    """The review of a reply at one level, with the facts that made it."""

    opened: facts.ReviewOpened
    requested: facts.ReviewRequested | None = None
    hearings: tuple[Hearing, ...] = ()
    decided: facts.ReviewDecided | None = None
    delivered: facts.ReviewDelivered | None = None
    concluded: facts.PetitionConcluded | None = None

    @property
    def level(self) -> ReviewLevel:
        return self.opened.level

    @property
    def status(self) -> ReviewStatus:
        if self.requested is None:
            return "lapsed" if self.concluded else "open"
        if self.delivered:
            return "delivered"
        if self.decided:
            return "decided"
        return "hearing" if self.hearing else "requested"

    @property
    def hearing(self) -> facts.HearingCalled | None:
        """Returns the hearing that has not ended."""
        last = self.hearings[-1] if self.hearings else None
        return last.called if last and last.ended is None else None

    @property
    def due(self) -> Due | None:
        """Returns when the opinion is due, after the hearings."""
        ended = [hearing.ended.due for hearing in self.hearings if hearing.ended]
        asked = self.requested.due if self.requested else None
        return ended[-1] if ended else asked

    @property
    def was_heard(self) -> bool:
        return any(hearing.ended and hearing.ended.held for hearing in self.hearings)

    @property
    def may_be_heard(self) -> bool:
        """Returns whether a hearing may be called: the level knows one, and none was held."""
        rule = self.requested.hearing if self.requested else "none"
        return self.status == "requested" and rule != "none" and not self.was_heard

    def takes_papers(self, at: datetime) -> bool:
        """Returns whether nobody asked in time, and a paper that came before may be entered."""
        until = self.concluded.papers_until if self.concluded else None
        return self.status == "lapsed" and until is not None and at < until


@dataclass(frozen=True)
class Reviews:
    purpose: facts.PurposeNoted | None = None
    deliveries: Mapping[str, facts.DeliveryNoted] = field(default_factory=dict)
    by_task: Mapping[str, tuple[Review, ...]] = field(default_factory=dict)

    def last(self, task: str) -> Review | None:
        """Returns the review of the reply at its last level."""
        chain = self.by_task.get(task)
        return chain[-1] if chain else None

    def current(self) -> Iterator[Review]:
        """Yields the last review of each reply."""
        yield from (chain[-1] for chain in self.by_task.values())

    def is_asked_for(self, task: str) -> bool:
        """Returns whether the petitioner asked for any review of the reply."""
        return any(review.requested for review in self.by_task.get(task, ()))

    def since(self, task: str) -> date:
        """Returns the day on which the petitioner got the opinion that he may now contest."""
        before = [review.delivered for review in self.by_task.get(task, ()) if review.delivered]
        return before[-1].on if before else self.deliveries[task].on

    def with_chain(self, task: str, chain: tuple[Review, ...]) -> "Reviews":
        others = {name: each for name, each in self.by_task.items() if name != task}
        return replace(self, by_task={**others, task: chain} if chain else others)

    def without_open(self, task: str) -> "Reviews":
        """Returns the reviews without the one of the reply for which nobody has asked yet."""
        chain = self.by_task.get(task, ())
        return self.with_chain(task, chain[:-1]) if chain and chain[-1].status == "open" else self


def purpose_noted(state: Reviews, fact: facts.PurposeNoted) -> Reviews:
    state = replace(state, purpose=fact)
    for task in () if fact.reviewable else tuple(state.by_task):
        state = state.without_open(task)
    return state


def delivery_noted(state: Reviews, fact: facts.DeliveryNoted) -> Reviews:
    return replace(state, deliveries={**state.deliveries, fact.task: fact})


def opened(state: Reviews, fact: facts.ReviewOpened) -> Reviews:
    return state.with_chain(fact.task, (*state.by_task.get(fact.task, ()), Review(fact)))


def requested(review: Review, fact: facts.ReviewRequested) -> Review:
    return replace(review, requested=fact, concluded=None)


def hearing_called(review: Review, fact: facts.HearingCalled) -> Review:
    return replace(review, hearings=(*review.hearings, Hearing(fact)))


def hearing_ended(review: Review, fact: facts.HearingEnded) -> Review:
    ended = replace(review.hearings[-1], ended=fact)
    return replace(review, hearings=(*review.hearings[:-1], ended))


def decided(review: Review, fact: facts.ReviewDecided) -> Review:
    return replace(review, decided=fact)


def delivered(review: Review, fact: facts.ReviewDelivered) -> Review:
    return replace(review, delivered=fact)


def concluded(review: Review, fact: facts.PetitionConcluded) -> Review:
    return replace(review, concluded=fact)


def day_of(moment: datetime, day: date | None) -> date:
    """Returns the day of an act: the one that was given, else that of its moment."""
    return day or business_day(moment)
