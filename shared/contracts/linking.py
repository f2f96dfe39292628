"""Facts of intake about cases that belong together: one repeats another, is related to it, or is a
part of it (分案). Only intake may record them.
"""

from typing import Annotated, ClassVar, Literal

from shared.contracts.case_event import CaseEvent
from shared.contracts.effects import CASE, Effects, meets
from shared.kernel.codes import CaseRef, Id
from shared.kernel.form_words import picked, titled
from shared.kernel.messages import Text
from shared.kernel.rerouting_rules import LinkWord
from shared.kernel.shape import Shape

LinkKind = Literal["repeats", "related", "part"]
"""Link of a case to another one; `part`: it was registered from a paper of several matters."""


class Link(Shape):
    """Another case, and what this one is to it."""

    other: Annotated[Id, titled("关联的件", pick="case", hint="重复提出的，选以前的那一件")]
    how: Annotated[LinkWord, titled("本件与该件的关系", codes="link")]


class Unlinking(Shape):
    """The end of a link, and why it was wrong."""

    other: Annotated[Id, titled("解除与哪一件的关联", pick="case")]
    reason: Annotated[Text, titled("解除的理由")]


class Splitting(Shape):
    """The cases that take the place of a paper of several matters, and why it is split."""

    parts: Annotated[
        tuple[Annotated[CaseRef, picked("case")], ...],
        titled("分成的各件", hint="先从本件登记分成的各件，再在这里逐件选取"),
    ]
    reason: Annotated[Text, titled("分案理由")]


class CaseLinked(CaseEvent):
    """The case belongs together with another one (关联)."""

    type: ClassVar[str] = "case.linked.v1"

    by: Id
    other: Id
    how: LinkKind


class CaseUnlinked(CaseEvent, Unlinking):
    """The case does not belong together with the other one (解除关联)."""

    type: ClassVar[str] = "case.unlinked.v1"

    by: Id


class CaseSplit(CaseEvent, Splitting):
    """A paper of several matters was split (分案): each of its parts is screened and answered for
    itself, and it goes no further."""

    type: ClassVar[str] = "case.split.v1"
    obligations: ClassVar[Effects] = (meets("screening", why="split", subject=CASE),)

    by: Id
