"""What may happen to an assignment: one function per command."""

from collections.abc import Sequence
from typing import assert_never

from services.assignment.domain import commands as asked
from services.assignment.domain.events import AssignmentEvent
from services.assignment.domain.rules import (
    Terms,
    check_objection,
    check_stage,
    check_suggestion,
    check_team,
    is_settled,
)
from services.assignment.domain.state import (
    UNKNOWN,
    Assignment,
    TaskInHand,
    evolve,
    lead_due,
    open_task,
    require_running,
    task_in_hand,
)
from shared.contracts import assignment as facts
from shared.kernel.decider import Decider
from shared.kernel.eligible import check_assignable
from shared.kernel.errors import RuleViolated
from shared.kernel.messages import RuledCommand

Facts = Sequence[AssignmentEvent]


def decide(command: asked.AssignmentCommand, state: Assignment) -> Facts:
    match command:
        case asked.AssignCase():
            return assign_case(command, state)
        case asked.ReceiveAssignment():
            return receive(command, state)
        case asked.ObjectAssignment():
            return object_to(command, state)
        case asked.DecideObjection():
            return decide_objection(command, state)
        case asked.Reassign():
            return reassign(command, state)
        case _:
            return [] if state.stopped else note(command, state)


def note(command: asked.Import, state: Assignment) -> Facts:
    """What others recorded; never refused, and nothing more once the case has stopped."""
    match command:
        case asked.OpenAssignment():
            return open_assignment(command, state)
        case asked.StopAssignment():
            return stop_assignment(command, state)
        case asked.DeemAccepted():
            return deem_accepted(command, state)
        case asked.NoteCloseRefused():
            return note_close_refused(command, state)
        case asked.NoteProgress():
            return note_progress(command, state)
        case _:
            assert_never(command)


def open_assignment(command: asked.OpenAssignment, state: Assignment) -> Facts:
    if state.opening:
        return []
    fields = command.model_dump(include={"subject", "region", "wanted_unit"})
    head = state.head(command.at, 1, command.case)
    return [facts.AssignmentOpened(**head, **fields, proposers=command.proposers)]


def stop_assignment(command: asked.StopAssignment, state: Assignment) -> Facts:
    return [
        facts.AssignmentStopped(**state.head(command.at, 1, command.case), reason=command.reason)
    ]


def assign_case(command: asked.AssignCase, state: Assignment) -> Facts:
    require_running(state)
    if state.opening is None:
        raise RuleViolated("not-accepted", "该件尚未立案，不能交办")
    if state.tasks:
        raise RuleViolated("already-assigned", "该件已经交办，如需调整请改派")
    check_team(command, state.agency)
    terms = terms_of(command, state)
    tasks = tuple(terms.task(wanted, command.seed) for wanted in command.tasks)
    head = state.head(command.at, 1)
    return [facts.CaseAssigned(**head, tasks=tasks, by=command.by, proposers=state.proposers)]


def receive(command: asked.ReceiveAssignment, state: Assignment) -> Facts:
    hand = task_in_hand(state, command.task)
    if hand.stage == "received":
        return []
    check_stage(command.name, hand.stage)
    who = {"task": command.task, "unit": hand.task.unit, "by": command.by}
    return [facts.AssignmentReceived(**state.head(command.at, hand.round), **who)]


def object_to(command: asked.ObjectAssignment, state: Assignment) -> Facts:
    hand = open_task(state, command.task)
    check_stage(command.name, hand.stage)
    check_objection(command, hand.task)
    check_suggestion(command, state.agency, hand.task)
    who = {"task": command.task, "unit": hand.task.unit, "by": command.by}
    return [
        facts.AssignmentObjected(
            **state.head(command.at, hand.round),
            **who,
            reason=command.reason,
            explanation=command.explanation,
            suggested_unit=command.suggested_unit,
        )
    ]


def decide_objection(command: asked.DecideObjection, state: Assignment) -> Facts:
    hand = task_in_hand(state, command.task)
    if hand.stage == ("returned" if command.upheld else "must-act"):
        return []
    check_stage(command.name, hand.stage)
    head, unit = state.head(command.at, hand.round), hand.task.unit
    fields = {"task": command.task, "unit": unit, "by": command.by, "upheld": command.upheld}
    return [facts.ObjectionDecided(**head, **fields, note=command.note)]


def reassign(command: asked.Reassign, state: Assignment) -> Facts:
    """Never back to a unit that had the task, and never to one that already acts in the case."""
    hand = open_task(state, command.task)
    check_stage(command.name, hand.stage)
    if command.unit in (hand.task.unit, *hand.formers):
        raise RuleViolated("reassign-same-unit", "不能再改派给原承办单位", "unit")
    if command.unit in {other.task.unit for other in state.current if other.round == hand.round}:
        raise RuleViolated("units-distinct", "该单位已承担本件的另一项任务", "unit")
    check_assignable(command.known, command.unit, state.agency, "unit")
    scope = hand.task.scope if command.scope is None else command.scope
    wanted = asked.Wanted(unit=command.unit, part=hand.task.part, scope=scope)
    to = terms_of(command, state, hand).task(wanted, command.seed, lead_due(state, hand))
    fields = {"task": command.task, "unit": hand.task.unit, "by": command.by}
    head = state.head(command.at, hand.round)
    return [facts.AssignmentReassigned(**head, **fields, to=to, proposers=state.proposers)]


def deem_accepted(command: asked.DeemAccepted, state: Assignment) -> Facts:
    """Silence until the window's end (逾期视为接受); any answer in time wins."""
    hand = state.tasks.get(command.task)
    if hand is None or hand.stage != "handed-out":
        return []
    fields = {"task": command.task, "unit": hand.task.unit}
    return [facts.AssignmentDeemedAccepted(**state.head(command.at, hand.round), **fields)]


def note_close_refused(command: asked.NoteCloseRefused, state: Assignment) -> Facts:
    hand = state.tasks.get(command.task)
    if hand and hand.contested:
        return []
    head = state.head(command.at, command.round, command.case)
    return [facts.AssignmentContested(**head, task=command.task, unit=command.unit)]


def note_progress(command: asked.NoteProgress, state: Assignment) -> Facts:
    """Whatever order the imports come in, the case is closed exactly while its rule is met."""
    fields = command.model_dump(include={"what", "task", "raters", "tasks", "next_round"})
    head = state.head(command.at, command.round, command.case)
    noted = facts.AssignmentProgressed(**head, **fields)
    after = evolve(state, noted)
    if after == state:
        return []
    return [noted, *closing(command, after)]


def closing(command: asked.NoteProgress, state: Assignment) -> Facts:
    row = command.rules.row
    tasks = [hand.task.task for hand in state.replying]
    evaluated = row.closing == "evaluated" and command.rules.has("rating")
    settled = is_settled(state.ledger, tasks, evaluated)
    head = state.head(command.at, max((hand.round for hand in state.replying), default=1))
    if settled and not state.closed:
        known = state.opening.model_dump(include={"subject", "region"}) if state.opening else {}
        return [facts.CaseClosed(**head, rule=row.closing, **known)]
    if state.closed and not settled:
        return [facts.CaseReopened(**head, reason=command.what)]
    return []


def terms_of(command: RuledCommand, state: Assignment, hand: TaskInHand | None = None) -> Terms:
    """A task of a later round keeps the rule that its reply was due by."""
    rule = hand.task.due.rule if hand and hand.task.part != "co" else "reply"
    accepted = command.rules.row.reply_from == "acceptance" and rule == "reply"
    reply_from = state.opening.at if state.opening and accepted else command.at
    return Terms(command.rules, command.at, reply_from, rule)


DECIDER = Decider[asked.AssignmentCommand, Assignment, AssignmentEvent](UNKNOWN, decide, evolve)
