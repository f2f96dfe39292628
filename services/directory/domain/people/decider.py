"""Decisions about officials, deputies and delegations."""

from collections.abc import Sequence

from services.directory.domain.entry import (
    Unknown,
    after_registration,
    check_period,
    for_registered,
)
from services.directory.domain.people import commands, state
from services.directory.domain.people.state import Person
from shared.contracts import directory as facts
from shared.kernel.decider import routed
from shared.kernel.eligible import check_agency, check_person
from shared.kernel.errors import RuleViolated
from shared.kernel.texts import same_text

Facts = Sequence[facts.PersonEvent]


def register_person(command: commands.RegisterPerson, person: Person | Unknown) -> Facts:
    """Registering again with another phone replaces the phone; the name stays."""
    check_agency(command.directory, command.agency)
    if isinstance(person, Person):
        check_name(command.title, person)
        if person.official and (not command.phone or same_text(command.phone, person.phone)):
            return []
    return [facts.PersonRegistered(at=command.at, **command.fields(facts.Official))]


def register_deputy(command: commands.RegisterDeputy, person: Person | Unknown) -> Facts:
    """A term is five years (代表法 art. 2), or what is left of it after a by-election."""
    check_agency(command.directory, command.agency)
    check_period(command.term_from, command.term_to, "term_to")
    if isinstance(person, Person):
        check_name(command.title, person)
        rivals = [mandate for mandate in person.mandates if is_same_seat(mandate, command)]
        if any(mandate.term_from == command.term_from for mandate in rivals):
            return []
        check_seat_free(rivals, command)
    return [facts.DeputyRegistered(at=command.at, **command.fields(facts.DeputyEntry))]


def check_name(title: str, person: Person) -> None:
    if title != person.title:
        raise RuleViolated("person-exists", f"该编号已登记为{person.title}", "person")


def is_same_seat(mandate: facts.Mandate, other: facts.Mandate) -> bool:
    return (mandate.body, mandate.agency) == (other.body, other.agency)


def check_seat_free(mandates: Sequence[facts.Mandate], term: facts.Mandate) -> None:
    """A person has one mandate in one body at one time."""
    for mandate in mandates:
        if mandate.term_from <= term.term_to and term.term_from <= mandate.term_to:
            raise RuleViolated("mandate-overlaps", "此人在该任期内已登记为代表或委员", "term_from")


def delegate(command: commands.GrantDelegation, person: Person) -> Facts:
    if command.delegate == person.person:
        raise RuleViolated("own-delegate", "不能委托给本人", "delegate")
    check_person(command.directory, command.delegate, "delegate")
    check_period(command.valid_from, command.valid_to, "valid_to")
    delegation = facts.Delegation(**command.fields(facts.Delegation))
    if delegation in person.delegations:
        return []
    return [facts.DelegationGranted(at=command.at, **delegation.fields(facts.Delegation))]


DECIDER = routed(
    state.UNREGISTERED,
    commands.PersonCommand,
    facts.PersonEvent,
    decide={
        commands.RegisterPerson: register_person,
        commands.RegisterDeputy: register_deputy,
        commands.GrantDelegation: for_registered(delegate),
    },
    evolve={
        facts.PersonRegistered: state.official,
        facts.DeputyRegistered: state.deputy,
        facts.DelegationGranted: after_registration(state.delegated),
    },
)
