"""Reactions of intake: an accepted case gets a number, a request for publication an answer."""

from collections.abc import Sequence

from services.intake.domain.numbering.commands import IssueNumber, NoteNumber
from services.intake.domain.reservation.commands import ClearPublication, EndPublication
from shared.contracts.disclosure import CaseDisclosed, DisclosureRequested, PublicationReleased
from shared.contracts.intake import CaseAccepted, CaseNumber, NumberIssued, PublicationRequest
from shared.kernel.messages import Reaction, Recorded

SYSTEM = "system:intake"


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
        case CaseDisclosed() | PublicationReleased() as event:
            return [end(event, recorded)]
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


def end(event: CaseDisclosed | PublicationReleased, recorded: Recorded) -> Reaction:
    command = EndPublication(
        at=event.at,
        by=SYSTEM,
        how="disclosed" if isinstance(event, CaseDisclosed) else "released",
        **event.fields(PublicationRequest),
    )
    return Reaction(f"intake-{recorded.case_id}", command, event.request)
