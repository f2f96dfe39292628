"""Whenever a fact, then a command: an accepted case gets a number, a publication an answer."""

from collections.abc import Sequence

from services.intake.domain.commands import (
    ClearPublication,
    EndPublication,
    IssueNumber,
    NoteNumber,
)
from shared.contracts.disclosure import CaseDisclosed, DisclosureRequested, PublicationReleased
from shared.contracts.intake import CaseAccepted, NumberIssued
from shared.kernel.messages import Reaction, Recorded

SYSTEM = "system:intake"


def react(recorded: Recorded) -> Sequence[Reaction]:
    match recorded.event:
        case CaseAccepted() as event:
            return [issue(event, recorded)]
        case NumberIssued() as event:
            command = NoteNumber(at=event.at, by=SYSTEM, number=event.number, label=event.label)
            return [Reaction(f"intake-{event.case}", command)]
        case DisclosureRequested() as event:
            clear = ClearPublication(at=event.at, by=SYSTEM, task=event.task, request=event.request)
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
        task=event.task,
        request=event.request,
        how="disclosed" if isinstance(event, CaseDisclosed) else "released",
    )
    return Reaction(f"intake-{recorded.case_id}", command, event.request)
