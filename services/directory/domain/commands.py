"""What may be asked of the directory."""

from collections.abc import Iterable
from datetime import date
from typing import ClassVar, Literal

from shared.contracts.case_event import Kind
from shared.kernel.codes import CardNumber, Code, Id, Name
from shared.kernel.messages import Command, InformedCommand, Personal

Level = Literal["city", "county", "bureau", "section", "external"]
Body = Literal["npc", "cppcc"]


class RegisterUnit(InformedCommand):
    name: ClassVar[str] = "register-unit"

    unit: Id
    title: Name
    short: Name
    level: Level
    parent: Id | None = None
    agency: Id
    region: Code | None = None
    valid_from: date

    @property
    def day(self) -> date:
        return self.valid_from

    def named(self) -> Iterable[str | None]:
        return (self.parent, self.agency)


class ChangeUnit(InformedCommand):
    """Another name or another place in the tree, from a day on; all three are what is true then."""

    name: ClassVar[str] = "change-unit"

    unit: Id
    title: Name
    short: Name
    parent: Id | None = None
    valid_from: date

    @property
    def day(self) -> date:
        return self.valid_from

    def named(self) -> Iterable[str | None]:
        return (self.parent,)


class DissolveUnit(Command):
    """撤销: from a day on nothing more can be asked of the unit."""

    name: ClassVar[str] = "dissolve-unit"

    unit: Id
    valid_to: date


class FillPost(InformedCommand):
    name: ClassVar[str] = "fill-post"

    unit: Id
    role: Code
    person: Id
    valid_from: date

    def named(self) -> Iterable[str | None]:
        return (self.person,)


class VacatePost(Command):
    name: ClassVar[str] = "vacate-post"

    unit: Id
    role: Code
    person: Id
    valid_to: date


class RegisterPerson(InformedCommand):
    name: ClassVar[str] = "register-person"

    person: Id
    title: Name
    phone: Personal | None = None
    agency: Id

    def named(self) -> Iterable[str | None]:
        return (self.agency,)


class RegisterDeputy(InformedCommand):
    """代表 (npc) or 委员 (cppcc) of one term; a person may have several terms."""

    name: ClassVar[str] = "register-deputy"

    person: Id
    title: Name
    body: Body
    number: CardNumber
    delegation: Name
    agency: Id
    term_from: date
    term_to: date
    phone: Personal | None = None

    def named(self) -> Iterable[str | None]:
        return (self.agency,)


class GrantDelegation(InformedCommand):
    name: ClassVar[str] = "grant-delegation"

    person: Id
    delegate: Id
    valid_from: date
    valid_to: date

    def named(self) -> Iterable[str | None]:
        return (self.delegate,)


class RegisterClient(InformedCommand):
    name: ClassVar[str] = "register-client"

    client: Id
    title: Name
    agency: Id
    kinds: tuple[Kind, ...] = ()

    def named(self) -> Iterable[str | None]:
        return (self.agency,)


UnitCommand = RegisterUnit | ChangeUnit | DissolveUnit | FillPost | VacatePost
PersonCommand = RegisterPerson | RegisterDeputy | GrantDelegation
DirectoryCommand = UnitCommand | PersonCommand | RegisterClient
