"""Command that names those whom a paper is against."""

from collections.abc import Iterable
from typing import ClassVar

from shared.contracts.recusal import NamedAgainst
from shared.kernel.codes import Id
from shared.kernel.messages import InformedCommand, RuledCommand, Text


class NameAgainst(RuledCommand, InformedCommand, NamedAgainst):
    """登记、更正被反映对象: the lists replace those known before. `agency` is that of the case."""

    name: ClassVar[str] = "name-against"

    agency: Id
    reason: Text = ""

    def named(self) -> Iterable[str | None]:
        return (*self.units, *self.persons, self.agency)

    def workplaces(self) -> Iterable[str]:
        return self.units


RecusalCommand = NameAgainst
