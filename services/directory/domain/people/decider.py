"""Decisions about officials, deputies and delegations."""

from collections.abc import Sequence

from services.directory.domain.entry import (
    Unknown,
    after_registration,
    check_not_late,
    check_period,
    for_registered,
)
from services.directory.domain.people import commands, state
from services.directory.domain.people.state import Person
from shared.contracts import directory as facts
from shared.kernel.decider import routed
from shared.kernel.eligible import check_agency, check_person
from shared.kernel.errors import RuleViolated
from shared.kernel.repeated import require_same
from shared.kernel.texts import same_text

Facts = Sequence[facts.PersonEvent]


def register_person(command: commands.RegisterPerson, person: Person | Unknown) -> Facts:
    """Registering again with another phone replaces the phone; name and agency stay."""
    check_agency(command.directory, command.agency)
    if isinstance(person, Person):
        check_name(command.title, person)
        check_agency_kept(command.agency, person)
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
        if any(
            mandate.fields(facts.Mandate) == command.fields(facts.Mandate) for mandate in rivals
        ):
            return new_phone(command, person)
        check_seat_free(rivals, command)
    return [facts.DeputyRegistered(at=command.at, **command.fields(facts.DeputyEntry))]


def new_phone(command: commands.RegisterDeputy, person: Person) -> Facts:
    """The term is known: the same fact again, if it brings another phone."""
    if not command.phone or same_text(command.phone, person.phone):
        return []
    return [facts.DeputyRegistered(at=command.at, **command.fields(facts.DeputyEntry))]


def check_name(title: str, person: Person) -> None:
    if title != person.title:
        message = f"该编号已登记为{person.title}；姓名写错的，请办理姓名更正"
        raise RuleViolated("person-exists", message, "person")


def check_agency_kept(agency: str, person: Person) -> None:
    if agency != person.agency:
        raise RuleViolated("person-elsewhere", "该人员由另一机关管理，不能在此登记", "agency")


def correct_person(command: commands.CorrectPerson, person: Person) -> Facts:
    if command.title == person.title:
        return []
    return [facts.PersonCorrected(at=command.at, **command.fields(facts.PersonName))]


def block(command: commands.BlockPerson, person: Person) -> Facts:
    if person.blocked:
        return []
    return [facts.PersonBlocked(at=command.at, person=command.person)]


def unblock(command: commands.UnblockPerson, person: Person) -> Facts:
    if not person.blocked:
        return []
    return [facts.PersonUnblocked(at=command.at, person=command.person)]


def end_term(command: commands.EndTerm, person: Person) -> Facts:
    """A term is shortened only; a day before its first ends a term that was entered wrongly, and
    may be registered anew."""
    last_days = [m.term_to for m in person.mandates if state.is_named(m, command)]
    if not last_days:
        raise RuleViolated("term-unknown", "没有登记过这一任期，请核对", "term_from")
    if any(day > command.term_to for day in last_days):
        return [facts.TermEnded(at=command.at, **command.fields(facts.TermEnd))]
    if command.term_to in last_days:
        require_ended_so(command, person)
        return []
    raise RuleViolated("term-longer", "任期只能提前终止，不能延长", "term_to")


def require_ended_so(command: commands.EndTerm, person: Person) -> None:
    """Refuses another reason for an end that is on record, and one for a term that runs out."""
    for known in person.ended:
        if known.fields(facts.TermName) == command.fields(facts.TermName):
            return require_same(command, known, facts.TermEnd)
    raise RuleViolated("term-longer", "任期原定于该日届满，不需要提前终止", "term_to")


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
    delegation = delegated_posts(command)
    if delegation in person.delegations:
        return []
    check_length(command)
    fields = delegation.fields(facts.DelegatedPosts)
    return [facts.DelegationGranted(at=command.at, **fields)]


def delegated_posts(command: commands.GrantDelegation) -> facts.DelegatedPosts:
    """Returns the delegation with the posts that are known: its reach was judged by them."""
    roles = delegable_roles(command)
    units = command.directory.units_from(command.person, command.valid_from, roles)
    fields = command.fields(facts.Delegation)
    return facts.DelegatedPosts(roles=roles, units=units, **fields)


def check_length(command: commands.GrantDelegation) -> None:
    rules = command.governed_by
    check_not_late(command, command.valid_from, rules.delegation_days_back)
    if (command.valid_to - command.valid_from).days >= rules.longest_delegation_days:
        message = f"一次委托最长 {rules.longest_delegation_days} 天，期满可以再次委托"
        raise RuleViolated("delegation-too-long", message, "valid_to")


def delegable_roles(command: commands.GrantDelegation) -> tuple[str, ...]:
    """Returns the roles in which the delegate may act. Raises RuleViolated for a person without
    such a post, and for a delegate who holds no post or is an administrator."""
    rules, known = command.governed_by, command.directory
    roles = known.roles_from(command.person, command.valid_from) & {*rules.delegable}
    if not roles:
        raise RuleViolated("nothing-to-delegate", "此人没有可以委托他人代行的岗位", "person")
    own = known.roles_from(command.delegate, command.valid_from)
    is_blocked = own and known.actor(command.delegate) is None
    if not own or is_blocked or own & {*rules.alone}:
        message = "受托人应是在岗、未被停用的工作人员，且不是三员；代表、委员不能受托"
        raise RuleViolated("delegate-unfit", message, "delegate")
    return tuple(sorted(roles))


def revoke(command: commands.RevokeDelegation, person: Person) -> Facts:
    if not any(d.delegate == command.delegate for d in person.delegations):
        raise RuleViolated("delegation-unknown", "没有这一委托，或者已经撤销", "delegate")
    return [facts.DelegationRevoked(at=command.at, **command.fields(facts.DelegationBetween))]


DECIDER = routed(
    state.UNREGISTERED,
    commands.PersonCommand,
    facts.PersonEvent,
    decide={
        commands.RegisterPerson: register_person,
        commands.RegisterDeputy: register_deputy,
        commands.CorrectPerson: for_registered(correct_person),
        commands.BlockPerson: for_registered(block),
        commands.UnblockPerson: for_registered(unblock),
        commands.EndTerm: for_registered(end_term),
        commands.GrantDelegation: for_registered(delegate),
        commands.RevokeDelegation: for_registered(revoke),
    },
    evolve={
        facts.PersonRegistered: state.official,
        facts.DeputyRegistered: state.deputy,
        facts.PersonCorrected: after_registration(state.corrected),
        facts.PersonBlocked: after_registration(state.blocked),
        facts.PersonUnblocked: after_registration(state.blocked),
        facts.TermEnded: after_registration(state.term_ended),
        facts.DelegationGranted: after_registration(state.delegated),
        facts.DelegationRevoked: after_registration(state.revoked),
    },
)
