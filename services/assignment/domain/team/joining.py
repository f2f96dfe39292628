"""Joining: which units may become co-handlers of a lead, and the fact by which one does."""

from services.assignment.domain.hand_out.rules import MOST_UNITS, Terms
from services.assignment.domain.hand_out.state import Assignment, TaskInHand
from services.assignment.domain.team.commands import AddCohandler, DecideCohandler
from shared.contracts import assignment as facts
from shared.contracts.payloads.assignment import NewCohandler, WantedUnit
from shared.kernel.eligible import check_assignable, check_competent, check_staffed
from shared.kernel.errors import RuleViolated
from shared.kernel.messages import Act


def check_place(unit: str, field: str, lead: TaskInHand, state: Assignment) -> None:
    """Checks that the unit has no task of this round yet, and that there is room for one more."""
    units = [hand.task.unit for hand in state.current if hand.round == lead.round]
    if unit in units:
        raise RuleViolated("units-distinct", "该单位已承担本件的另一项任务", field)
    if len(units) >= MOST_UNITS:
        raise RuleViolated("units-bounded", f"承办单位最多 {MOST_UNITS} 个", field)


def check_joining(
    command: AddCohandler | DecideCohandler,
    unit: str,
    field: str,
    lead: TaskInHand,
    state: Assignment,
) -> None:
    check_place(unit, field, lead, state)
    check_assignable(command, unit, state.agency, field)
    check_competent(command, unit, state.purpose, field)
    check_staffed(command, unit, "co", field)


def joined(
    command: AddCohandler | DecideCohandler,
    newcomer: NewCohandler,
    lead: TaskInHand,
    state: Assignment,
) -> facts.AssignmentAdded:
    """Returns the fact by which the unit becomes co-handler of the lead."""
    wanted = WantedUnit(unit=newcomer.unit, part="co", scope=newcomer.scope)
    terms = Terms(command.rules, command.at, command.at)
    to = terms.task(wanted, command.seed, lead.task.due)
    fields = state.case_mark(lead.round) | command.fields(Act) | {"proposers": state.proposers}
    return facts.AssignmentAdded(**fields, to=to, reason=newcomer.reason)
