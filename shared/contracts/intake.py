"""Facts of intake: what was asked, and whether it is taken up. Only intake may record them.

Payloads come first. A payload is inherited by the command that brings it, by its fact, by the HTTP
body and by the view.
"""

from dataclasses import replace
from typing import ClassVar, get_args

from shared.contracts.attachments import AttachmentAdded, AttachmentRemoved
from shared.contracts.calls import CallLapsed, CallOpened, PaperHandedIn, WordingAmended
from shared.contracts.case_event import CaseEvent, Kind, Proposer
from shared.contracts.effects import CASE, EVERY, Effects, meets, opens, withdraws
from shared.contracts.erasure import (
    ErasureAsked,
    ErasureCompleted,
    ErasureConfirmed,
    ErasureProgressed,
    ErasureStopped,
)
from shared.contracts.linking import CaseLinked, CaseSplit, CaseUnlinked
from shared.contracts.merging import (
    CaseMerged,
    CaseUnmerged,
    MemberJoined,
    MemberLeft,
    MembersClosed,
)
from shared.contracts.outcomes import not_taken_up
from shared.contracts.particulars import Noted, ParticularsNoted
from shared.contracts.payloads.intake import (
    CaseNumber,
    Classification,
    Matter,
    PublicationEnd,
    PublicationRequest,
    Refusal,
    Registration,
    Wording,
)
from shared.contracts.payloads.screening import Checked
from shared.contracts.recusal import AgainstNamed
from shared.contracts.rerouting import CaseDiverted, CasePassedOn
from shared.contracts.resubmission import PaperResubmitted
from shared.contracts.signers import (
    RefusalNotified,
    Signature,
    SignatureConfirmed,
    SignatureDeclined,
    Withdrawal,
    WithdrawalEnded,
    WithdrawalRequested,
)
from shared.kernel.codes import Code, Id, ImportRef, Likeness, PersonRef
from shared.kernel.messages import Event


class CaseRegistered(CaseEvent, Registration, Noted):
    """A paper came in on the day `received_on`. Title and text are sealed until the case is
    accepted, and for ever where `sealed` says so.

    `confirmed` is the one signer who has confirmed his signature; where it is absent, all have.
    Until the co-signers `awaited` have answered, nobody can screen the paper: each of them owes it,
    and no organ. `called`: until the day of the call that was opened with it, else by the policy
    row.
    Papers with the same `likeness` probably have the same text; it is too short to tell what the
    text is; with the same `petitioners`, names and phones of citizens, that they come from the same
    person. `batch` is the import by which the paper came, where it came by one; `receiver`: whoever
    took the paper and wrote it down (首问责任人), where somebody at work did. `request`: id of the
    request by which a paper with an external number came, which its number does not tell.
    """

    type: ClassVar[str] = "case.registered.v1"
    counts_on: ClassVar[str | None] = "received_on"
    obligations: ClassVar[Effects] = (
        opens("screening", subject=CASE, when={"awaited": ((),)}),
        opens(
            "signature",
            each="awaited",
            subject="signer",
            person="signer",
            when={"called": (False,)},
        ),
    )

    proposers: tuple[Proposer, ...]
    confirmed: Id | None = None
    awaited: tuple[Signature, ...] = ()
    called: bool = False
    likeness: Likeness | None = None
    petitioners: tuple[Likeness, ...] = ()
    batch: ImportRef | None = None
    request: Id | None = None
    receiver: PersonRef | None = None
    sealed: bool = True


class CaseAccepted(CaseEvent, Matter, Wording, Checked):
    """Taken up (立案). For open kinds title and text are open from here on; sealed kinds keep
    the reference."""

    type: ClassVar[str] = "case.accepted.v1"
    obligations: ClassVar[Effects] = (meets("screening", why="accepted", subject=CASE),)
    entails: ClassVar[Effects] = (
        replace(opens("hand-out", subject=CASE, of_unit=False), since="received_on"),
    )

    by: Id
    proposers: tuple[Proposer, ...]
    receiver: PersonRef | None = None


class CaseDeclined(CaseEvent, Refusal, Checked):
    """Not taken up (不立案), with a coded reason."""

    type: ClassVar[str] = "case.declined.v1"
    obligations: ClassVar[Effects] = not_taken_up("declined")

    by: Id


class CaseSentBack(CaseEvent, Refusal, Checked):
    """Returned to the proposer to be rewritten (退回)."""

    type: ClassVar[str] = "case.sent-back.v1"
    obligations: ClassVar[Effects] = not_taken_up("sent-back")

    by: Id


class CaseClassified(CaseEvent, Classification):
    """The purpose of an accepted petition was corrected (更正分类); it decides which units may
    handle it."""

    type: ClassVar[str] = "case.classified.v1"

    by: Id


class CaseNumbered(CaseEvent, CaseNumber):
    """The case got its number of the agency's series for the kind and period."""

    type: ClassVar[str] = "case.numbered.v1"


class CaseWithdrawn(CaseEvent, Withdrawal):
    """Withdrawn by its proposers; everything that is under way stops."""

    type: ClassVar[str] = "case.withdrawn.v1"
    counts_on: ClassVar[str | None] = "on"
    obligations: ClassVar[Effects] = (withdraws(why="withdrawn", subject=EVERY),)

    by: Id


class CaseErased(CaseEvent):
    """No page of the case is public any more: every service destroys its data key, then says so.
    The log still verifies. `by` confirmed the erasure, `pages` were taken down for it."""

    type: ClassVar[str] = "case.erased.v1"
    obligations: ClassVar[Effects] = (withdraws(why="erased", subject=EVERY),)

    by: Id
    reason: Code
    pages: int = 0


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
    | CasePassedOn
    | CaseDiverted
    | CaseClassified
    | CaseMerged
    | CaseUnmerged
    | MemberJoined
    | MemberLeft
    | MembersClosed
    | CaseLinked
    | CaseUnlinked
    | CaseSplit
    | ParticularsNoted
    | RefusalNotified
    | SignatureConfirmed
    | SignatureDeclined
    | CallOpened
    | WordingAmended
    | PaperResubmitted
    | AttachmentAdded
    | AttachmentRemoved
    | CallLapsed
    | PaperHandedIn
    | CaseNumbered
    | AgainstNamed
    | WithdrawalRequested
    | WithdrawalEnded
    | CaseWithdrawn
    | ErasureAsked
    | ErasureStopped
    | ErasureConfirmed
    | CaseErased
    | ErasureProgressed
    | ErasureCompleted
    | PublicationCleared
    | PublicationRefused
    | PublicationEnded
)
"""Facts of a case's stream, `intake-<case>`."""

FACTS: tuple[type[Event], ...] = (*get_args(IntakeEvent), NumberIssued)
