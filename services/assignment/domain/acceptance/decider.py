"""Decisions about acceptance: receipt, objection, ruling, silence."""

from collections.abc import Collection, Sequence
from dataclasses import replace
from datetime import date

from services.assignment.domain.acceptance.commands import (
    DecideObjection,
    DeemAccepted,
    EnterObjection,
    NoteWork,
    ObjectAssignment,
    ReceiveAssignment,
)
from services.assignment.domain.acceptance.rules import (
    ENTRY_REFUSED,
    OBJECTION_REFUSED,
    RECEIPT_REFUSED,
    RULING_REFUSED,
    check_not_begun,
    check_not_dismissed,
    check_objection,
    check_paper,
    check_returns,
    check_successor,
    check_suggestion,
    check_unbound,
    check_window,
    is_awaited,
)
from services.assignment.domain.hand_out.commands import Stage, TaskCommand
from services.assignment.domain.hand_out.rules import check_stage, is_moved_out, stages_but
from services.assignment.domain.hand_out.state import (
    Assignment,
    TaskInHand,
    on_task,
    open_task,
    task_in_hand,
)
from shared.contracts import assignment as facts
from shared.contracts.imports import until_stopped
from shared.contracts.payloads.assignment import Objection, Receiving, Ruling
from shared.kernel.calendar import business_day
from shared.kernel.decider import Decide, Evolve, Rows
from shared.kernel.entries import check_entered
from shared.kernel.messages import Act
from shared.kernel.repeated import require_same


def receive(command: ReceiveAssignment, state: Assignment) -> Sequence[facts.AssignmentReceived]:
    hand = task_in_hand(state, command.task)
    if hand.stage == "received" and hand.receipt:
        require_same(command, hand.receipt, Receiving)
        return []
    check_stage(hand.stage, RECEIPT_REFUSED)
    if command.on:
        check_entered(command, command.on, "on", business_day(hand.since), "receipt")
    fields = command.fields(Act, Receiving)
    return [facts.AssignmentReceived(**state.mark_of(hand), **fields)]


def object_to(command: ObjectAssignment, state: Assignment) -> Sequence[facts.AssignmentObjected]:
    hand = open_task(state, command.task)
    check_unbound(hand, state)
    check_stage(hand.stage, OBJECTION_REFUSED)
    check_not_dismissed(hand)
    check_not_begun(hand.begun)
    check_window(command.at, hand.task)
    return [_objected(command, hand, state, None)]


def enter_objection(
    command: EnterObjection, state: Assignment
) -> Sequence[facts.AssignmentObjected]:
    """Enters an objection on paper, also where the unit was deemed to have accepted since."""
    hand = open_task(state, command.task)
    check_unbound(hand, state)
    check_stage(hand.stage, ENTRY_REFUSED)
    check_not_dismissed(hand)
    check_not_begun(hand.begun)
    check_paper(command, hand.task, hand.since)
    return [_objected(command, hand, state, command.on)]


def _objected(
    command: ObjectAssignment | EnterObjection, hand: TaskInHand, state: Assignment, on: date | None
) -> facts.AssignmentObjected:
    check_objection(command)
    check_suggestion(command, state.agency, hand.task, state.purpose)
    used_up = state.returns >= command.rules.row.most_returns
    fields = command.fields(Act, Objection) | {"on": on, "to_arbitration": used_up}
    return facts.AssignmentObjected(**state.mark_of(hand), **fields)


def decide_objection(
    command: DecideObjection, state: Assignment
) -> Sequence[facts.ObjectionDecided]:
    hand = open_task(state, command.task)
    if hand.decision and hand.stage == ("returned" if command.upheld else "must-act"):
        require_same(command, hand.decision, Ruling)
        return []
    check_stage(hand.stage, RULING_REFUSED)
    check_returns(command, hand, state)
    check_successor(command, hand.task, state.purpose)
    moved_out = is_moved_out(command, hand.task.unit, len(hand.formers), state.purpose)
    fields = command.fields(Act, Ruling) | {"to_arbitration": command.upheld and moved_out}
    return [facts.ObjectionDecided(**state.mark_of(hand), **fields)]


def deem_accepted(
    command: DeemAccepted, state: Assignment
) -> Sequence[facts.AssignmentDeemedAccepted]:
    """Silence until the window's end (逾期视为接受); any answer in time wins."""
    hand = state.tasks.get(command.task)
    if hand is None or hand.stage != "handed-out":
        return []
    return [facts.AssignmentDeemedAccepted(at=command.at, **state.mark_of(hand))]


def note_work(command: NoteWork, state: Assignment) -> Sequence[facts.AssignmentBegun]:
    """Notes that the unit works, signed for or not, also after its window: it has accepted, and no
    paper of it that came in before is entered any more."""
    hand = state.tasks.get(command.task)
    if hand is None or hand.begun or not is_awaited(hand.stage, hand.task):
        return []
    return [facts.AssignmentBegun(at=command.at, **state.mark_of(hand))]


def begun(hand: TaskInHand, fact: facts.AssignmentBegun) -> TaskInHand:
    return replace(hand, begun=True)


def received(hand: TaskInHand, fact: facts.AssignmentReceived) -> TaskInHand:
    return replace(hand, stage="received", receipt=fact)


def objected(hand: TaskInHand, fact: facts.AssignmentObjected) -> TaskInHand:
    return replace(hand, stage="objected", objection=fact)


def ruled(hand: TaskInHand, fact: facts.ObjectionDecided) -> TaskInHand:
    return replace(hand, stage="returned" if fact.upheld else "must-act", decision=fact)


def deemed(hand: TaskInHand, fact: facts.AssignmentDeemedAccepted) -> TaskInHand:
    return replace(hand, stage="deemed-accepted")


DECIDE: Rows[Decide[Assignment]] = Rows(
    {
        ReceiveAssignment: receive,
        ObjectAssignment: object_to,
        EnterObjection: enter_objection,
        DecideObjection: decide_objection,
        NoteWork: until_stopped(note_work),
        DeemAccepted: until_stopped(deem_accepted),
    }
)
EVOLVE: Rows[Evolve[Assignment]] = Rows(
    {
        facts.AssignmentReceived: on_task(received),
        facts.AssignmentObjected: on_task(objected),
        facts.ObjectionDecided: on_task(ruled),
        facts.AssignmentBegun: on_task(begun),
        facts.AssignmentDeemedAccepted: on_task(deemed),
    }
)
OFFERS: dict[type[TaskCommand], Collection[Stage]] = {
    ReceiveAssignment: stages_but(RECEIPT_REFUSED, ("received",)),
    ObjectAssignment: stages_but(OBJECTION_REFUSED),
    EnterObjection: stages_but(ENTRY_REFUSED),
    DecideObjection: stages_but(RULING_REFUSED),
}
