"""Whenever a foreign fact, then a command on the case's own disclosure stream."""

from collections.abc import Sequence
from typing import Any

from services.disclosure.domain.commands import (
    EndRequest,
    NoteCase,
    OpenDisclosure,
    ProposeDisclosure,
    PublishDisclosure,
    StopDisclosure,
)
from shared.contracts.case_event import CaseEvent, CaseMark
from shared.contracts.handling import CaseReplied, ReplySigned
from shared.contracts.intake import (
    CaseAccepted,
    CaseErased,
    CaseNumbered,
    CaseWithdrawn,
    PublicationCleared,
    PublicationRefused,
)
from shared.kernel.calendar import business_day
from shared.kernel.messages import Command, Reaction, Recorded


def react(recorded: Recorded) -> Sequence[Reaction]:
    match recorded.event:
        case CaseAccepted() | CaseNumbered() | CaseWithdrawn() | CaseErased() as event:
            return [about_the_case(recorded, event)]
        case PublicationCleared(task=task, request=request):
            case = recorded.case_id
            answer = {"case": case, "task": task, "request": request}
            return [reaction(recorded, PublishDisclosure, request, **answer)]
        case PublicationRefused(task=task, request=request, reason=reason):
            answer = {"task": task, "request": request, "reason": reason}
            return [reaction(recorded, EndRequest, request, **answer)]
        case ReplySigned() | CaseReplied() as event:
            return [about_a_reply(recorded, event)]
        case _:
            return []


def about_the_case(
    recorded: Recorded, event: CaseAccepted | CaseNumbered | CaseWithdrawn | CaseErased
) -> Reaction:
    mark = marked(recorded, event)
    match event:
        case CaseAccepted():
            return reaction(recorded, NoteCase, "case", **mark, **public_part(event))
        case CaseNumbered(label=label):
            return reaction(recorded, NoteCase, "number", **mark, label=label)
        case CaseWithdrawn():
            return reaction(recorded, StopDisclosure, "", **mark, reason="withdrawn")
        case CaseErased():
            return reaction(recorded, StopDisclosure, "", **mark, reason="erased")


def public_part(event: CaseAccepted) -> dict[str, Any]:
    """The title only where it is open; of the proposers only those whose names are public."""
    return {
        "title": event.title if isinstance(event.title, str) else None,
        "subject": event.subject,
        "region": event.region,
        "names": tuple(p.masked for p in event.proposers if p.known),
        "consent": event.consent,
    }


def about_a_reply(recorded: Recorded, event: ReplySigned | CaseReplied) -> Reaction:
    if isinstance(event, CaseReplied):
        day = business_day(event.at)
        return reaction(recorded, OpenDisclosure, event.task, task=event.task, replied_on=day)
    return reaction(
        recorded,
        ProposeDisclosure,
        event.task,
        **marked(recorded, event),
        task=event.task,
        unit=event.unit,
        proposal=event.disclosure,
        public_text=event.public_text,
        letter=event.letter,
        meaning=event.meaning,
    )


def marked(recorded: Recorded, event: CaseEvent) -> dict[str, Any]:
    mark = CaseMark(
        agency=event.agency or recorded.agency,
        kind=event.kind,
        channel=event.channel,
        period=event.period,
        client=event.client,
    )
    return {"mark": mark, "round": event.round}


def reaction(recorded: Recorded, command: type[Command], key: str, **fields: Any) -> Reaction:
    made = command(at=recorded.event.at, by="system:disclosure", **fields)
    return Reaction(f"disclosure-{recorded.case_id}", made, key)
