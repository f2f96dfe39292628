"""A case as intake knows it, folded from its facts."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Any, Literal, TypeVar

from shared.contracts.attachments import AttachmentAdded, AttachmentRemoved
from shared.contracts.calls import CallLapsed, CallOpened
from shared.contracts.case_event import CaseMark
from shared.contracts.erasure import ErasureAsked, ErasureStopped
from shared.contracts.intake import (
    CaseAccepted,
    CaseClassified,
    CaseDeclined,
    CaseRegistered,
    CaseSentBack,
    CaseWithdrawn,
)
from shared.contracts.linking import CaseSplit, CaseUnlinked, LinkKind
from shared.contracts.merging import CaseMerged, CaseUnmerged, LeavingCause, MemberJoined
from shared.contracts.particulars import Noted
from shared.contracts.recusal import AgainstNamed
from shared.contracts.rerouting import CaseDiverted, CasePassedOn, FormerKind
from shared.contracts.signers import (
    RefusalNotified,
    SignatureConfirmed,
    SignatureDeclined,
    WithdrawalEnded,
    WithdrawalRequested,
    digest_of,
)
from shared.kernel.decider import Decide, Evolve, Rows
from shared.kernel.errors import NotFound, RuleViolated
from shared.kernel.messages import Act, Command, Event, Text
from shared.kernel.repeated import require_same
from shared.kernel.shape import Shape

Status = Literal[
    "registered", "accepted", "merged", "split", "declined", "passed-on", "sent-back", "withdrawn",
    "erasing", "erased",
]  # fmt: skip
OVER: frozenset[Status] = frozenset({"declined", "passed-on", "sent-back", "withdrawn", "erased"})
"""Statuses of a paper whose external number is free again."""
Reservation = Literal["cleared", "refused", "ended"]
Refused = CaseDeclined | CaseSentBack | CasePassedOn
F = TypeVar("F", bound=Event)


@dataclass(frozen=True)
class Unregistered:
    """No paper came in under this id."""


@dataclass(frozen=True)
class Erasing:
    """An erasure, from the request on. `destroyed`: the services that have destroyed their keys."""

    asked: ErasureAsked
    confirmed_by: str = ""
    confirmed_at: datetime | None = None
    pages: int = 0
    stayed: tuple[str, ...] = ()
    destroyed: frozenset[str] = frozenset()
    completed_at: datetime | None = None

    @property
    def step(self) -> Literal["waiting", "confirmed", "completed"]:
        if self.completed_at:
            return "completed"
        return "confirmed" if self.confirmed_by else "waiting"


Reasoned = (
    CaseClassified
    | CaseSentBack
    | CaseDiverted
    | CaseMerged
    | CaseUnmerged
    | CaseUnlinked
    | CaseSplit
    | AttachmentRemoved
    | SignatureDeclined
    | WithdrawalRequested
    | CaseWithdrawn
    | ErasureStopped
)
"""Facts with reasons of their own, which no later fact replaces."""


NOTHING_NOTED = Noted()


@dataclass(frozen=True)
class Step:
    """A step with its reasons; `signer`: the public name of the person who did not sign."""

    fact: Reasoned
    signer: str = ""


@dataclass(frozen=True)
class Case:
    """A registered case. `title`, `text` and `asks` are plain once a case of an open kind was
    accepted.

    `reservations` are kept by request; `published`: the public could read a reply to it.
    `version` counts the times that the paper was handed in: it was sent back in between.
    `call` is the newest fact of a call for co-signatures, until the paper is handed in;
    `amended_on` the day on which its text changed. `unconfirmed` are co-signers who are still to
    confirm. `screened` is the newest outcome of a screening, with its checklist; `refusal` is why
    the case was not taken up; of the outcome `to_tell` its first signer has had no notice yet,
    `told` is the newest notice. `former` is what the paper was before diversions. `agreed` are the
    signers who want the case withdrawn; `too_late` ended the time for it; `papers` have the
    signatures that were entered for others. `against` is whom the paper is against, `purpose` the
    class of a petition, `particulars` how it came. `merger` is how it is handled with its master,
    `members` are those that are handled with it; `links` says what it is to other cases.
    `attachments` are its files, `removed` how former ones went. `steps` have the reasons of
    decisions. `newest` is the moment of the newest fact; the papers are kept from then on.
    """

    paper: CaseRegistered
    status: Status
    title: Text
    text: Text
    newest: datetime
    asks: tuple[Text, ...] = ()
    number: int | None = None
    label: str | None = None
    reservations: Mapping[str, Reservation] = field(default_factory=dict)
    published: bool = False
    call: CallOpened | CallLapsed | None = None
    amended_on: date | None = None
    unconfirmed: frozenset[str] = frozenset()
    screened: CaseAccepted | Refused | None = None
    refusal: Refused | None = None
    to_tell: Refused | CaseDiverted | None = None
    told: RefusalNotified | None = None
    former: tuple[FormerKind, ...] = ()
    agreed: frozenset[str] = frozenset()
    too_late: WithdrawalEnded | None = None
    papers: Mapping[str, SignatureConfirmed] = field(default_factory=dict)
    erasure: Erasing | None = None
    against: AgainstNamed | None = None
    purpose: str | None = None
    merger: CaseMerged | None = None
    members: Mapping[str, MemberJoined] = field(default_factory=dict)
    links: Mapping[str, LinkKind] = field(default_factory=dict)
    particulars: Noted = NOTHING_NOTED
    version: int = 1
    steps: tuple[Step, ...] = ()
    attachments: Mapping[str, AttachmentAdded] = field(default_factory=dict)
    removed: Mapping[str, AttachmentRemoved] = field(default_factory=dict)

    @property
    def signers(self) -> frozenset[str]:
        """Returns the ids of the proposers who have signed."""
        return frozenset(one.id for one in self.paper.proposers) - self.unconfirmed

    @property
    def called(self) -> CallOpened | None:
        """Returns the call that is open; None where there was none, or it is over."""
        return self.call if isinstance(self.call, CallOpened) else None

    @property
    def edition(self) -> int:
        """Returns the number of the paper as it is to be judged now: it grows when the paper comes
        again, and when it becomes another kind."""
        return self.version + len(self.former)

    @property
    def came_in_on(self) -> date:
        """Returns the day on which the paper came in as it reads now, whatever its kind was
        then."""
        first = (self.former[0] if self.former else self.paper).received_on
        return max(first, self.amended_on or first)

    @property
    def text_digest(self) -> str | None:
        """Returns the digest of the words as they read now; None once they are open."""
        return digest_of(self.title, self.text, self.asks)

    @property
    def publication_under_way(self) -> bool:
        return "cleared" in self.reservations.values()

    def has_ended(self, request: str) -> bool:
        """Returns whether the request was refused, or its reservation has ended."""
        return self.reservations.get(request, "cleared") != "cleared"

    def head(self, at: datetime) -> dict[str, Any]:
        """Returns the fields that every fact of the case repeats."""
        return self.paper.fields(CaseMark) | {"round": self.paper.round, "at": at}


def with_step(case: Case, fact: Reasoned, signer: str = "") -> Case:
    """Returns the case with the step, whose reasons its readers see."""
    return replace(case, steps=(*case.steps, Step(fact, signer)))


def unmerged(
    case: Case, command: Command, cause: LeavingCause, reason: Text = ""
) -> Iterator[CaseUnmerged]:
    """Yields the fact by which a merged case goes on by itself; nothing for another one."""
    if case.merger:
        head, why = case.head(command.at), {"cause": cause, "reason": reason}
        yield CaseUnmerged(**head, by=command.by, master=case.merger.into, **why)


IntakeState = Unregistered | Case
UNREGISTERED: IntakeState = Unregistered()

Decisions = Rows[Decide[IntakeState]]
Folds = Rows[Evolve[IntakeState]]
Openness = dict[type[Command], frozenset[Status]]
"""Commands of people, with the statuses in which they can change a case."""


def require_case(state: IntakeState) -> Case:
    """Returns the case; raises NotFound where none is registered."""
    if isinstance(state, Unregistered):
        raise NotFound("没有这件来件")
    return state


def require_same_step(
    command: Act, case: Case, kind: type[Reasoned], *payloads: type[Shape]
) -> None:
    """Refuses an act that says something else than the newest such step of the case."""
    known = [step.fact for step in case.steps if isinstance(step.fact, kind)]
    require_same(command, known[-1], *payloads)


def is_repeated(case: Case, outcome: Status, open_in: frozenset[Status]) -> bool:
    """Returns whether the case has the outcome already. Raises RuleViolated where its status is
    another one that is not `open_in` the decision."""
    if case.status != outcome and case.status not in open_in:
        raise RuleViolated("case-decided", f"该件{{situation:{case.status}}}，不能再这样办理")
    return case.status == outcome


def of_case(
    fold: Callable[[Case, F], Case], is_news: bool = True
) -> Callable[[IntakeState, F], IntakeState]:
    """Returns the fold for every state: an unregistered case stays unregistered. `is_news`: whether
    the papers are kept from this fact on (an erasure adds nothing to keep)."""

    def folded(state: IntakeState, fact: F) -> IntakeState:
        if not isinstance(state, Case):
            return state
        newest = max(state.newest, fact.at) if is_news else state.newest
        return replace(fold(state, fact), newest=newest)

    return folded
