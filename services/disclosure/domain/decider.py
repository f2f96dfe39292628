"""The decider of a disclosure stream: the tables of its parts."""

from services.disclosure.domain.case import decider as case
from services.disclosure.domain.case.commands import CaseCommand
from services.disclosure.domain.decision import decider as decision
from services.disclosure.domain.decision.commands import DecisionCommand
from services.disclosure.domain.proposal import decider as proposal
from services.disclosure.domain.proposal.commands import ProposalCommand
from services.disclosure.domain.publication import decider as publication
from services.disclosure.domain.publication.commands import PublicationCommand
from services.disclosure.domain.state import Disclosure, Openness
from shared.contracts.disclosure import DisclosureEvent
from shared.contracts.imports import marking
from shared.kernel.decider import routed

DisclosureCommand = CaseCommand | ProposalCommand | DecisionCommand | PublicationCommand
FOLDS = case.EVOLVE | proposal.EVOLVE | decision.EVOLVE | publication.EVOLVE

DECIDER = routed(
    Disclosure(),
    DisclosureCommand,
    DisclosureEvent,
    decide=case.DECIDE | proposal.DECIDE | decision.DECIDE | publication.DECIDE,
    evolve={fact: marking(fold) for fact, fold in FOLDS.items()},
)
OFFERS: Openness = decision.OFFERS | publication.OFFERS
