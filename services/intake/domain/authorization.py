"""Relations of an actor to a case, and the situation that access rows name."""

from collections.abc import Callable, Iterator, Mapping
from datetime import datetime

from services.intake.domain.attachments.commands import AddAttachment, RemoveAttachment
from services.intake.domain.attachments.rules import may_remove
from services.intake.domain.calls.commands import AmendWording, HandInPaper, OpenCall
from services.intake.domain.decider import OFFERS
from services.intake.domain.ending.commands import WithdrawCase
from services.intake.domain.ending.decider import may_withdraw, takes_papers
from services.intake.domain.erasure.decider import offered
from services.intake.domain.merging.commands import MergeCase
from services.intake.domain.registration.commands import RegisterCase
from services.intake.domain.rerouting.commands import DivertCase, PassOnCase
from services.intake.domain.resubmission.commands import ResubmitPaper
from services.intake.domain.screening.commands import (
    AcceptCase,
    DeclineCase,
    NotifyRefusal,
    SendBackCase,
)
from services.intake.domain.signatures.commands import ConfirmSignature, DeclineSignature
from services.intake.domain.state import Case, IntakeState, Unregistered, require_case
from shared.contracts.intake import CaseRegistered
from shared.kernel.access import Offer, RolesByRelation
from shared.kernel.actor import Actor
from shared.kernel.messages import Command
from shared.kernel.relations import NO_ROLES, being, relations_to_case

SIGNATURES = frozenset({ConfirmSignature, DeclineSignature})
OF_AUTHOR = frozenset(
    {OpenCall, AmendWording, HandInPaper, ResubmitPaper, AddAttachment, RemoveAttachment}
)
"""Commands of the first signer alone."""
BY_KIND = frozenset({DeclineCase, PassOnCase, DivertCase, MergeCase})
"""Commands whose situation is the kind of the paper."""


def paper_of(command: Command | None, state: IntakeState) -> CaseRegistered | RegisterCase:
    """Returns the registered paper, or the command that registers it. Raises NotFound where there
    is neither."""
    if isinstance(state, Unregistered) and isinstance(command, RegisterCase):
        return command
    return require_case(state).paper


def situation(command: Command | None, state: IntakeState) -> str:
    """Returns the status of the case; of an outcome that takes a paper off its way its kind, as
    kinds differ in who must review it (初审、复审). A paper to be registered is `ledger-row` where
    it names a row of a ledger, `numbered` where it has an external number, else `unregistered`:
    rows of access tables reserve the first two for those who keep ledgers and give numbers."""
    if isinstance(command, RegisterCase):
        numbered = "numbered" if command.external_no else "unregistered"
        return "ledger-row" if command.serial else numbered
    if type(command) in BY_KIND and isinstance(state, Case):
        return state.paper.kind
    return state.status if isinstance(state, Case) else "unregistered"


def relations(actor: Actor, command: Command | None, state: IntakeState) -> RolesByRelation:
    """Returns the roles by relation; units at work are added by `queries.roles_at_work`."""
    paper = paper_of(command, state)
    if isinstance(command, RegisterCase) and command.against:
        actor = actor.kept_from(command.against.persons)
    return relations_to_case(actor, paper, proposers=_speakers(command, paper))


def _speakers(command: Command | None, paper: CaseRegistered | RegisterCase) -> set[str | None]:
    """Returns the signers who may send the command: the first signer alone registers a paper, and
    a co-signer of this paper answers for his own signature only."""
    if isinstance(paper, RegisterCase):
        return {signer.person for signer in paper.proposers if signer.part == "lead"}
    if isinstance(command, ConfirmSignature | DeclineSignature):
        return {signer.id for signer in paper.proposers if signer.id == command.signer}
    leads_only = type(command) in OF_AUTHOR
    return {signer.id for signer in paper.proposers if signer.part == "lead" or not leads_only}


def offers(actor: Actor, case: Case, now: datetime) -> Iterator[Offer]:
    """Yields the actions that can still change the case; those on a signature name its signer."""
    roles = relations(actor, None, case)
    lead = {signer.id for signer in case.paper.proposers if signer.part == "lead"}
    author = {**roles, "proposer": being("proposer", actor.sub in lead)}
    yield from (
        Offer(command.name, roles, case.status) for command in offered(case, actor.sub, now)
    )
    if case.status in OFFERS[WithdrawCase] and takes_papers(case, now):
        yield on_paper(roles, case)
    for command, statuses in OFFERS.items():
        if case.status not in statuses or not is_open(command, actor, case):
            continue
        if command not in SIGNATURES:
            place = case.paper.kind if command in BY_KIND else case.status
            yield Offer(command.name, author if command in OF_AUTHOR else roles, place)
            continue
        for signer in sorted(case.unconfirmed):
            own = {**roles, "proposer": being("proposer", actor.sub == signer)}
            yield Offer(command.name, own, case.status, signer)


def later(actor: Actor, case: Case) -> Iterator[Offer]:
    """Yields what is decided once in the life of a case, while that is still ahead."""
    roles = relations(actor, None, case)
    for command in (AcceptCase, WithdrawCase):
        if case.status in OFFERS[command]:
            yield Offer(command.name, roles, case.status)


def on_paper(roles: RolesByRelation, case: Case) -> Offer:
    """Returns the offer to enter a withdrawal that came in on paper before its time was over: for
    those who keep the papers."""
    keepers = {**roles, "proposer": NO_ROLES, "client": NO_ROLES}
    return Offer(WithdrawCase.name, keepers, case.status)


def is_open(command: type[Command], actor: Actor, case: Case) -> bool:
    """Returns whether the command would neither be refused for the state of the case nor change
    nothing."""
    rule = OPEN.get(command)
    return rule is None or rule(actor, case)


def _may_still_withdraw(actor: Actor, case: Case) -> bool:
    return may_withdraw(case) and actor.sub not in case.agreed | case.unconfirmed


def _has_own_file(actor: Actor, case: Case) -> bool:
    return any(may_remove(each, {actor.sub}, case) for each in case.attachments.values())


OPEN: Mapping[type[Command], Callable[[Actor, Case], bool]] = {
    WithdrawCase: _may_still_withdraw,
    OpenCall: lambda _, case: case.call is not None and case.called is None,
    AmendWording: lambda _, case: case.called is not None,
    HandInPaper: lambda _, case: case.called is not None,
    AcceptCase: lambda _, case: not case.call and not case.unconfirmed,
    DeclineCase: lambda _, case: not case.call,
    SendBackCase: lambda _, case: not case.call,
    PassOnCase: lambda _, case: not case.call,
    DivertCase: lambda _, case: not case.call,
    NotifyRefusal: lambda _, case: case.to_tell is not None,
    MergeCase: lambda _, case: not case.members,
    RemoveAttachment: _has_own_file,
}
"""Conditions of a command on the state of a case, beside its status."""
