"""Facts of intake: what was asked, and whether it is taken up. Only intake may record them."""

from datetime import date
from typing import ClassVar, Literal

from shared.contracts.case_event import CaseEvent, Kind, Proposer
from shared.contracts.obligations import EVERY, Effects, withdraws
from shared.kernel.codes import Code, ExternalNumber, Id, Label, Session
from shared.kernel.messages import Event, Text

ProposerKind = Literal["person", "joint", "delegation", "party", "group", "sector", "committee"]
SourceLevel = Literal["nation", "province", "city", "county"]
ErasureReason = Literal["retention-ended", "person-asked", "unlawful-content"]


class CaseRegistered(CaseEvent):
    """A paper came in. Title and text are sealed until the case is accepted, and for ever where
    `sealed` says so."""

    type: ClassVar[str] = "case.registered.v1"

    proposers: tuple[Proposer, ...]
    title: Text
    text: Text
    subject: Code
    region: Code
    source_level: SourceLevel = "city"
    proposer_kind: ProposerKind = "person"
    session: Session | None = None
    in_session: bool = False
    received_on: date
    wanted_unit: Id | None = None
    consent: bool = True
    no_consent_reason: Text | None = None
    face_to_face_wanted: bool = False
    people: int = 1
    external_no: ExternalNumber | None = None
    sealed: bool = True


class CaseAccepted(CaseEvent):
    """Taken up (立案). For open kinds title and text are open from here on; sealed kinds keep
    the reference."""

    type: ClassVar[str] = "case.accepted.v1"

    by: Id
    title: Text
    text: Text
    proposers: tuple[Proposer, ...]
    subject: Code
    region: Code
    wanted_unit: Id | None = None
    consent: bool = True
    external_no: ExternalNumber | None = None


class CaseDeclined(CaseEvent):
    """Not taken up (不立案), with a coded reason."""

    type: ClassVar[str] = "case.declined.v1"

    by: Id
    reason: Code
    note: Text = ""


class CaseSentBack(CaseEvent):
    """Returned to the proposer to be rewritten (退回)."""

    type: ClassVar[str] = "case.sent-back.v1"

    by: Id
    reason: Code
    note: Text = ""


class CaseNumbered(CaseEvent):
    """The case got its number of the agency's series for the kind and period."""

    type: ClassVar[str] = "case.numbered.v1"

    number: int
    label: Label


class CaseWithdrawn(CaseEvent):
    """Withdrawn by its proposers; everything that is under way stops."""

    type: ClassVar[str] = "case.withdrawn.v1"
    obligations: ClassVar[Effects] = (withdraws(why="withdrawn", subject=EVERY),)

    by: Id
    reason: Text = ""


class CaseErased(CaseEvent):
    """Personal data of the case is destroyed: every service throws its data key away. The log
    still verifies."""

    type: ClassVar[str] = "case.erased.v1"
    obligations: ClassVar[Effects] = (withdraws(why="erased", subject=EVERY),)

    by: Id
    reason: Code


class PublicationCleared(CaseEvent):
    """Intake reserves the case for publication: until it is disclosed or released it cannot be
    withdrawn."""

    type: ClassVar[str] = "publication.cleared.v1"

    task: Id
    request: Id


class PublicationRefused(CaseEvent):
    """The case may not be published (withdrawn or erased in the meantime)."""

    type: ClassVar[str] = "publication.refused.v1"

    task: Id
    request: Id
    reason: Code


class PublicationEnded(CaseEvent):
    """Intake learned that a reservation was used or given back (import of case.disclosed,
    publication.released)."""

    type: ClassVar[str] = "publication.ended.v1"

    task: Id
    request: Id
    how: Literal["disclosed", "released"]


class NumberIssued(Event):
    """The next number of a series, for a case. Stream `series-<agency>-<kind>-<period>`."""

    type: ClassVar[str] = "number.issued.v1"

    kind: Kind
    period: Code
    number: int
    label: Label
    case: Id


FACTS: tuple[type[Event], ...] = (
    CaseRegistered,
    CaseAccepted,
    CaseDeclined,
    CaseSentBack,
    CaseNumbered,
    CaseWithdrawn,
    CaseErased,
    PublicationCleared,
    PublicationRefused,
    PublicationEnded,
    NumberIssued,
)
