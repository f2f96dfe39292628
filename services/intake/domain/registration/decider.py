"""Decides on registration."""

from collections.abc import Sequence
from dataclasses import replace

from services.intake.domain.accused import units_below
from services.intake.domain.calls.rules import called, due_on
from services.intake.domain.particulars.rules import is_group_visit
from services.intake.domain.registration.commands import RegisterCase
from services.intake.domain.registration.parts import link_of, require_right_part
from services.intake.domain.registration.rules import RULES, confirmed
from services.intake.domain.state import Case, Decisions, Folds, IntakeState
from shared.contracts.calls import CallOpened
from shared.contracts.case_event import CaseMark, Proposer
from shared.contracts.intake import CaseRegistered
from shared.contracts.linking import CaseLinked
from shared.contracts.payloads.intake import Registration
from shared.contracts.recusal import AgainstNamed, NamedAgainst
from shared.contracts.signers import Signature, unconfirmed
from shared.kernel.errors import RuleViolated
from shared.kernel.ids import entity_id

Facts = Sequence[CaseRegistered | AgainstNamed | CallOpened | CaseLinked]


def register(command: RegisterCase, state: IntakeState) -> Facts:
    if isinstance(state, Case):
        raise RuleViolated("already-registered", "该件已登记")
    for rule in (require_right_part, *RULES):
        rule(command)
    proposers = tuple(_proposer(command, place) for place in range(len(command.proposers)))
    signer = confirmed(command)
    waiting = unconfirmed(proposers, signer)
    registered = CaseRegistered(
        at=command.at,
        **command.fields(CaseMark),
        **command.fields(Registration),
        proposers=proposers,
        confirmed=signer,
        awaited=tuple(Signature(signer=each) for each in waiting),
        called=command.call_until is not None,
        likeness=command.likeness,
        petitioners=command.petitioners if command.rules.row.particulars else (),
        batch=command.batch,
        request=command.request,
        receiver=receiver(command),
        group_visit=is_group_visit(command.rules.row, command.channel, command.came),
        sealed=command.rules.row.sealed,
    )
    return [registered, *_call(command, waiting), *_against(command), *link_of(command)]


def receiver(command: RegisterCase) -> str | None:
    """Returns who took the paper (首问责任人): the person at work who registers it, and neither its
    proposer, nor a platform, nor whoever reads a ledger in."""
    own = {each.person for each in command.proposers}
    at_work = not command.client and command.by not in own
    return command.by if at_work and not command.batch else None


def _call(command: RegisterCase, waiting: Sequence[str]) -> Sequence[CallOpened]:
    """Returns the call for the signatures of the others, in the commit that registers the paper: no
    moment passes in which it could be screened."""
    if command.call_until is None:
        return []
    due = due_on(command.call_until, "call", command.rules)
    mark = command.fields(CaseMark)
    return [CallOpened(at=command.at, by=command.by, **mark, due=due, awaited=called(waiting, due))]


def _against(command: RegisterCase) -> Sequence[AgainstNamed]:
    """Returns whom the paper is against, in the commit that registers it: no moment passes in which
    they could read it."""
    if command.against is None:
        return []
    mark, named = command.fields(CaseMark), command.against.fields(NamedAgainst)
    below = units_below(command, command.against)
    return [AgainstNamed(at=command.at, by=command.by, **mark, **named, below=below)]


def _proposer(command: RegisterCase, place: int) -> Proposer:
    """Returns the proposer at a place of the paper, which never changes. Without an id of the
    directory the proposer gets an id of this case."""
    signatory = command.proposers[place]
    person = signatory.person
    return Proposer(
        id=person or f"x-{entity_id(command.seed, f'proposer-{place}')}",
        known=person is not None,
        masked=(person and command.directory.title(person)) or signatory.masked,
        part=signatory.part,
        contact=signatory.contact,
    )


def registered(state: IntakeState, fact: CaseRegistered) -> Case:
    waiting = frozenset(unconfirmed(fact.proposers, fact.confirmed))
    case = Case(fact, "registered", fact.title, fact.text, fact.at, fact.asks)
    return replace(case, unconfirmed=waiting, purpose=fact.purpose, particulars=fact)


DECIDE = Decisions({RegisterCase: register})
EVOLVE = Folds({CaseRegistered: registered})
