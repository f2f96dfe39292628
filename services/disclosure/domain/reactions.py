"""Reactions of disclosure: a foreign fact becomes a command on the case's own stream."""

from collections.abc import Sequence
from typing import Any, TypeVar

from services.disclosure.domain.case.commands import (
    NoteCase,
    StopDisclosure,
    TakeDownPages,
    UnpublishCase,
)
from services.disclosure.domain.commands import ImportAboutCase
from services.disclosure.domain.proposal.commands import OpenDisclosure, ProposeDisclosure
from services.disclosure.domain.publication.commands import EndRequest, PublishDisclosure
from shared.contracts.case_event import CaseEvent, CaseMark
from shared.contracts.erasure import ErasureConfirmed
from shared.contracts.handling import CaseReplied, ReplySigned
from shared.contracts.intake import (
    CaseAccepted,
    CaseClassified,
    CaseErased,
    CaseNumbered,
    CaseWithdrawn,
    PublicationCleared,
    PublicationRefused,
)
from shared.contracts.payloads.intake import PublicationRequest
from shared.contracts.recusal import AgainstNamed
from shared.kernel.calendar import business_day
from shared.kernel.messages import Command, Reaction, Recorded

SYSTEM = "system:disclosure"
C = TypeVar("C", bound=ImportAboutCase)


def react(recorded: Recorded) -> Sequence[Reaction]:
    match recorded.event:
        case CaseAccepted() | CaseNumbered() as event:
            return [about_the_case(recorded, event)]
        case CaseWithdrawn() | ErasureConfirmed() | CaseErased() as event:
            return [about_the_case(recorded, event)]
        case CaseClassified() | AgainstNamed() as event:
            return [reaction(recorded, accusation(recorded, event), "accusation")]
        case PublicationCleared() | PublicationRefused() as event:
            return [reaction(recorded, answer(recorded, event), event.request)]
        case ReplySigned() | CaseReplied() as event:
            return [reaction(recorded, about_a_reply(recorded, event), event.task)]
        case _:
            return []


def about_the_case(
    recorded: Recorded,
    event: CaseAccepted | CaseNumbered | CaseWithdrawn | ErasureConfirmed | CaseErased,
) -> Reaction:
    match event:
        case CaseAccepted():
            return reaction(recorded, accepted(recorded, event), "case")
        case CaseNumbered():
            note = imported(NoteCase, recorded, event, label=event.label)
            return reaction(recorded, note, "number")
        case CaseWithdrawn():
            stop = imported(StopDisclosure, recorded, event, reason="withdrawn")
            return reaction(recorded, stop)
        case ErasureConfirmed():
            return reaction(recorded, imported(TakeDownPages, recorded, event))
        case CaseErased():
            stop = imported(StopDisclosure, recorded, event, reason="erased")
            return reaction(recorded, stop)


def accepted(recorded: Recorded, event: CaseAccepted) -> NoteCase:
    """The title only where it is plain; of the proposers only those whose names are public."""
    return imported(
        NoteCase,
        recorded,
        event,
        title=event.title if isinstance(event.title, str) else None,
        subject=event.subject,
        region=event.region,
        names=tuple(proposer.masked for proposer in event.proposers if proposer.known),
        consent=event.consent,
    )


def accusation(recorded: Recorded, event: CaseClassified | AgainstNamed) -> UnpublishCase:
    if isinstance(event, CaseClassified):
        return imported(UnpublishCase, recorded, event, purpose=event.purpose)
    return imported(UnpublishCase, recorded, event, accuses=bool(event.ids or event.note))


def answer(recorded: Recorded, event: PublicationCleared | PublicationRefused) -> Command:
    request = event.fields(PublicationRequest)
    if isinstance(event, PublicationRefused):
        return EndRequest(at=event.at, by=SYSTEM, **request, reason=event.reason)
    return PublishDisclosure(at=event.at, by=SYSTEM, **request, case=recorded.case_id)


def about_a_reply(recorded: Recorded, event: ReplySigned | CaseReplied) -> Command:
    if isinstance(event, CaseReplied):
        day = business_day(event.at)
        return OpenDisclosure(at=event.at, by=SYSTEM, task=event.task, replied_on=day)
    return imported(
        ProposeDisclosure,
        recorded,
        event,
        task=event.task,
        unit=event.unit,
        proposal=event.disclosure,
        public_text=event.public_text,
        letter=event.letter,
        meaning=event.meaning,
    )


def imported(command: type[C], recorded: Recorded, event: CaseEvent, **fields: Any) -> C:
    """Returns the command with the fields that every import about a case repeats."""
    mark = CaseMark.of(event, recorded.agency)
    return command(at=event.at, by=SYSTEM, mark=mark, round=event.round, **fields)


def reaction(recorded: Recorded, command: Command, key: str = "") -> Reaction:
    return Reaction(f"disclosure-{recorded.case_id}", command, key)
