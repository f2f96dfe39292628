"""Rules of a policy row about deadlines with their ladders, gates and numbers."""

from string import Formatter
from typing import Literal

from pydantic import Field, field_validator, model_validator

from shared.kernel.calendar import DayUnit, Period
from shared.kernel.codes import Code, Label
from shared.kernel.organs import Duty
from shared.kernel.paper_rules import Row

AT_AN_ORGAN = frozenset({"office", "publisher"})
"""Roles that a ladder finds at an organ."""


class Rung(Row):
    """Step of a ladder: its addressee, and its moment in days from the due moment (negative:
    before).

    With `acknowledge` the addressee must answer within that period, or the next rung fires early,
    unless it deems. With the rung that `deems`, silence is taken for an answer: the unit is deemed
    to have accepted its task, the evaluation lapses. `organ` is the duty whose organ has the
    addressee.
    """

    key: Code = Field(min_length=1)
    offset: int
    unit: DayUnit = "CD"
    role: Literal[
        "handler",
        "liaison",
        "section-head",
        "head",
        "office",
        "leader",
        "proposer",
        "publisher",
        "in-charge",
        "receiver",
    ]
    organ: Duty | None = None
    acknowledge: Period | None = None
    escalates: bool = False
    deems: bool = False

    @model_validator(mode="after")
    def _says_which_organ(self) -> "Rung":
        if (self.role in AT_AN_ORGAN) != (self.organ is not None):
            needed = "needs" if self.organ is None else "has no"
            raise ValueError(f"the role {self.role!r} {needed} `organ`: the duty of its organ")
        return self


class Deadline(Row):
    """Terms of an obligation: its period, its ladder, the days before the due moment on which the
    light is yellow, and its legal basis."""

    period: Period
    ladder: tuple[Rung, ...] = ()
    yellow_days: int = Field(default=7, ge=0)
    basis: str = Field(min_length=1)

    @field_validator("ladder")
    @classmethod
    def _has_unique_keys(cls, ladder: tuple[Rung, ...]) -> tuple[Rung, ...]:
        if len({rung.key for rung in ladder}) < len(ladder):
            raise ValueError("two rungs have the same key; facts know a rung by its key")
        return ladder


class Gates(Row):
    """Acts that wait for another one. `leader_endorses`: a case is handed out by a plan of the
    office to which the leader has agreed."""

    contact_before_reply: bool = True
    meeting_where_wanted: bool = True
    opinions_before_signing: bool = True
    office_review: bool = False
    leader_endorses: bool = False


class Numbering(Row):
    """Numbers of a series: the `first` one, and the `label` made of {period} and {number}."""

    first: int = Field(default=1, ge=1)
    label: Label = Field(max_length=50)  # a period may be longer than its place

    @field_validator("label")
    @classmethod
    def _has_place_for_number(cls, label: str) -> str:
        places = {name for _, name, _, _ in Formatter().parse(label) if name is not None}
        if "number" not in places or not places <= {"period", "number"}:
            raise ValueError("the label needs {number}, may have {period}, and nothing else")
        return label
