"""Decisions about units: they get tasks, and hand them on."""

from collections.abc import Collection, Sequence

from services.assignment.domain.hand_out.commands import (
    AssignCase,
    NoteClassified,
    NoteCloseRefused,
    NoteExtended,
    OpenAssignment,
    Reassign,
    Stage,
    StopAssignment,
    TaskCommand,
)
from services.assignment.domain.hand_out.rules import (
    REASSIGNMENT_REFUSED,
    Terms,
    check_move,
    check_stage,
    check_team,
    stages_but,
)
from services.assignment.domain.hand_out.state import (
    Assignment,
    TaskInHand,
    added,
    assigned,
    classified,
    contested,
    extended,
    lead_due,
    on_task,
    open_task,
    opened,
    reassigned,
    removed,
    require_running,
    stopped,
)
from shared.contracts import assignment as facts
from shared.contracts.case_event import CaseEvent, CaseMark, Task, TaskName
from shared.contracts.imports import stops, until_stopped
from shared.contracts.payloads.assignment import Opening, WantedUnit
from shared.kernel.decider import Decide, Evolve, Rows
from shared.kernel.eligible import check_assignable, check_competent, check_staffed
from shared.kernel.errors import RuleViolated
from shared.kernel.messages import Act, RuledCommand


def open_assignment(command: OpenAssignment, state: Assignment) -> Sequence[facts.AssignmentOpened]:
    if state.opening:
        return []
    fields = command.mark.fields(CaseMark) | command.fields(Opening)
    return [facts.AssignmentOpened(at=command.at, **fields)]


def note_classified(
    command: NoteClassified, state: Assignment
) -> Sequence[facts.AssignmentClassified]:
    if command.purpose == state.purpose:
        return []
    fields = command.mark.fields(CaseMark) | {"purpose": command.purpose}
    row, against = command.rules.row, command.recused
    tasks = [hand.task for hand in state.current if hand.task.task not in state.ledger.replied]
    wrong = (task for task in tasks if not row.admits(command.purpose, task.unit, against))
    misplaced = tuple(task.task for task in wrong)
    return [facts.AssignmentClassified(at=command.at, **fields, misplaced=misplaced)]


def stop_assignment(
    command: StopAssignment, state: Assignment
) -> Sequence[facts.AssignmentStopped]:
    if not stops(command.reason, state):
        return []
    mark = command.mark.fields(CaseMark)
    return [facts.AssignmentStopped(at=command.at, **mark, reason=command.reason)]


def assign_case(command: AssignCase, state: Assignment) -> Sequence[facts.CaseAssigned]:
    require_running(state)
    if (opening := state.opening) is None:
        raise RuleViolated("not-accepted", "该件尚未{fact:case.accepted}，不能交办")
    if state.tasks:
        raise RuleViolated("already-assigned", "该件已经交办，如需调整请改派")
    check_team(command, state.agency, state.purpose)
    terms = _terms(command, state)
    tasks = tuple(terms.task(wanted, command.seed) for wanted in command.tasks)
    fields = opening.fields(CaseMark) | command.fields(Act)
    return [facts.CaseAssigned(**fields, tasks=tasks, proposers=state.proposers)]


def reassign(command: Reassign, state: Assignment) -> Sequence[CaseEvent]:
    """Moves a task, also back to a unit that had it. Where a co-handler becomes the lead, its own
    task ends; the former lead may stay as co-handler: both together swap the two."""
    hand = open_task(state, command.task)
    check_stage(hand.stage, REASSIGNMENT_REFUSED)
    check_move(command, hand.task, hand.stage, len(hand.formers), state.purpose)
    double = _double(command, hand, state)
    check_assignable(command, command.unit, state.agency, "unit")
    check_competent(command, command.unit, state.purpose, "unit")
    check_staffed(command, command.unit, hand.task.part, "unit")
    scope = hand.task.scope if command.scope is None else command.scope
    wanted = WantedUnit(unit=command.unit, part=hand.task.part, scope=scope)
    terms = _terms(command, state, hand)
    to = terms.task(wanted, command.seed, lead_due(state, hand))
    fields = state.mark_of(hand) | command.fields(Act) | {"proposers": state.proposers}
    moved = facts.AssignmentReassigned(**fields, to=to, reason=command.reason)
    return [moved, *_leaving(command, double, state), *_staying(command, hand, terms, to, state)]


def _double(command: Reassign, hand: TaskInHand, state: Assignment) -> TaskInHand | None:
    """Returns the task that the unit has in this round: of a co-handler who becomes the lead."""
    others = [each for each in state.current if each.round == hand.round]
    double = next((each for each in others if each.task.unit == command.unit), None)
    if double and (hand.task.part, double.task.part) != ("lead", "co"):
        raise RuleViolated("units-distinct", "该单位已承担本件的另一项任务", "unit")
    return double


def _leaving(
    command: Reassign, double: TaskInHand | None, state: Assignment
) -> Sequence[facts.AssignmentRemoved]:
    if double is None:
        return []
    fields = state.mark_of(double) | command.fields(Act)
    return [facts.AssignmentRemoved(**fields, reason=command.reason)]


def _staying(
    command: Reassign, hand: TaskInHand, terms: Terms, to: Task, state: Assignment
) -> Sequence[facts.AssignmentAdded]:
    if not command.former_as_co:
        return []
    wanted = WantedUnit(unit=hand.task.unit, part="co")
    fields = state.case_mark(hand.round) | command.fields(Act) | {"proposers": state.proposers}
    task = terms.task(wanted, command.seed, to.due)
    return [facts.AssignmentAdded(**fields, to=task, reason=command.reason)]


def note_close_refused(
    command: NoteCloseRefused, state: Assignment
) -> Sequence[facts.AssignmentContested]:
    hand = state.tasks.get(command.task)
    if hand and hand.contested:
        return []
    fields = command.mark.fields(CaseMark) | command.fields(TaskName)
    return [facts.AssignmentContested(at=command.at, **fields, round=command.round)]


def note_extended(command: NoteExtended, state: Assignment) -> Sequence[facts.AssignmentExtended]:
    hand = state.tasks.get(command.task)
    if hand is None or hand.task.due.at >= command.due.at:
        return []
    return [facts.AssignmentExtended(at=command.at, **state.mark_of(hand), due=command.due)]


def _terms(command: RuledCommand, state: Assignment, hand: TaskInHand | None = None) -> Terms:
    """Returns the terms of a hand-out; a task of a later round keeps the rule of its reply."""
    rule = hand.task.due.rule if hand and hand.task.part != "co" else "reply"
    accepted = command.rules.row.reply_from == "acceptance" and rule == "reply"
    reply_from = state.opening.at if state.opening and accepted else command.at
    return Terms(command.rules, command.at, reply_from, rule)


DECIDE: Rows[Decide[Assignment]] = Rows(
    {
        OpenAssignment: until_stopped(open_assignment),
        NoteClassified: until_stopped(note_classified),
        StopAssignment: stop_assignment,
        AssignCase: assign_case,
        Reassign: reassign,
        NoteCloseRefused: until_stopped(note_close_refused),
        NoteExtended: until_stopped(note_extended),
    }
)
EVOLVE: Rows[Evolve[Assignment]] = Rows(
    {
        facts.AssignmentOpened: opened,
        facts.AssignmentClassified: classified,
        facts.AssignmentStopped: stopped,
        facts.CaseAssigned: assigned,
        facts.AssignmentReassigned: reassigned,
        facts.AssignmentAdded: added,
        facts.AssignmentRemoved: on_task(removed),
        facts.AssignmentContested: on_task(contested),
        facts.AssignmentExtended: on_task(extended),
    }
)
OFFERS: dict[type[TaskCommand], Collection[Stage]] = {
    Reassign: stages_but(REASSIGNMENT_REFUSED),
}
