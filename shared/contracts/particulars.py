"""Particulars of a petition (信访情况), and the fact that corrects them. Only intake may record
it."""

from collections.abc import Iterator
from typing import Annotated, ClassVar, Literal

from shared.contracts.case_event import CaseEvent
from shared.kernel.codes import CaseRef, Id
from shared.kernel.form_words import picked, titled
from shared.kernel.messages import Text
from shared.kernel.paper_rules import SourceLevel
from shared.kernel.shape import Shape

Particular = Literal["group-visit", "repeated", "bypassed", "raised-before"]
"""Particulars by which petitions are listed; and `raised-before`, by which cases of every kind are
(ADR 92)."""


class Particulars(Shape):
    """People who came, whether the same petitioner has brought the same matter before, and where it
    was before. `earlier`: the cases that it repeats, as far as they are here; a clerk has confirmed
    each. `bypassed`: the visit passed over the level in charge; `directed` says where the
    petitioner was told to go."""

    visitors: Annotated[
        int | None,
        titled("来访人数", hint="走访的填写实际来访人数；推选的代表逐人填为提出人"),
    ] = None
    repeated: Annotated[
        bool,
        titled("是否重复信访", hint="同一信访人就同一事项再次信访的", answers=("重复", "初次")),
    ] = False
    earlier: Annotated[
        tuple[Annotated[CaseRef, picked("case")], ...],
        titled("原信访件", hint="核对属同一信访人、同一事项后选取；原件不在本系统的不填"),
    ] = ()
    prior_level: Annotated[
        SourceLevel | None,
        titled("此前受理的层级", codes="level", hint="此前没有提出过的不填"),
    ] = None
    bypassed: Annotated[
        bool, titled("是否越级走访", hint="走访件填写", answers=("越级", "不越级"))
    ] = False
    directed: Annotated[
        Text | None,
        titled("告知的去向", hint="越级走访的，写明已告知其向哪一级、哪个机关提出"),
    ] = None


class Noted(Particulars):
    """Particulars as facts keep them; `group_visit`: so many came that it is 集体访."""

    group_visit: bool = False

    def marks(self) -> Iterator[Particular]:
        """Yields the particulars by which the case is listed."""
        if self.group_visit:
            yield "group-visit"
        if self.repeated:
            yield "repeated"
        if self.bypassed:
            yield "bypassed"


class ParticularsNoted(CaseEvent, Noted):
    """The particulars of a petition were completed or corrected (补正信访情况): these replace those
    known before."""

    type: ClassVar[str] = "particulars.noted.v1"

    by: Id
