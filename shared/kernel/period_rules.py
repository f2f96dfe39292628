"""Periods of a policy row: the years or sessions by which cases are numbered and counted."""

from datetime import date
from typing import Self

from pydantic import Field, model_validator

from shared.kernel.codes import Code, Name
from shared.kernel.days import Day
from shared.kernel.paper_rules import Row


class PeriodRow(Row):
    """A period by which cases are numbered and counted: its code in facts, its printed `title`,
    and the days between which its papers come in, both included."""

    code: Code = Field(min_length=1)
    title: Name = Field(min_length=1, max_length=20)
    received_from: Day
    received_to: Day

    @model_validator(mode="after")
    def _ends_after_it_began(self) -> Self:
        if self.received_to < self.received_from:
            raise ValueError(f"the period {self.code!r} ends before it begins")
        return self

    def has(self, day: date) -> bool:
        """Returns whether a paper that came in on this day may belong to the period."""
        return self.received_from <= day <= self.received_to
