"""Rules of a policy row about the particulars of a petition (信访情况)."""

from typing import Annotated

from pydantic import Field

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
