"""The decider of a case's clocks: the tables of its parts."""

from services.reminder.domain import ladders, obligations, redating
from services.reminder.domain.commands import ReminderCommand
from services.reminder.domain.state import EVOLVE, Clocks
from shared.contracts.reminder import ReminderEvent
from shared.kernel.decider import routed

DECIDER = routed(
    Clocks(),
    ReminderCommand,
    ReminderEvent,
    decide=obligations.DECIDE | ladders.DECIDE | redating.DECIDE,
    evolve=EVOLVE,
)
