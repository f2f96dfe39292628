"""The decider of assignment: the tables of its parts."""

from collections.abc import Collection

from services.assignment.domain.acceptance import decider as acceptance
from services.assignment.domain.acceptance.commands import AcceptanceCommand, AcceptanceImport
from services.assignment.domain.arbitration import decider as arbitration
from services.assignment.domain.arbitration.commands import ArbitrateObjection
from services.assignment.domain.charge import decider as charge
from services.assignment.domain.charge.commands import ChargeCommand
from services.assignment.domain.closing import decider as closing
from services.assignment.domain.closing.commands import NoteProgress
from services.assignment.domain.hand_out import decider as hand_out
from services.assignment.domain.hand_out.commands import (
    AssignCase,
    HandOutImport,
    Reassign,
    Stage,
    TaskCommand,
)
from services.assignment.domain.hand_out.state import Assignment
from services.assignment.domain.merging import decider as merging
from services.assignment.domain.merging.commands import MergingImport
from services.assignment.domain.planning import decider as planning
from services.assignment.domain.planning.commands import PlanningCommand
from services.assignment.domain.team import decider as team
from services.assignment.domain.team import proposals, swapping
from services.assignment.domain.team.commands import TeamCommand
from shared.contracts.assignment import FACTS
from shared.contracts.imports import marking
from shared.kernel.decider import members, routed
from shared.kernel.messages import Command

PeoplesCommand = (
    PlanningCommand
    | AssignCase
    | AcceptanceCommand
    | ArbitrateObjection
    | Reassign
    | TeamCommand
    | ChargeCommand
)
EVOLVE = (
    hand_out.EVOLVE
    | planning.EVOLVE
    | acceptance.EVOLVE
    | arbitration.EVOLVE
    | proposals.EVOLVE
    | merging.EVOLVE
    | closing.EVOLVE
    | charge.EVOLVE
)

DECIDER = routed(
    Assignment(),
    PeoplesCommand | HandOutImport | AcceptanceImport | MergingImport | NoteProgress,
    FACTS,
    decide=hand_out.DECIDE
    | planning.DECIDE
    | acceptance.DECIDE
    | arbitration.DECIDE
    | team.DECIDE
    | proposals.DECIDE
    | swapping.DECIDE
    | merging.DECIDE
    | closing.DECIDE
    | charge.DECIDE,
    evolve={fact: marking(evolve) for fact, evolve in EVOLVE.items()},
)
ACTIONS: tuple[type[Command], ...] = members(PeoplesCommand)
"""The commands that people may send, in the order of the buttons."""

OFFERS: dict[type[TaskCommand], Collection[Stage]] = (
    acceptance.OFFERS
    | arbitration.OFFERS
    | hand_out.OFFERS
    | team.OFFERS
    | swapping.OFFERS
    | proposals.OFFERS
)
"""The stages of a task in which a command is offered."""


def briefed(command: Command, state: Assignment) -> Command:
    """Returns the command with the units that stand in the state, before they are looked up."""
    return swapping.briefed(planning.briefed(command, state), state)
