"""Rules of a policy row about petitions: their particulars (信访情况), and their review (复查、
复核)."""

from collections.abc import Mapping
from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from shared.kernel.codes import Code
from shared.kernel.paper_rules import Row


class ParticularRules(Row):
    """Particulars that cases of the row have. `visits`: channels by which people come in person and
    are counted; so many as `group` are a group visit (集体访). `bypassing`: those by which a visit
    may pass over the level in charge (越级走访). `repeats`: kinds of the earlier papers that such a
    case may repeat (重复信访), `most_earlier` of them."""

    visits: tuple[Code, ...] = ("visit",)
    group: int = Field(default=5, ge=2)
    bypassing: tuple[Code, ...] = ("visit",)
    repeats: Annotated[tuple[Code, ...], Field(min_length=1)]
    most_earlier: int = Field(default=5, ge=1, le=5)
    basis: str = Field(min_length=1)


ReviewLevel = Literal["review", "recheck"]
"""复查 and 复核: the review of an opinion, and the review of that."""
ReviewState = Literal[
    "may-review", "in-review", "may-recheck", "in-recheck", "rechecked", "not-requested"
]
"""Where the way of a petition stands, as lists filter by it."""
HearingRule = Literal["none", "counted", "not-counted"]
"""Whether a hearing may be held, and its time counts."""


class LevelRules(Row):
    """One level of review."""

    hearing: HearingRule = "none"


class ReviewRules(Row):
    """Review of the opinions on petitions of these `purposes`, level by level in this order. A
    hearing is told so many days before it as `hearing_days`."""

    purposes: Annotated[tuple[Code, ...], Field(min_length=1)]
    levels: Annotated[Mapping[ReviewLevel, LevelRules], Field(min_length=1)]
    hearing_days: int = Field(default=7, ge=0, le=60)
    basis: str = Field(min_length=1)

    def after(self, level: ReviewLevel | None) -> ReviewLevel | None:
        """Returns the level above; the first one above the opinion itself, None above the last."""
        order: tuple[ReviewLevel, ...] = (*self.levels,)
        following = order[order.index(level) + 1 :] if level in order else order
        return following[0] if following and level in (None, *order) else None


class BacklogRules(Row):
    """Marks of an old case (积案), of which one is enough: so many `days` have passed since its
    receipt, it is in so many `rounds`, both without an end, or its review is in one of these
    states."""

    days: int | None = Field(default=None, ge=1, le=3660)
    rounds: int | None = Field(default=None, ge=2, le=9)
    reviews: tuple[ReviewState, ...] = ()
    basis: str = Field(min_length=1)

    @model_validator(mode="after")
    def _has_a_mark(self) -> Self:
        if not (self.days or self.rounds or self.reviews):
            raise ValueError("no case would be old: name days, rounds or reviews")
        return self
