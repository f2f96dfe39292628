"""Facts about those whom a paper is against (被反映对象): they neither read nor handle it.

Intake records whom; every other service that works on the case notes it on its own stream, so that
access and decisions there know it (ADR 38).
"""

from typing import Annotated, ClassVar

from shared.contracts.case_event import CaseEvent
from shared.kernel.codes import Id
from shared.kernel.form_words import titled
from shared.kernel.messages import Event, Text
from shared.kernel.shape import Shape


class Against(Shape):
    """Units and people of the directory whom the paper is against."""

    units: Annotated[tuple[Id, ...], titled("被反映单位", pick="unit")] = ()
    persons: Annotated[tuple[Id, ...], titled("被反映人员", pick="person")] = ()

    @property
    def ids(self) -> frozenset[str]:
        return frozenset((*self.units, *self.persons))


class Recused(Against):
    """The accused, and the units `below` an accused one on the day on which it was named: they keep
    away, too."""

    below: tuple[Id, ...] = ()

    @property
    def ids(self) -> frozenset[str]:
        return frozenset((*self.units, *self.persons, *self.below))


class NamedAgainst(Against):
    """The accused as typed; `note` has those who are not in the directory."""

    note: Annotated[Text, titled("说明", hint="通讯录中没有的单位、人员，在此写明")] = ""


class AgainstNamed(CaseEvent, NamedAgainst, Recused):
    """It is known whom the paper is against (登记被反映对象). The newest such fact counts; `reason`
    is why an earlier one, or none, was wrong."""

    type: ClassVar[str] = "against.named.v1"

    by: Id
    reason: Text = ""


class RecusalNoted(Event, Recused):
    """These units and people neither read nor handle the case here (回避; import of
    against.named)."""

    type: ClassVar[str] = "recusal.noted.v1"


FACTS: tuple[type[Event], ...] = (RecusalNoted,)
"""Facts that every owner may record, on streams of its own."""
