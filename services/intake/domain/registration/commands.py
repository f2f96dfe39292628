"""Commands of registration."""

from collections.abc import Iterable
from datetime import date
from typing import ClassVar, Literal

from services.intake.domain.linking.commands import Whole
from shared.contracts.case_event import CaseMark
from shared.contracts.payloads.intake import Registration
from shared.contracts.recusal import NamedAgainst
from shared.kernel.codes import Digest, Id, ImportRef, Likeness, Name, Serial
from shared.kernel.days import Day
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
    units are looked up as of the day on which the paper came in.

    `serial` names the row of a ledger, `batch` the import that brings it, `request` the request
    that brings a paper with an external number. `holder` is the case that
    has the paper's external number already, as far as the read model knows. `against`: whom the
    paper is against. `call_until`: until when its author calls for the signatures of the others.
    `petitioners`: digests of names and phones of citizens. `known`: those of the `earlier` cases
    that the sender may know and that such a case may repeat. `split_from`: the paper of several
    matters of which this is a part; `whole` is that paper, absent where the sender may not know it.
    """

    name: ClassVar[str] = "register-case"

    proposers: tuple[Signatory, ...]
    serial: Serial | None = None
    batch: ImportRef | None = None
    request: Id | None = None
    holder: Id | None = None
    likeness: Digest | None = None
    against: NamedAgainst | None = None
    call_until: Day | None = None
    petitioners: tuple[Likeness, ...] = ()
    known: tuple[Id, ...] = ()
    split_from: Id | None = None
    whole: Whole | None = None

    @property
    def day(self) -> date:
        return self.received_on

    @property
    def persons(self) -> tuple[str, ...]:
        """Ids of the proposers who have one."""
        return tuple(signer.person for signer in self.proposers if signer.person)

    @property
    def is_own(self) -> bool:
        """Returns whether a proposer registers his own paper."""
        return self.by in self.persons

    @property
    def came(self) -> int:
        """Returns how many came in person; those who are named, where nobody has counted."""
        return self.visitors or len(self.proposers)

    def named(self) -> Iterable[str | None]:
        accused = self.against.ids if self.against else ()
        return (*self.persons, self.wanted_unit, self.client, *accused, self.agency)

    def workplaces(self) -> Iterable[str]:
        return self.against.units if self.against else ()

    def regions(self) -> Iterable[str]:
        return (self.region,)


RegistrationCommand = RegisterCase
