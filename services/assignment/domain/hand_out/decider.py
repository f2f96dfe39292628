"""Decisions about units: they get tasks, and hand them on."""

from collections.abc import Collection, Sequence

from services.assignment.domain.hand_out.commands import (
    AssignCase,
    NoteClassified,
    NoteCloseRefused,
    NoteExtended,
    NoteSuspended,
    OpenAssignment,
    Reassign,
    Stage,
    StopAssignment,
    TaskCommand,
)
from services.assignment.domain.hand_out.moving import (
    check_free,
    check_successor,
    handed_out,
    moved_to,
    terms_of,
)
from services.assignment.domain.hand_out.rules import (
    REASSIGNMENT_REFUSED,
    check_move,
    check_stage,
    check_team,
    stages_but,
)
from services.assignment.domain.hand_out.state import (
    Assignment,
    added,
    assigned,
    classified,
    contested,
    extended,
    on_task,
    open_task,
    opened,
    reassigned,
    removed,
    require_unassigned,
    stopped,
    suspended,
)
from shared.contracts import assignment as facts
from shared.contracts.case_event import CaseEvent, CaseMark, TaskName
from shared.contracts.imports import stops, until_stopped
from shared.contracts.payloads.assignment import Opening
from shared.kernel.decider import Decide, Evolve, Rows
from shared.kernel.errors import RuleViolated


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
    require_unassigned(state)
    if command.rules.row.gates.leader_endorses:
        raise RuleViolated("endorsement-first", "该件须先拟办，经领导批示同意后交办")
    check_team(command, command.tasks, state.agency, state.purpose)
    return [handed_out(command, command, state)]


def reassign(command: Reassign, state: Assignment) -> Sequence[CaseEvent]:
    """Moves a task, also back to a unit that had it. Where a co-handler becomes the lead, its own
    task ends; the former lead may stay as co-handler: both together swap the two."""
    hand = open_task(state, command.task)
    check_stage(hand.stage, REASSIGNMENT_REFUSED)
    check_free(command, hand, state)
    check_move(command, hand.task, hand.stage, len(hand.formers), state.purpose)
    check_successor(command, command.unit, "unit", hand, state)
    return moved_to(command, command, hand, state, terms_of(command, state, hand))


def note_close_refused(
    command: NoteCloseRefused, state: Assignment
) -> Sequence[facts.AssignmentContested]:
    hand = state.tasks.get(command.task)
    if hand and hand.contested:
        return []
    fields = command.mark.fields(CaseMark) | command.fields(TaskName)
    return [facts.AssignmentContested(at=command.at, **fields, round=command.round)]


def note_extended(command: NoteExtended, state: Assignment) -> Sequence[facts.AssignmentExtended]:
    """Notes a later day, and the end of a pause, also of one that moved no day."""
    hand = state.tasks.get(command.task)
    if hand is None:
        return []
    resumed = hand.still and command.resumed
    due = max(hand.task.due, command.due, key=lambda each: each.at)
    if due == hand.task.due and not resumed:
        return []
    moved = {"due": due, "resumed": resumed}
    return [facts.AssignmentExtended(at=command.at, **state.mark_of(hand), **moved)]


def note_suspended(
    command: NoteSuspended, state: Assignment
) -> Sequence[facts.AssignmentSuspended]:
    hand = state.tasks.get(command.task)
    if hand is None or hand.still:
        return []
    return [facts.AssignmentSuspended(at=command.at, **state.mark_of(hand))]


DECIDE: Rows[Decide[Assignment]] = Rows(
    {
        OpenAssignment: until_stopped(open_assignment),
        NoteClassified: until_stopped(note_classified),
        StopAssignment: stop_assignment,
        AssignCase: assign_case,
        Reassign: reassign,
        NoteCloseRefused: until_stopped(note_close_refused),
        NoteExtended: until_stopped(note_extended),
        NoteSuspended: until_stopped(note_suspended),
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
        facts.AssignmentSuspended: on_task(suspended),
    }
)
OFFERS: dict[type[TaskCommand], Collection[Stage]] = {
    Reassign: stages_but(REASSIGNMENT_REFUSED),
}
