"""Disclosure on one page."""

from services.disclosure.domain.authorization import relations, situation
from services.disclosure.domain.decider import DECIDER, OFFERS
from services.disclosure.domain.holdings import holdings
from services.disclosure.domain.projections import PUBLIC_SITE, PUBLIC_UNITS
from services.disclosure.domain.publication.commands import PublishDisclosure
from services.disclosure.domain.publication.decider import sealed_words
from services.disclosure.domain.reactions import react
from services.disclosure.domain.state import Disclosure
from shared.kernel.messages import Command, Sealed
from shared.service.definition import ServiceDefinition, StreamKind


def to_open(command: Command, state: Disclosure) -> dict[str, Sealed]:
    return sealed_words(command, state) if isinstance(command, PublishDisclosure) else {}


SERVICE = ServiceDefinition(
    name="disclosure",
    streams=(
        StreamKind("disclosure", DECIDER, situation, relations, to_open=to_open, holdings=holdings),
    ),
    routes="services.disclosure.api",
    keeps_away="disclosure",
    react=react,
    listens=frozenset({"intake", "handling"}),
    projections=(PUBLIC_SITE, PUBLIC_UNITS),
    actions=tuple(OFFERS),
    seconds=True,
    foresees="read-case",
)
