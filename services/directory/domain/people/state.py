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
    delegations: tuple[facts.Delegation, ...] = ()


UNREGISTERED: Person | Unknown = Unknown()


def official(person: Person | Unknown, event: facts.PersonRegistered) -> Person:
    known = named(person, event)
    return replace(known, official=True, phone=event.phone or known.phone)


def deputy(person: Person | Unknown, event: facts.DeputyRegistered) -> Person:
    known = named(person, event)
    mandates = (*known.mandates, facts.Mandate(**event.fields(facts.Mandate)))
    return replace(known, mandates=mandates, phone=event.phone or known.phone)


def named(
    person: Person | Unknown, event: facts.PersonRegistered | facts.DeputyRegistered
) -> Person:
    if isinstance(person, Person):
        return person
    return Person(event.person, event.title, event.agency)


def delegated(person: Person, event: facts.DelegationGranted) -> Person:
    delegation = facts.Delegation(**event.fields(facts.Delegation))
    return replace(person, delegations=(*person.delegations, delegation))
