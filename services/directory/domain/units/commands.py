"""Commands about units and their posts."""

from collections.abc import Iterable
from datetime import date
from typing import ClassVar

from shared.contracts.directory import (
    NamingFrom,
    PostDays,
    PostEnd,
    PostStart,
    UnitEnd,
    UnitEntry,
)
from shared.kernel.codes import Id
from shared.kernel.messages import Command, GoverningCommand, InformedCommand


class RegisterUnit(InformedCommand, UnitEntry):
    """A unit begins to exist on a day."""

    name: ClassVar[str] = "register-unit"

    @property
    def day(self) -> date:
        return self.valid_from

    def named(self) -> Iterable[str | None]:
        return (self.parent, self.agency)


class ChangeUnit(InformedCommand, NamingFrom):
    """Another name or another place in the tree from a day on; unchanged fields are repeated."""

    name: ClassVar[str] = "change-unit"

    unit: Id

    @property
    def day(self) -> date:
        return self.valid_from

    def named(self) -> Iterable[str | None]:
        return (self.parent,)


class DissolveUnit(Command, UnitEnd):
    """撤销: from a day on the unit exists no more."""

    name: ClassVar[str] = "dissolve-unit"

    unit: Id


class FillPost(GoverningCommand, PostStart):
    """任职: a person begins to hold a role."""

    name: ClassVar[str] = "fill-post"

    unit: Id

    def named(self) -> Iterable[str | None]:
        return (self.person,)

    def post_holders(self) -> Iterable[str]:
        return (self.person,)

    def gains(self) -> Iterable[str]:
        return (self.person,)


class VacatePost(Command, PostEnd):
    """免职: a person ceases to hold a role."""

    name: ClassVar[str] = "vacate-post"

    unit: Id


class CorrectPost(GoverningCommand, PostDays):
    """The days of a post were entered wrongly; these are the right ones."""

    name: ClassVar[str] = "correct-post"

    unit: Id

    def named(self) -> Iterable[str | None]:
        return (self.person,)

    def post_holders(self) -> Iterable[str]:
        return (self.person,)

    def gains(self) -> Iterable[str]:
        return (self.person,)


UnitCommand = RegisterUnit | ChangeUnit | DissolveUnit | FillPost | VacatePost | CorrectPost
