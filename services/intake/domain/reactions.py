"""Reactions of intake: an accepted case gets a number, a request for publication an answer; how
far a case has come ends the time for its withdrawal; an erasure goes on; a call
for co-signatures ends with its day; members of a merger and their master hear of one another."""

from collections.abc import Mapping, Sequence

from services.intake.domain.calls.commands import EndCall
from services.intake.domain.ending.commands import EndWithdrawal
from services.intake.domain.erasure.commands import EraseCase, NoteDestroyed
from services.intake.domain.merging.reactions import about_merger
from services.intake.domain.numbering.commands import IssueNumber, NoteNumber
from services.intake.domain.reservation.commands import ClearPublication, EndPublication
from shared.contracts.assignment import AssignmentStopped, CaseAssigned, CaseClosed
from shared.contracts.case_event import CaseEvent
from shared.contracts.disclosure import (
    CaseDisclosed,
    DisclosureRequested,
    DisclosureStopped,
    PagesTakenDown,
    PublicationReleased,
)
from shared.contracts.feedback import FeedbackStopped
from shared.contracts.handling import CaseReplied, HandlingStopped
from shared.contracts.intake import CaseAccepted, CaseErased, NumberIssued
from shared.contracts.payloads.intake import CaseNumber, PublicationRequest
from shared.contracts.reminder import CaseEscalated, ReminderSent
from shared.contracts.signers import WithdrawalStage
from shared.kernel.messages import Reaction, Recorded

SYSTEM = "system:intake"
STAGES: Mapping[type[CaseEvent], WithdrawalStage] = {
    CaseAssigned: "assigned",
    CaseReplied: "replied",
    CaseClosed: "closed",
}
"""Facts that may end the time for a withdrawal."""


def react(recorded: Recorded) -> Sequence[Reaction]:
    match recorded.event:
        case CaseAccepted() as event:
            return [issue(event, recorded)]
        case NumberIssued() as event:
            note = NoteNumber(at=event.at, by=SYSTEM, **event.fields(CaseNumber))
            return [Reaction(f"intake-{event.case}", note)]
        case DisclosureRequested() as event:
            clear = ClearPublication(at=event.at, by=SYSTEM, **event.fields(PublicationRequest))
            return [Reaction(f"intake-{recorded.case_id}", clear, event.request)]
        case CaseAssigned() | CaseReplied() | CaseClosed() as event:
            return [end_withdrawal(event, recorded), *about_merger(recorded)]
        case CaseDisclosed() | PublicationReleased() as event:
            return [end(event, recorded)]
        case _:
            return [*about_call(recorded), *about_merger(recorded), *about_erasure(recorded)]


def about_call(recorded: Recorded) -> Sequence[Reaction]:
    """Ends a call for co-signatures when its day is over."""
    match recorded.event:
        case ReminderSent(rule="call", deems=True) | CaseEscalated(rule="call", deems=True):
            end_call = EndCall(at=recorded.event.at, by=SYSTEM)
            return [Reaction(f"intake-{recorded.case_id}", end_call)]
        case _:
            return []


def issue(event: CaseAccepted, recorded: Recorded) -> Reaction:
    command = IssueNumber(
        at=event.at,
        by=SYSTEM,
        agency=recorded.agency,
        kind=event.kind,
        channel=event.channel,
        period=event.period,
        case=recorded.case_id or "",
    )
    stream = f"series-{recorded.agency}-{event.kind}-{event.period}"
    return Reaction(stream, command, command.case)


def end_withdrawal(event: CaseAssigned | CaseReplied | CaseClosed, recorded: Recorded) -> Reaction:
    command = EndWithdrawal(at=event.at, by=SYSTEM, stage=STAGES[type(event)])
    return Reaction(f"intake-{recorded.case_id}", command)


Destroyed = CaseErased | AssignmentStopped | HandlingStopped | FeedbackStopped | DisclosureStopped
"""Facts that a service with a vault records after it has destroyed its key of an erased case: their
reason is `erased`, intake's own names the reason of the erasure."""


def about_erasure(recorded: Recorded) -> Sequence[Reaction]:
    match recorded.event:
        case PagesTakenDown() as event:
            erase = EraseCase(at=event.at, by=SYSTEM, pages=event.pages)
            return [Reaction(f"intake-{recorded.case_id}", erase)]
        case CaseErased() | AssignmentStopped() | HandlingStopped() as event:
            return destroyed(event, recorded)
        case FeedbackStopped() | DisclosureStopped() as event:
            return destroyed(event, recorded)
        case _:
            return []


def destroyed(event: Destroyed, recorded: Recorded) -> Sequence[Reaction]:
    if not isinstance(event, CaseErased) and event.reason != "erased":
        return []
    note = NoteDestroyed(at=event.at, by=SYSTEM, service=recorded.source)
    return [Reaction(f"intake-{recorded.case_id}", note, recorded.source)]


def end(event: CaseDisclosed | PublicationReleased, recorded: Recorded) -> Reaction:
    command = EndPublication(
        at=event.at,
        by=SYSTEM,
        how="disclosed" if isinstance(event, CaseDisclosed) else "released",
        **event.fields(PublicationRequest),
    )
    return Reaction(f"intake-{recorded.case_id}", command, event.request)
