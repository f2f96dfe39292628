"""Facts by which units get their tasks, and by which a task moves to another unit: it ends, and the
task of the successor begins."""

from collections.abc import Sequence

from services.assignment.domain.hand_out.commands import Moving, Successor
from services.assignment.domain.hand_out.rules import Terms, is_rightful
from services.assignment.domain.hand_out.state import Assignment, TaskInHand, lead_due
from shared.contracts import assignment as facts
from shared.contracts.case_event import CaseEvent, Task
from shared.contracts.payloads.assignment import HandOut, WantedUnit
from shared.kernel.eligible import check_assignable, check_competent, check_staffed
from shared.kernel.errors import RuleViolated
from shared.kernel.messages import Act, RuledCommand


def check_free(command: RuledCommand, hand: TaskInHand, state: Assignment) -> None:
    """Refuses to take a task from a unit that was ruled to act, unless it may not have the case."""
    rightful = is_rightful(command, hand.task.unit, state.purpose)
    if hand.task.task in state.bound and rightful:
        message = "承办单位已经裁定，不能改派或者取消；确需变更的，由裁定机关重新裁定"
        raise RuleViolated("arbitrated", message, "task")


def check_successor(
    command: Moving, unit: str, field: str, hand: TaskInHand, state: Assignment
) -> None:
    """Checks that the unit in this field of the command can have the task, and has no other of this
    round, unless it is a co-handler who becomes the lead."""
    double = _double(unit, hand, state)
    if double and (hand.task.part, double.task.part) != ("lead", "co"):
        raise RuleViolated("units-distinct", "该单位已承担本件的另一项任务", field)
    check_assignable(command, unit, state.agency, field)
    check_competent(command, unit, state.purpose, field)
    check_staffed(command, unit, hand.task.part, field)


def handed_out(command: RuledCommand, team: HandOut, state: Assignment) -> facts.CaseAssigned:
    """Returns the fact by which the units of the team get their tasks."""
    terms = terms_of(command, state).until(team.reply_by)
    tasks = tuple(terms.task(wanted, command.seed) for wanted in team.tasks)
    fields = state.case_mark(1) | command.fields(Act)
    return facts.CaseAssigned(**fields, tasks=tasks, proposers=state.proposers)


def moved_to(
    successor: Successor, command: Moving, hand: TaskInHand, state: Assignment, terms: Terms
) -> Sequence[CaseEvent]:
    """Returns the facts by which the successor takes the task over on these terms."""
    scope = hand.task.scope if successor.scope is None else successor.scope
    wanted = WantedUnit(unit=successor.unit, part=hand.task.part, scope=scope)
    to = _with_granted_day(terms.task(wanted, command.seed, lead_due(state, hand)), hand, terms)
    fields = state.mark_of(hand) | command.fields(Act) | {"proposers": state.proposers}
    moved = facts.AssignmentReassigned(**fields, to=to, reason=successor.reason)
    leaving = _leaving(successor, command, hand, state)
    return [moved, *leaving, *_staying(successor, command, hand, state, terms, to)]


def _with_granted_day(to: Task, hand: TaskInHand, terms: Terms) -> Task:
    """Returns the task with the day that was granted to the former unit, where its own is earlier:
    the proposer knows of that day, and opinions are owed until then. With the day of the former
    unit, too, where the terms keep it."""
    granted = hand.extended and to.due.at < hand.task.due.at
    if to.part == "co" or not (granted or terms.latest == hand.task.due):
        return to
    return to.model_copy(update={"due": hand.task.due})


def terms_of(command: RuledCommand, state: Assignment, hand: TaskInHand | None = None) -> Terms:
    """Returns the terms of a hand-out; a task of a later round keeps the rule of its reply."""
    rule = hand.task.due.rule if hand and hand.task.part != "co" else "reply"
    accepted = command.rules.row.reply_from == "acceptance" and rule == "reply"
    reply_from = state.opening.at if state.opening and accepted else command.at
    return Terms(command.rules, command.at, reply_from, rule)


def _double(unit: str, hand: TaskInHand, state: Assignment) -> TaskInHand | None:
    """Returns the task that the unit has in this round already."""
    others = (each for each in state.current if each.round == hand.round)
    return next((each for each in others if each.task.unit == unit), None)


def _leaving(
    successor: Successor, command: Moving, hand: TaskInHand, state: Assignment
) -> Sequence[facts.AssignmentRemoved]:
    """Ends the task that the successor had as co-handler."""
    if (double := _double(successor.unit, hand, state)) is None:
        return []
    fields = state.mark_of(double) | command.fields(Act)
    return [facts.AssignmentRemoved(**fields, reason=successor.reason)]


def _staying(
    successor: Successor,
    command: Moving,
    hand: TaskInHand,
    state: Assignment,
    terms: Terms,
    to: Task,
) -> Sequence[facts.AssignmentAdded]:
    """Keeps the former lead as co-handler, where the successor says so."""
    if not successor.former_as_co:
        return []
    wanted = WantedUnit(unit=hand.task.unit, part="co")
    fields = state.case_mark(hand.round) | command.fields(Act) | {"proposers": state.proposers}
    task = terms.task(wanted, command.seed, to.due)
    return [facts.AssignmentAdded(**fields, to=task, reason=successor.reason)]
