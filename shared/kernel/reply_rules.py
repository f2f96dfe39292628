"""Rules of a policy row about replies: their numbers (文号), and their publication."""

from collections.abc import Mapping, Sequence
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from shared.kernel.codes import Code, Id

NoticeKind = Literal[
    "acceptance", "refusal", "forwarding", "forwarding-notice", "extension", "review", "recheck",
    "no-further", "hearing",
]  # fmt: skip
"""Notices (告知书) to a petitioner, the letter that forwards a petition to a unit, the opinions on
a review (复查意见书、复核意见书), and the notice of a hearing (听证通知书)."""
Sentence = Annotated[str, Field(min_length=1, max_length=300)]


class NoticeRules(BaseModel):
    """Words of a notice that differ from place to place: its legal `basis`, the `clauses` of
    reasons for refusal, what it `says` besides, and how many `copies` are signed."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    basis: Sentence
    clauses: Mapping[Code, Sentence] = Field(default_factory=dict)
    says: tuple[Sentence, ...] = Field(default=(), max_length=10)
    copies: int = Field(default=1, ge=1, le=4)


class LetterRules(BaseModel):
    """Choice of numbers without gaps in a unit's year; `units` say otherwise for themselves and the
    units below them. `notices` are printed for these cases."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    gapless: bool = False
    units: Mapping[Id, bool] = Field(default_factory=dict)
    notices: Mapping[NoticeKind, NoticeRules] = Field(default_factory=dict)

    def gapless_of(self, path: Sequence[str]) -> bool:
        """Returns the rule of the unit; `path` has the unit and those above it, nearest first."""
        return next((self.units[unit] for unit in path if unit in self.units), self.gapless)


PublicNumber = Annotated[str, Field(pattern=r"^[0-9][0-9 ()-]{2,19}$")]


class DisclosureRules(BaseModel):
    """Publication of replies. `public_numbers`: telephones of offices, which the screen lets pass;
    `never_exempt`: kinds of findings that are never published, whoever gives a reason."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    publishable: bool
    default_mode: Literal["open", "on-request", "closed"]
    forms: tuple[Literal["full", "abstract"], ...] = ("full", "abstract")
    consent_needed: bool = True
    public_numbers: tuple[PublicNumber, ...] = ()
    never_exempt: tuple[Code, ...] = ("id-number", "bank-card")
