"""The decider of handling: the tables of its parts."""

from services.handling.domain.clearance import decider as clearance
from services.handling.domain.clearance.commands import ClearanceCommand
from services.handling.domain.contacts import decider as contacts
from services.handling.domain.contacts.commands import ContactCommand
from services.handling.domain.delivery import decider as delivery
from services.handling.domain.delivery.commands import DeliveryCommand
from services.handling.domain.opinions import decider as opinions
from services.handling.domain.opinions.commands import OpinionCommand
from services.handling.domain.tasks import decider as tasks
from services.handling.domain.tasks.commands import Offered, TaskCommand, TaskImport
from services.handling.domain.tasks.state import Handling
from shared.contracts.case_event import CaseEvent
from shared.contracts.handling import ABOUT_A_CASE
from shared.contracts.imports import marking
from shared.kernel.decider import members, routed

PeoplesCommand = ContactCommand | OpinionCommand | ClearanceCommand | DeliveryCommand
EVOLVE = tasks.EVOLVE | contacts.EVOLVE | opinions.EVOLVE | clearance.EVOLVE | delivery.EVOLVE

DECIDER = routed(
    Handling(),
    TaskImport | PeoplesCommand,
    ABOUT_A_CASE,
    decide=tasks.DECIDE | contacts.DECIDE | opinions.DECIDE | clearance.DECIDE | delivery.DECIDE,
    evolve={
        fact: marking(evolve) if issubclass(fact, CaseEvent) else evolve
        for fact, evolve in EVOLVE.items()
    },
)
ACTIONS: tuple[type[TaskCommand], ...] = members(PeoplesCommand)
"""The commands that people may send, in the order of the buttons."""

OFFERS: Offered = contacts.OFFERS | opinions.OFFERS | clearance.OFFERS | delivery.OFFERS
