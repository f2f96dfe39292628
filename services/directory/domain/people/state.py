"""The state of a person: name, phone, terms and delegations."""

from dataclasses import dataclass, replace

from services.directory.domain.entry import Unknown
from shared.contracts import directory as facts
from shared.kernel.messages import Text


@dataclass(frozen=True)
class Person:
    """An official, a deputy or both; `phone` is the one registered last."""

    person: str
    title: str
    agency: str
    official: bool = False
    phone: Text | None = None
    mandates: tuple[facts.Mandate, ...] = ()
    delegations: tuple[facts.DelegatedPosts, ...] = ()
    blocked: bool = False
    ended: tuple[facts.TermEnded, ...] = ()


UNREGISTERED: Person | Unknown = Unknown()


def official(person: Person | Unknown, event: facts.PersonRegistered) -> Person:
    known = named(person, event)
    return replace(known, official=True, phone=event.phone or known.phone)


def deputy(person: Person | Unknown, event: facts.DeputyRegistered) -> Person:
    known = named(person, event)
    mandate = facts.Mandate(**event.fields(facts.Mandate))
    others = tuple(each for each in known.mandates if each != mandate)
    return replace(known, mandates=(*others, mandate), phone=event.phone or known.phone)


def named(
    person: Person | Unknown, event: facts.PersonRegistered | facts.DeputyRegistered
) -> Person:
    if isinstance(person, Person):
        return person
    return Person(event.person, event.title, event.agency)


def delegated(person: Person, event: facts.DelegationGranted) -> Person:
    delegation = facts.DelegatedPosts(**event.fields(facts.DelegatedPosts))
    return replace(person, delegations=(*person.delegations, delegation))


def revoked(person: Person, event: facts.DelegationRevoked) -> Person:
    left = tuple(d for d in person.delegations if d.delegate != event.delegate)
    return replace(person, delegations=left)


def corrected(person: Person, event: facts.PersonCorrected) -> Person:
    return replace(person, title=event.title)


def blocked(person: Person, event: facts.PersonBlocked | facts.PersonUnblocked) -> Person:
    return replace(person, blocked=isinstance(event, facts.PersonBlocked))


def term_ended(person: Person, event: facts.TermEnded) -> Person:
    mandates = tuple(
        mandate.model_copy(update={"term_to": event.term_to})
        if is_named(mandate, event) and mandate.term_to > event.term_to
        else mandate
        for mandate in person.mandates
    )
    return replace(person, mandates=mandates, ended=(*person.ended, event))


def is_named(mandate: facts.Mandate, term: facts.TermName) -> bool:
    name = (term.body, term.agency, term.term_from)
    return (mandate.body, mandate.agency, mandate.term_from) == name
