"""What may be asked of intake, by people and by its own reactions."""

from collections.abc import Iterable
from datetime import date
from typing import ClassVar, Literal

from shared.contracts.case_event import Kind
from shared.contracts.intake import ErasureReason, ProposerKind, SourceLevel
from shared.kernel.codes import Code, ExternalNumber, Id, Label, Name, Session
from shared.kernel.messages import Command, Free, InformedCommand, Personal, RuledCommand
from shared.kernel.shape import Shape


class Signatory(Shape):
    """One who asks. `person` where the directory knows who that is; `masked` is the public form of
    the name of everybody else; `contact` holds name, phone and address as one sealed text."""

    person: Id | None = None
    masked: Name
    part: Literal["lead", "co"] = "co"
    contact: Personal | None = None


class RegisterCase(RuledCommand, InformedCommand):
    """`client`: the partner platform that asks, where one does. Who sits and which units there are
    is looked at as of the day on which the paper came."""

    name: ClassVar[str] = "register-case"

    agency: Id
    kind: Kind
    channel: Code
    period: Code
    proposers: tuple[Signatory, ...]
    title: Free
    text: Free
    subject: Code
    region: Code
    source_level: SourceLevel = "city"
    proposer_kind: ProposerKind = "person"
    session: Session | None = None
    in_session: bool = False
    received_on: date
    wanted_unit: Id | None = None
    consent: bool = True
    no_consent_reason: Free | None = None
    face_to_face_wanted: bool = False
    people: int = 1
    external_no: ExternalNumber | None = None
    client: Id | None = None

    @property
    def day(self) -> date:
        return self.received_on

    @property
    def persons(self) -> tuple[str, ...]:
        """The proposers who are named by an id."""
        return tuple(one.person for one in self.proposers if one.person)

    def named(self) -> Iterable[str | None]:
        return (*self.persons, self.wanted_unit, self.client)

    def regions(self) -> Iterable[str]:
        return (self.region,)


class AcceptCase(RuledCommand):
    """`title` and `text` are the words themselves, which acceptance opens for the open kinds;
    for the sealed kinds they are not looked at."""

    name: ClassVar[str] = "accept-case"

    title: Free
    text: Free


class DeclineCase(RuledCommand):
    name: ClassVar[str] = "decline-case"

    reason: Code
    note: Free = ""


class SendBackCase(RuledCommand):
    name: ClassVar[str] = "send-back-case"

    reason: Code
    note: Free = ""


class WithdrawCase(Command):
    name: ClassVar[str] = "withdraw-case"

    reason: Free = ""
    all_cosigners_agree: bool = False


class EraseCase(Command):
    name: ClassVar[str] = "erase-case"

    reason: ErasureReason


class IssueNumber(RuledCommand):
    """To a series: the next number for the case."""

    name: ClassVar[str] = "issue-number"

    agency: Id
    kind: Kind
    channel: Code
    period: Code
    case: Id


class NoteNumber(Command):
    """Import of number.issued."""

    name: ClassVar[str] = "note-number"

    number: int
    label: Label


class ClearPublication(Command):
    """Import of disclosure.requested; always answered."""

    name: ClassVar[str] = "clear-publication"

    task: Id
    request: Id


class EndPublication(Command):
    """Import of case.disclosed and publication.released."""

    name: ClassVar[str] = "end-publication"

    task: Id
    request: Id
    how: Literal["disclosed", "released"]


Screening = AcceptCase | DeclineCase | SendBackCase
Import = NoteNumber | ClearPublication | EndPublication
IntakeCommand = RegisterCase | Screening | WithdrawCase | EraseCase | Import
