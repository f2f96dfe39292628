"""Decides on imports about a reply; they are never refused, and open nothing after a stop."""

from collections.abc import Sequence
from dataclasses import replace

from services.disclosure.domain.proposal.commands import OpenDisclosure, ProposeDisclosure
from services.disclosure.domain.state import (
    Decisions,
    Disclosure,
    Folds,
    Publication,
    of_publication,
    with_publication,
)
from shared.contracts.case_event import CaseMark
from shared.contracts.disclosure import DisclosureOpened, DisclosureProposed, Reply


def propose(command: ProposeDisclosure, state: Disclosure) -> Sequence[DisclosureProposed]:
    if state.stopped or command.task in state.publications:
        return []
    proposed = DisclosureProposed(
        at=command.at,
        round=command.round,
        **command.mark.fields(CaseMark),
        **command.fields(Reply),
        public_text=command.public_text,
    )
    return [proposed]


def open_(command: OpenDisclosure, state: Disclosure) -> Sequence[DisclosureOpened]:
    """Kinds whose policy has no publication (petitions) owe none."""
    publication = state.publications.get(command.task)
    if state.stopped or publication is None or publication.status != "proposed":
        return []
    if not command.rules.has("publication"):
        return []
    opened = DisclosureOpened(
        **state.head(publication, command.at),
        unit=publication.reply.unit,
        due=command.rules.due("publication", command.at),
        replied_on=command.replied_on,
    )
    return [opened]


def proposed(state: Disclosure, fact: DisclosureProposed) -> Disclosure:
    return with_publication(state, Publication(fact))


def opened(publication: Publication, fact: DisclosureOpened) -> Publication:
    return replace(publication, status="open", due=fact.due, replied_on=fact.replied_on)


DECIDE = Decisions({ProposeDisclosure: propose, OpenDisclosure: open_})
EVOLVE = Folds({DisclosureProposed: proposed, DisclosureOpened: of_publication(opened)})
