"""What disclosure may be asked."""

from collections.abc import Mapping
from datetime import date
from typing import ClassVar, Literal

from pydantic import Field

from shared.contracts.case_event import CaseMark
from shared.contracts.disclosure import Mode
from shared.contracts.handling import DisclosureProposal, Meaning
from shared.kernel.codes import ClassLetter, Code, Id, Label, Name, Words
from shared.kernel.messages import Command, Free, RuledCommand, Text


class NoteCase(Command):
    """What a rendition needs from the accepted case, or its number (import); absent: not said."""

    name: ClassVar[str] = "note-case"

    mark: CaseMark
    round: int
    title: Text | None = None
    label: Label | None = None
    subject: Code | None = None
    region: Code | None = None
    names: tuple[Name, ...] = ()
    consent: bool | None = None


class ProposeDisclosure(Command):
    """A signed reply brings its proposal (import of reply.signed)."""

    name: ClassVar[str] = "propose-disclosure"

    mark: CaseMark
    round: int
    task: Id
    unit: Id
    proposal: DisclosureProposal
    public_text: Text
    letter: ClassLetter
    meaning: Meaning


class OpenDisclosure(RuledCommand):
    """The reply was delivered: a decision is due (import of case.replied)."""

    name: ClassVar[str] = "open-disclosure"

    task: Id
    replied_on: date


class DecideDisclosure(RuledCommand):
    """The publisher says whether, in which form, or why not. What is said may become public."""

    name: ClassVar[str] = "decide-disclosure"

    task: Id
    mode: Mode
    form: Literal["full", "abstract"] | None = None
    reason: Code | None = None
    title: Free | None = None
    text: Free | None = None


class ReviewDisclosure(Command):
    """Another person approves the decision or sends it back."""

    name: ClassVar[str] = "review-disclosure"

    task: Id
    approved: bool
    remark: Free = ""


class PublishDisclosure(RuledCommand):
    """Intake has reserved the case (import of publication.cleared). `opened`: the decision's words
    that were sealed until now, as the edge found them."""

    name: ClassVar[str] = "publish-disclosure"

    case: Id
    task: Id
    request: Id
    opened: Mapping[str, Words] = Field(default_factory=dict, exclude=True, repr=False)


class EndRequest(Command):
    """Intake did not reserve the case (import of publication.refused)."""

    name: ClassVar[str] = "end-request"

    task: Id
    request: Id
    reason: Code


class WithdrawDisclosure(Command):
    """Takes a published reply down."""

    name: ClassVar[str] = "withdraw-disclosure"

    task: Id
    reason: Free


class StopDisclosure(Command):
    """The case was withdrawn or erased (import)."""

    name: ClassVar[str] = "stop-disclosure"

    mark: CaseMark
    round: int
    reason: Code


DisclosureCommand = (
    NoteCase
    | ProposeDisclosure
    | OpenDisclosure
    | DecideDisclosure
    | ReviewDisclosure
    | PublishDisclosure
    | EndRequest
    | WithdrawDisclosure
    | StopDisclosure
)
