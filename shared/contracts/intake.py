"""Facts of intake: what was asked, and whether it is taken up. Only intake may record them.

Payloads come first. A payload is inherited by the command that brings it, by its fact, by the HTTP
body and by the view.
"""

from typing import ClassVar, Literal, get_args

from shared.contracts.case_event import CaseEvent, Kind, Proposer
from shared.contracts.obligations import EVERY, Effects, withdraws
from shared.kernel.codes import Code, ExternalNumber, Id, Label, Session
from shared.kernel.days import Day
from shared.kernel.messages import Event, Text
from shared.kernel.shape import Shape

ProposerKind = Literal["person", "joint", "delegation", "party", "group", "sector", "committee"]
SourceLevel = Literal["nation", "province", "city", "county"]
ErasureReason = Literal["retention-ended", "person-asked", "unlawful-content"]


class Matter(Shape):
    """The part of a paper that later services need."""

    subject: Code
    region: Code
    wanted_unit: Id | None = None
    consent: bool = True
    external_no: ExternalNumber | None = None


class Paper(Matter):
    """The coded fields of a paper."""

    source_level: SourceLevel = "city"
    session: Session | None = None
    in_session: bool = False
    received_on: Day
    no_consent_reason: Text | None = None
    face_to_face_wanted: bool = False


class Origin(Shape):
    """Behind the paper: the form of its proposers, and how many people it concerns."""

    proposer_kind: ProposerKind = "person"
    people: int = 1


class Wording(Shape):
    """The words of a paper: title (案由) and text (内容)."""

    title: Text
    text: Text


class Registration(Paper, Origin, Wording):
    """A paper as it is registered, but for its proposers."""


class Refusal(Shape):
    """`reason` is one of the codes that the policy row of the kind allows."""

    reason: Code
    note: Text = ""


class Withdrawal(Shape):
    """The reason of the proposers, where they give one."""

    reason: Text = ""


class Erasure(Shape):
    """The legal connections of an erasure."""

    reason: ErasureReason


class CaseNumber(Shape):
    """A number of a series, its printed form, and the organ that numbers such cases."""

    number: int
    label: Label
    organ: Id | None = None


class PublicationRequest(Shape):
    """The publication of the reply to one task; `request` tells two requests for it apart."""

    task: Id
    request: Id


class PublicationEnd(PublicationRequest):
    """End of a request for publication."""

    how: Literal["disclosed", "released"]


class CaseRegistered(CaseEvent, Registration):
    """A paper came in. Title and text are sealed until the case is accepted, and for ever where
    `sealed` says so."""

    type: ClassVar[str] = "case.registered.v1"

    proposers: tuple[Proposer, ...]
    sealed: bool = True


class CaseAccepted(CaseEvent, Matter, Wording):
    """Taken up (立案). For open kinds title and text are open from here on; sealed kinds keep
    the reference."""

    type: ClassVar[str] = "case.accepted.v1"

    by: Id
    proposers: tuple[Proposer, ...]


class CaseDeclined(CaseEvent, Refusal):
    """Not taken up (不立案), with a coded reason."""

    type: ClassVar[str] = "case.declined.v1"

    by: Id


class CaseSentBack(CaseEvent, Refusal):
    """Returned to the proposer to be rewritten (退回)."""

    type: ClassVar[str] = "case.sent-back.v1"

    by: Id


class CaseNumbered(CaseEvent, CaseNumber):
    """The case got its number of the agency's series for the kind and period."""

    type: ClassVar[str] = "case.numbered.v1"


class CaseWithdrawn(CaseEvent, Withdrawal):
    """Withdrawn by its proposers; everything that is under way stops."""

    type: ClassVar[str] = "case.withdrawn.v1"
    obligations: ClassVar[Effects] = (withdraws(why="withdrawn", subject=EVERY),)

    by: Id


class CaseErased(CaseEvent):
    """Personal data of the case is destroyed: every service throws its data key away. The log
    still verifies."""

    type: ClassVar[str] = "case.erased.v1"
    obligations: ClassVar[Effects] = (withdraws(why="erased", subject=EVERY),)

    by: Id
    reason: Code


class PublicationCleared(CaseEvent, PublicationRequest):
    """Intake reserves the case for publication: until it is disclosed or released it cannot be
    withdrawn."""

    type: ClassVar[str] = "publication.cleared.v1"


class PublicationRefused(CaseEvent, PublicationRequest):
    """The case may not be published (withdrawn or erased in the meantime)."""

    type: ClassVar[str] = "publication.refused.v1"

    reason: Code


class PublicationEnded(CaseEvent, PublicationEnd):
    """Intake learned that a reservation was used or given back (import of case.disclosed,
    publication.released)."""

    type: ClassVar[str] = "publication.ended.v1"


class NumberIssued(Event, CaseNumber):
    """The next number of a series, for a case. Stream `series-<agency>-<kind>-<period>`."""

    type: ClassVar[str] = "number.issued.v1"

    kind: Kind
    period: Code
    case: Id


IntakeEvent = (
    CaseRegistered
    | CaseAccepted
    | CaseDeclined
    | CaseSentBack
    | CaseNumbered
    | CaseWithdrawn
    | CaseErased
    | PublicationCleared
    | PublicationRefused
    | PublicationEnded
)
"""Facts of a case's stream, `intake-<case>`."""

FACTS: tuple[type[Event], ...] = (*get_args(IntakeEvent), NumberIssued)
