"""The decider of handling: the tables of its parts."""

from functools import reduce
from operator import or_

from services.handling.domain.clearance import decider as clearance
from services.handling.domain.clearance.commands import ClearanceCommand
from services.handling.domain.contacts import decider as contacts
from services.handling.domain.contacts.commands import ContactCommand
from services.handling.domain.delivery import decider as delivery
from services.handling.domain.delivery.commands import DeliveryCommand
from services.handling.domain.extensions import decider as extensions
from services.handling.domain.extensions.commands import ExtensionCommand
from services.handling.domain.opinions import decider as opinions
from services.handling.domain.opinions.commands import OpinionCommand
from services.handling.domain.recipients import decider as recipients
from services.handling.domain.recipients.commands import RecipientsImport
from services.handling.domain.suspensions import decider as suspensions
from services.handling.domain.suspensions.commands import EndSuspension, SuspensionCommand
from services.handling.domain.tasks import decider as tasks
from services.handling.domain.tasks.commands import Offered, TaskCommand, TaskImport
from services.handling.domain.tasks.state import Handling
from shared.contracts.case_event import CaseEvent
from shared.contracts.handling import ABOUT_A_CASE
from shared.contracts.imports import marking
from shared.kernel.decider import members, routed

PeoplesCommand = (
    ContactCommand
    | OpinionCommand
    | ClearanceCommand
    | DeliveryCommand
    | ExtensionCommand
    | SuspensionCommand
)
PARTS = (tasks, contacts, opinions, clearance, delivery, extensions, suspensions, recipients)

DECIDER = routed(
    Handling(),
    TaskImport | RecipientsImport | EndSuspension | PeoplesCommand,
    ABOUT_A_CASE,
    decide=reduce(or_, (part.DECIDE for part in PARTS)),
    evolve={
        fact: marking(evolve) if issubclass(fact, CaseEvent) else evolve
        for part in PARTS
        for fact, evolve in part.EVOLVE.items()
    },
)
ACTIONS: tuple[type[TaskCommand], ...] = members(PeoplesCommand)
"""The commands that people may send, in the order of the buttons."""

OFFERS: Offered = contacts.OFFERS | opinions.OFFERS | clearance.OFFERS | delivery.OFFERS
