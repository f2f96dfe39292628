"""Relations of an actor to a case, and the situation that access rows name."""

from collections.abc import Sequence

from services.intake.domain.decider import OFFERS
from services.intake.domain.ending.commands import WithdrawCase
from services.intake.domain.registration.commands import RegisterCase
from services.intake.domain.state import Case, IntakeState, Unregistered, require_case
from shared.contracts.intake import CaseRegistered
from shared.kernel.access import Offer, RolesByRelation
from shared.kernel.actor import Actor
from shared.kernel.messages import Command
from shared.kernel.relations import relations_to_case


def paper_of(command: Command | None, state: IntakeState) -> CaseRegistered | RegisterCase:
    """Returns the registered paper, or the command that registers it. Raises NotFound where there
    is neither."""
    if isinstance(state, Unregistered) and isinstance(command, RegisterCase):
        return command
    return require_case(state).paper


def situation(command: Command | None, state: IntakeState) -> str:
    return state.status if isinstance(state, Case) else "unregistered"


def relations(actor: Actor, command: Command | None, state: IntakeState) -> RolesByRelation:
    """Returns the roles by relation; units at work are added by `queries.roles_at_work`."""
    paper = paper_of(command, state)
    return relations_to_case(actor, paper, proposers=_speakers(command, paper))


def _speakers(command: Command | None, paper: CaseRegistered | RegisterCase) -> set[str | None]:
    """Returns the signers who may send the command: the first signer alone registers and withdraws
    a paper."""
    if isinstance(paper, RegisterCase):
        return {signer.person for signer in paper.proposers if signer.part == "lead"}
    leads_only = isinstance(command, RegisterCase | WithdrawCase)
    return {signer.id for signer in paper.proposers if signer.part == "lead" or not leads_only}


def offers(actor: Actor, case: Case) -> Sequence[Offer]:
    """Returns the actions that can still change the case."""
    roles = relations(actor, None, case)
    open_now = [command for command, statuses in OFFERS.items() if case.status in statuses]
    return [Offer(command.name, roles, case.status) for command in open_now]
