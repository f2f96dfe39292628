"""Checks of screening in a policy row: what the machine observes, and where a failed one
leads."""

from typing import Literal, Self

from pydantic import Field, model_validator

from shared.kernel.codes import Code
from shared.kernel.paper_rules import Row

Measure = Literal["length", "signatures", "likeness", "conclusion"]
"""Observations of the machine: length of the text, missing signatures, papers alike, earlier cases
that are finally reviewed."""


MOST_CHECKS = 30
"""Checks of a row: a fact keeps an answer to each."""


class CheckRules(Row):
    """A check (核对项目). `unmet`: a paper that fails it cannot be accepted (`refuse`), or whoever
    accepts it all the same says why (`explain`). `reason` is the reason for which such a paper is
    refused. `observes` is what the machine tells of it; a length has bounds, in characters."""

    unmet: Literal["refuse", "explain"]
    basis: str = Field(min_length=1)
    reason: Code | None = None
    observes: Measure | None = None
    least: int | None = Field(default=None, ge=1)
    most: int | None = Field(default=None, ge=1)

    @model_validator(mode="after")
    def _bounds_a_length(self) -> Self:
        if (self.observes == "length") == (self.least is None and self.most is None):
            raise ValueError("`observes: length` needs `least` or `most`, which nothing else has")
        if self.least and self.most and self.most < self.least:
            raise ValueError("`most` is below `least`: no paper could be right")
        return self

    def fits(self, size: int) -> bool:
        """Returns whether a text of so many characters is within the bounds."""
        return (self.least or 0) <= size and (self.most is None or size <= self.most)
