"""Decisions about the end of a case: whatever order the imports come in, it is closed exactly while
the rule of its policy row is met."""

from collections.abc import Sequence

from services.assignment.domain.closing.commands import NoteProgress
from services.assignment.domain.closing.state import closed, is_settled, progressed, reopened
from services.assignment.domain.hand_out.state import Assignment
from shared.contracts import assignment as facts
from shared.contracts.case_event import CaseEvent, CaseMark, Task
from shared.contracts.imports import until_stopped
from shared.contracts.payloads.assignment import ClosingStep, Topic
from shared.kernel.decider import Decide, Evolve, Rows


def note_progress(command: NoteProgress, state: Assignment) -> Sequence[CaseEvent]:
    fields = command.mark.fields(CaseMark) | command.fields(ClosingStep)
    waiting = withheld(command, state)
    fields |= {"round": command.round, "withheld": waiting, "awaits_unit": bool(waiting)}
    fields["tasks"] = tuple(
        _unsigned(task) if task.task in waiting else task for task in command.tasks
    )
    step = facts.AssignmentProgressed(at=command.at, **fields)
    after = progressed(state, step)
    return [] if after == state else [step, *_ending(command, after)]


def _unsigned(task: Task) -> Task:
    """Returns the task without a time to sign for it: nobody has it yet."""
    return task.model_copy(update={"sign_for": None})


def withheld(command: NoteProgress, state: Assignment) -> tuple[str, ...]:
    """Returns the new tasks of units that may not have the case any more: the case is against them,
    or its purpose is reserved to others (信访工作条例第30条)."""
    row, kept = command.rules.row, command.recused
    return tuple(
        task.task
        for task in command.tasks
        if task.unit in kept or not row.admits(state.purpose, task.unit, kept)
    )


def _ending(command: NoteProgress, state: Assignment) -> Sequence[CaseEvent]:
    row = command.rules.row
    settled = is_settled(state, row.closing == "evaluated" and command.rules.has("rating"))
    mark = command.mark.fields(CaseMark)
    round_ = max((hand.round for hand in state.replying), default=1)
    if settled and not state.closed:
        topic = state.opening.fields(Topic) if state.opening else {}
        return [facts.CaseClosed(at=command.at, **mark, round=round_, rule=row.closing, **topic)]
    if state.closed and not settled:
        return [facts.CaseReopened(at=command.at, **mark, round=round_, reason=command.what)]
    return []


DECIDE: Rows[Decide[Assignment]] = Rows(
    {
        NoteProgress: until_stopped(note_progress),
    }
)
EVOLVE: Rows[Evolve[Assignment]] = Rows(
    {
        facts.AssignmentProgressed: progressed,
        facts.CaseClosed: closed,
        facts.CaseReopened: reopened,
    }
)
