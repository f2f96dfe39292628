"""Commands of registration."""

from collections.abc import Iterable
from datetime import date
from typing import ClassVar, Literal

from shared.contracts.case_event import CaseMark
from shared.contracts.intake import Registration
from shared.kernel.codes import Id, Name
from shared.kernel.messages import InformedCommand, RuledCommand, Text
from shared.kernel.shape import Shape


class Signatory(Shape):
    """A proposer as typed. `person` is an id of the directory; `masked` is the public form of the
    name of everybody else; `contact` holds name, phone and address as one sealed text."""

    person: Id | None = None
    masked: Name
    part: Literal["lead", "co"] = "co"
    contact: Text | None = None


class RegisterCase(RuledCommand, InformedCommand, CaseMark, Registration):
    """Registers a paper. `client` is the partner platform that sends it, if one does. Deputies and
    units are looked up as of the day on which the paper came in."""

    name: ClassVar[str] = "register-case"

    proposers: tuple[Signatory, ...]

    @property
    def day(self) -> date:
        return self.received_on

    @property
    def persons(self) -> tuple[str, ...]:
        """Ids of the proposers who have one."""
        return tuple(signer.person for signer in self.proposers if signer.person)

    def named(self) -> Iterable[str | None]:
        return (*self.persons, self.wanted_unit, self.client)

    def regions(self) -> Iterable[str]:
        return (self.region,)


RegistrationCommand = RegisterCase
