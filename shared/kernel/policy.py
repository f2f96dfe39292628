"""Policy rows: their shapes, and the row of one case at one moment. Rows are deployment data."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Annotated, Literal, Self

from pydantic import (
    AfterValidator,
    Field,
    field_validator,
    model_validator,
)

from shared.kernel.approval_rules import Extensible
from shared.kernel.calendar import Calendar, DayUnit, Period, midnight_after
from shared.kernel.charge_rules import ChargeRules
from shared.kernel.check_rules import MOST_CHECKS, CheckRules
from shared.kernel.codes import ClassLetter, Code, Version
from shared.kernel.deadline_rules import Deadline, Gates, Numbering
from shared.kernel.extension_rules import ExtensionRules
from shared.kernel.moment import Moment
from shared.kernel.organs import Organs
from shared.kernel.paper_rules import (
    AskRules,
    AttachmentRules,
    ErasureRules,
    LateAct,
    MeetingRules,
    NeededPosts,
    ProposerKind,
    PurposeRules,
    Row,
    SignatureRules,
    WithdrawalRules,
)
from shared.kernel.period_rules import PeriodRow
from shared.kernel.petition_rules import BacklogRules, ParticularRules, ReviewRules
from shared.kernel.reply_rules import DisclosureRules, LetterRules
from shared.kernel.rerouting_rules import (
    DiversionRules,
    LinkRules,
    MergingRules,
    PassForm,
    PassRules,
    SplittingRules,
)
from shared.kernel.shape import Shape
from shared.kernel.suspension_rules import SuspensionRules

MEANINGS = (
    "solved", "in-progress", "planned", "deferred", "reference", "not-feasible",
    "supported", "partly-supported", "not-supported", "explained",
)  # fmt: skip
"""Meanings of a reply's class; the letter shown for each differs from place to place."""


def known_meaning(name: str) -> str:
    if name not in MEANINGS:
        raise ValueError(f"no class means {name!r}; there are {', '.join(MEANINGS)}")
    return name


RuleName = Annotated[Code, Field(min_length=1)]
"""Name of an obligation: free, as long as a fact opens it and labels.yaml names it."""
MeaningName = Annotated[str, AfterValidator(known_meaning)]


class PolicyRow(Row):
    """Rules that the business may change, for one kind and channel of case at one agency.

    An obligation exists for these cases exactly when the row has it. Papers registered by one of
    `cosigners_confirm` wait for their co-signers. `signatures` has the forms of proposers that
    these cases know, each with its rule. `entered_within` has the days within which an act may be
    entered after its own day, by act; without days, on that day. `first_contact_modes` are the
    modes that fulfil the first contact; without any, each does. `keeps_from_accused`: papers may
    be against units and people, who then keep away. A row with `purposes` wants one before
    acceptance; `particulars` say how a petition came, `reviews` how its opinion is reviewed,
    `backlog` when it counts as old. `charges` are the schemes by which leaders take charge.
    `checks` are answered at each screening; papers are passed on as `passed_on_as` says. Papers of
    the kinds `diverted_from` may become such cases; `merging` merges them, `links` names others
    of the same matter, `splitting` splits a paper of several. After `most_returns` upheld
    objections the next is arbitrated.
    """

    agency: str
    kind: str
    channel: str
    effective_from: date
    version: Version
    sealed: bool
    periods: tuple[PeriodRow, ...] = Field(min_length=1)
    obligations: Mapping[RuleName, Deadline]
    extensions: Mapping[Extensible, ExtensionRules] = Field(default_factory=dict)
    suspensions: Mapping[Extensible, SuspensionRules] = Field(default_factory=dict)
    gates: Gates
    organs: Organs
    numbering: Numbering
    disclosure: DisclosureRules
    letters: LetterRules = LetterRules()
    contacts_at_units: Literal["open", "on-reason"]
    erasure: ErasureRules
    attachments: AttachmentRules = AttachmentRules()
    closing: Literal["replied", "evaluated"]
    subjects: tuple[Code, ...] = Field(min_length=1)
    refusal_reasons: tuple[Code, ...]
    checks: Mapping[Code, CheckRules] = Field(default_factory=dict, max_length=MOST_CHECKS)
    passed_on_as: Mapping[PassForm, PassRules] = Field(default_factory=dict)
    diverted_from: Mapping[Code, DiversionRules] = Field(default_factory=dict)
    merging: MergingRules | None = None
    links: LinkRules | None = None
    splitting: SplittingRules | None = None
    objection_reasons: tuple[Code, ...]
    objection_needs: tuple[Literal["explanation", "suggested-unit", "head-statement"], ...]
    first_contact_modes: tuple[Code, ...] = ()
    reply_from: Literal["assignment", "acceptance"]
    most_representatives: int | None = Field(default=None, ge=1)
    particulars: ParticularRules | None = None
    reviews: ReviewRules | None = None
    backlog: BacklogRules | None = None
    charges: Mapping[Code, ChargeRules] = Field(default_factory=dict, max_length=8)
    withdrawal: WithdrawalRules = WithdrawalRules()
    cosigners_confirm: tuple[Literal["proposer", "client"], ...] = ("proposer",)
    signatures: Mapping[ProposerKind, SignatureRules] = Field(min_length=1)
    asks: AskRules = AskRules(basis="部署约定：逐项答复")
    entered_within: Mapping[LateAct, Annotated[int, Field(ge=0, le=366)]] = Field(
        default_factory=dict
    )
    class_map: Mapping[MeaningName, ClassLetter]
    class_needs_target_date: tuple[MeaningName, ...] = ()
    satisfied: tuple[str, ...] = ("satisfied", "basically-satisfied")
    rating_scale: tuple[str, ...] = ("satisfied", "basically-satisfied", "unsatisfied")
    needed_posts: NeededPosts = NeededPosts()
    meeting: MeetingRules = MeetingRules()
    keeps_from_accused: bool = False
    purposes: Mapping[Code, PurposeRules] = Field(default_factory=dict)
    max_rounds: int = Field(default=2, ge=1)
    most_moves: int = Field(default=3, ge=1)
    most_returns: int = Field(default=2, ge=0)
    hold_minutes: int = Field(default=15, ge=0)

    @field_validator("periods")
    @classmethod
    def _has_unique_periods(cls, periods: tuple[PeriodRow, ...]) -> tuple[PeriodRow, ...]:
        if len({period.code for period in periods}) < len(periods):
            raise ValueError("two periods have the same code")
        return periods

    @model_validator(mode="after")
    def _refuses_for_reasons_of_its_own(self) -> Self:
        for name, check in self.checks.items():
            if check.reason not in (None, *self.refusal_reasons):
                raise ValueError(f"the check {name!r} has a reason that these cases do not know")
        for form, rules in self.passed_on_as.items():
            if not set(rules.reasons) <= set(self.refusal_reasons):
                raise ValueError(f"{form!r} has a reason that these cases do not know")
        return self

    def entry_days(self, act: LateAct) -> int:
        """Returns within how many days after its own day an act may be entered."""
        return self.entered_within.get(act, 0)

    def reserved_to(self, purpose: str | None, against: Collection[str] = ()) -> tuple[str, ...]:
        """Returns the units that alone may handle cases of the purpose against these; none where
        any may."""
        rules = self.purposes.get(purpose or "")
        return rules.competent(against) if rules else ()

    def admits(self, purpose: str | None, unit: str, against: Collection[str] = ()) -> bool:
        """Returns whether the unit may handle cases of the purpose against these. No unit may where
        the row does not know the purpose: it may have been reserved."""
        if purpose is not None and purpose not in self.purposes:
            return False
        return unit in (self.reserved_to(purpose, against) or (unit,))

    def may_publish(self, purpose: str | None) -> bool:
        """Returns whether replies to cases of the purpose may become public; those of a purpose
        that the row does not know may not."""
        if purpose is None:
            return True
        rules = self.purposes.get(purpose)
        return rules is not None and rules.publishable

    def period(self, code: str) -> PeriodRow | None:
        """Returns the period with this code; None where these cases have no such period."""
        return next((period for period in self.periods if period.code == code), None)


class Recount(Shape):
    """Count of a provisional due moment: `period` after `start`."""

    start: Moment
    period: Period


class Due(Shape):
    """Due moment as facts record it: with its rule and the versions of policy and calendar. A
    provisional one keeps its `recount`."""

    at: Moment
    rule: Code
    policy: Version
    calendar: Version
    provisional: bool = False
    recount: Recount | None = None


@dataclass(frozen=True)
class Policy:
    """The row in force for a case at a moment, with the calendar that counts its days."""

    row: PolicyRow
    calendar: Calendar

    def due(self, rule: str, start: datetime) -> Due:
        """Returns when the obligation `rule` that starts at `start` is due. Raises KeyError when
        the row does not have it."""
        return self.counted(rule, self.row.obligations[rule].period, start, self.row.version)

    def counted(self, rule: str, period: Period, start: datetime, version: str) -> Due:
        """Returns the end of a period, which a row of this version has, as due moment."""
        end, provisional = self.calendar.end_of(period, start)
        return Due(
            at=end,
            rule=rule,
            policy=version,
            calendar=self.calendar.version,
            provisional=provisional,
            recount=Recount(start=start, period=period) if provisional else None,
        )

    def recounted(self, due: Due) -> Due:
        """Returns the due moment by the calendar of today (ADR 41); the same where it rests on no
        guess."""
        if due.recount is None:
            return due
        return self.counted(due.rule, due.recount.period, due.recount.start, due.policy)

    def on_day(self, rule: str, day: date) -> Due:
        """Returns a day that people have fixed, until 24:00, as due moment."""
        versions = {"policy": self.row.version, "calendar": self.calendar.version}
        return Due(at=midnight_after(day), rule=rule, **versions)

    def left(self, due: Due, at: datetime) -> Period | None:
        """Returns the budget: the days left after the day of `at`, in the unit in which the period
        is counted; None when the due moment has passed."""
        if at >= due.at:
            return None
        deadline = self.row.obligations.get(due.rule)
        unit: DayUnit = "WD" if deadline and deadline.period.unit == "WD" else "CD"
        days = self.calendar.days_between(at, due.at, unit)
        return Period(unit=unit, length=days, roll=bool(deadline and deadline.period.roll))

    def goes_on(self, due: Due, left: Period, start: datetime) -> Due:
        """Returns the due moment of an obligation that has this budget left at `start`."""
        return self.counted(due.rule, left, start, due.policy)

    def after(self, period: Period, start: datetime) -> datetime:
        """Returns the end of a period that is no obligation."""
        return self.calendar.end_of(period, start)[0]

    def has(self, rule: str) -> bool:
        return rule in self.row.obligations
