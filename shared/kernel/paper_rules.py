"""Rules of a policy row about papers: withdrawal, purpose, erasure, the posts that their tasks
need, and the acts that are entered later."""

from collections.abc import Collection, Mapping
from typing import Annotated, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, model_validator

from shared.kernel.access import Role
from shared.kernel.calendar import Period
from shared.kernel.codes import Code
from shared.kernel.organs import Duty


class Row(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class WithdrawalRules(Row):
    """Until which stage proposers may withdraw a case, and when a reason is needed."""

    until: Literal["assigned", "replied", "closed"] = "replied"
    reason: Literal["always", "accepted", "never"] = "accepted"


ProposerKind = Literal["person", "joint", "delegation", "party", "group", "sector", "committee"]
"""Forms in which proposers bring a paper (政协提案的六种形式, and delegations of a congress)."""


SourceLevel = Literal["nation", "province", "city", "county"]
"""Levels of government from which a paper comes, or which had it before."""


class SignatureRules(Row):
    """Signatures of papers of one form: `each` proposer signs, or the `convenor` for all, or the
    organisation under its `seal`; and how many are the least."""

    by: Literal["each", "convenor", "seal"]
    minimum: int = Field(default=1, ge=1, le=200)
    basis: str = Field(min_length=1)


Outcome = Literal["done", "adopted", "planned", "declined", "elsewhere"]
"""Answers to an item of what a paper asks for; `elsewhere`: another unit of the case has it."""
MOST_ASKS = 20


class AskRules(Row):
    """Items of what a paper asks for (建议、诉求事项): how many it lists, and for which answers a
    reply names a `day` or gives a `reason`."""

    least: int = Field(default=0, ge=0, le=MOST_ASKS)
    most: int = Field(default=MOST_ASKS, ge=1, le=MOST_ASKS)
    day: tuple[Outcome, ...] = ("planned",)
    reason: tuple[Outcome, ...] = ("declined",)
    basis: str = Field(min_length=1)

    @model_validator(mode="after")
    def _leaves_room(self) -> Self:
        if self.least > self.most:
            raise ValueError("`least` is more than `most`")
        return self


UnitId = Annotated[str, StringConstraints(pattern="^u-[a-z0-9-]{1,76}$")]


class PurposeRules(Row):
    """Cases of one purpose: only these `units` handle them; any unit where the row leaves them out.
    Where a case is against all of them, the units `above` have it. Replies to those that are not
    `publishable` stay closed, whatever the row says of the others."""

    units: Annotated[tuple[UnitId, ...], Field(min_length=1)] | None = None
    above: Annotated[tuple[UnitId, ...], Field(min_length=1)] | None = None
    publishable: bool = True

    @model_validator(mode="after")
    def _is_above_somebody(self) -> Self:
        if self.above and not self.units:
            raise ValueError("`above` needs `units`: whose cases it has where they are accused")
        if self.above and set(self.above) & set(self.units or ()):
            raise ValueError("`above` and `units` have a unit in common")
        return self

    def competent(self, against: Collection[str] = ()) -> tuple[str, ...]:
        """Returns the units that alone may handle a case against these; none where any may."""
        accused = self.units is not None and set(self.units) <= set(against)
        return (self.above if accused else None) or self.units or ()


LateAct = Literal[
    "platform-paper", "signature", "refusal-notice", "withdrawal", "receipt", "objection",
    "contact", "opinion", "delivery", "rating", "lapsed-rating", "extension-notice",
    "suspension-notice", "review-request", "review-delivery", "hearing",
]  # fmt: skip
"""Acts that may be entered after their own day."""
OneOf = Annotated[tuple[Role, ...], Field(min_length=1)]


class NeededPosts(Row):
    """Posts without which a unit cannot do its task: of each group one is filled, at the unit or
    below it; a head is one of the unit itself. `lead` also counts for separate parts. `organs`:
    posts of the organ itself, without which it cannot do its duty."""

    lead: tuple[OneOf, ...] = ()
    co: tuple[OneOf, ...] = ()
    organs: Mapping[Duty, tuple[OneOf, ...]] = Field(default_factory=dict)

    def of(self, part: str) -> tuple[OneOf, ...]:
        return self.co if part == "co" else self.lead


class PostColumn(Row):
    """A column of a paper about units: who holds one of these `roles` at the unit or below it, or
    at the agency; people fill it in by hand where it has none."""

    roles: tuple[Role, ...] = ()
    at: Literal["unit", "agency"] = "unit"


class MeetingRules(Row):
    """Papers of a meeting that hands out (交办会): which posts fill the columns of the contacts
    (联络表) and of the division of duties (责任分工表)."""

    contacts: Mapping[Code, PostColumn] = Field(default_factory=dict)
    duties: Mapping[Code, PostColumn] = Field(default_factory=dict)
    basis: str = Field(default="部署约定", min_length=1)


class AttachmentRules(Row):
    """Files of a paper: how large each may be, how `most` a case has, and of which types."""

    megabytes: int = Field(default=20, ge=1, le=100)
    most: int = Field(default=20, ge=0, le=200)
    types: tuple[Code, ...] = ("pdf", "ofd", "docx", "xlsx", "jpg", "png")
    basis: str = Field(default="部署约定", min_length=1)

    @property
    def largest(self) -> int:
        """Returns the bytes of the largest file."""
        return self.megabytes * 1024 * 1024


class ErasureRules(Row):
    """Erasure: how long it waits for a second person, who may stop it, and for how long the papers
    of the kind are kept; without `retention` for ever."""

    wait: Period
    retention: Period | None = None
    basis: str = Field(min_length=1)
