"""Disclosure on one page."""

from services.disclosure.domain.commands import (
    DecideDisclosure,
    PublishDisclosure,
    ReviewDisclosure,
    WithdrawDisclosure,
)
from services.disclosure.domain.decider import DECIDER
from services.disclosure.domain.projections import PUBLIC_SITE, PUBLIC_UNITS
from services.disclosure.domain.reactions import react
from services.disclosure.domain.state import Disclosure, relations, situation
from shared.kernel.messages import Command, Sealed
from shared.service.definition import ServiceDefinition, StreamKind


def to_open(command: Command, state: Disclosure) -> dict[str, Sealed]:
    """What publishing opens: the words of a decision that both persons have read."""
    if not isinstance(command, PublishDisclosure) or state.stopped:
        return {}
    publication = state.awaiting(command.task, command.request)
    words = state.words_of(publication) if publication else {}
    return {name: text for name, text in words.items() if isinstance(text, Sealed)}


SERVICE = ServiceDefinition(
    name="disclosure",
    streams=(StreamKind("disclosure", DECIDER, situation, relations, to_open=to_open),),
    routes="services.disclosure.api",
    react=react,
    listens=frozenset({"intake", "handling"}),
    projections=(PUBLIC_SITE, PUBLIC_UNITS),
    actions=(DecideDisclosure, ReviewDisclosure, WithdrawDisclosure),
)
