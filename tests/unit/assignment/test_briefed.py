"""Units that the state adds to a command are looked up, and are no part of what was sent."""

from services.assignment.domain.decider import DECIDER, briefed
from services.assignment.domain.hand_out.commands import Moving
from services.assignment.domain.planning.commands import DecidePlan
from shared.service.commands.context import canonical_command
from tests.unit.assignment.test_planning import WAITING, decide
from tests.unit.assignment.test_swapping import HANDED, swap


def test_the_units_of_a_swap_are_not_sent() -> None:
    command = briefed(swap(), DECIDER.fold(HANDED))
    assert isinstance(command, Moving)
    assert len(command.units) == 2
    assert canonical_command(command) == canonical_command(swap())


def test_the_units_of_a_plan_are_not_sent() -> None:
    command = briefed(decide(), DECIDER.fold(WAITING))
    assert isinstance(command, DecidePlan)
    assert len(command.planned) == 2
    assert canonical_command(command) == canonical_command(decide())
