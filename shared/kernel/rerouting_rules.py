"""Other ways of a paper in a policy row: in which forms it may be passed on, from which kinds
it may have been diverted, and whether it may be merged with others, linked to them, or split."""

from typing import Literal

from pydantic import Field

from shared.kernel.codes import Code
from shared.kernel.paper_rules import Row

PassForm = Literal["letter", "opinion"]
"""Forms in which a paper is passed on: 转来信, 转社情民意."""


Alike = Literal["period", "session", "subject", "region"]
"""Fields of a paper in which those of one merger may have to agree."""


class PassRules(Row):
    """Passing a paper on in one form: for these of the kind's reasons for refusal, and for all of
    them where none is named."""

    reasons: tuple[Code, ...] = ()
    basis: str = Field(min_length=1)


class DiversionRules(Row):
    """Taking over papers of another kind, for one of these reasons."""

    reasons: tuple[Code, ...] = Field(min_length=1)
    basis: str = Field(min_length=1)


class MergingRules(Row):
    """Merging papers that ask for the same (并案). They agree in the fields `same`."""

    same: tuple[Alike, ...] = ()
    basis: str = Field(min_length=1)


LinkWord = Literal["repeats", "related"]
"""Links that people make: the same matter was brought before (多年重复), or one case is to be read
beside the other (相关)."""


class LinkRules(Row):
    """Linking a case to others of the same matter (关联), by these words: to so many as `most`."""

    words: tuple[LinkWord, ...] = Field(default=("repeats", "related"), min_length=1)
    most: int = Field(default=20, ge=1, le=50)
    basis: str = Field(min_length=1)


class SplittingRules(Row):
    """Splitting a paper of several matters (分案) into so many parts as `most`."""

    most: int = Field(default=10, ge=2, le=20)
    basis: str = Field(min_length=1)
