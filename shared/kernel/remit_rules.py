"""Remits (职责边界): the matters for which a unit is responsible, and the words by which papers
about them are known."""

from typing import Annotated

from pydantic import Field, StringConstraints

from shared.kernel.paper_rules import Row

MOST_REMITS = 1_000
Unit = Annotated[str, StringConstraints(pattern="^u-[a-z0-9-]{1,76}$")]
Word = Annotated[str, StringConstraints(strip_whitespace=True, min_length=2, max_length=20)]
"""A word of one character stands in every paper."""
Words = Annotated[tuple[Word, ...], Field(max_length=60)]


class Remit(Row):
    """One matter of a unit. `exclude` (written `not`): words of a title that belong elsewhere.
    `beside`: the units that usually help."""

    unit: Unit
    matter: str = Field(min_length=1, max_length=60)
    words: Annotated[Words, Field(min_length=1)]
    exclude: Words = Field(default=(), alias="not")
    beside: tuple[Unit, ...] = Field(default=(), max_length=5)
    basis: str = Field(min_length=1, max_length=200)
