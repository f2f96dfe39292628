"""Decisions about tasks: imports are never refused, and nothing begins in a stopped case."""

from collections.abc import Iterator, Sequence
from typing import Any

from services.handling.domain.tasks.commands import (
    CloseTask,
    MoveTask,
    NoteAsks,
    OpenTasks,
    StopHandling,
)
from services.handling.domain.tasks.pauses import opinion_stands_still, opinions_go_on
from services.handling.domain.tasks.state import (
    Handling,
    Work,
    asked,
    stopped,
    unchanged,
    with_task,
    without_cohandler,
    without_task,
)
from shared.contracts import handling as facts
from shared.contracts.case_event import (
    CaseEvent,
    CaseMark,
    Charge,
    OnTask,
    Task,
    TaskMark,
    TaskName,
)
from shared.contracts.imports import stops, until_stopped
from shared.contracts.members import RecipientsRefused
from shared.kernel.calendar import business_day, ending_day
from shared.kernel.decider import Decide, Evolve, Rows
from shared.kernel.messages import Event

Facts = Sequence[CaseEvent]


def open_tasks(command: OpenTasks, state: Handling) -> Facts:
    begun = (_begin(task, command, command.higher_signer, state) for task in command.tasks)
    return [fact for facts_of_task in begun for fact in facts_of_task]


def move_task(command: MoveTask, state: Handling) -> Facts:
    """A signed reply cannot be taken back; both units have the task until the office decides. A
    pause ends with its task: co-handlers that stood still with it owe their opinions again."""
    begun = _begin(command.to, command, command.round > 1, state)
    if command.task in state.ended:
        return begun
    head = _head(command, command)
    work = state.works.get(command.task)
    if work and work.reply:
        return [facts.TaskCloseRefused(**head), *begun] if begun else []
    return [
        facts.TaskClosed(**head, reason="reassigned"),
        *awaited_again(command, work, state),
        *begun,
    ]


def awaited_again(command: MoveTask, work: Work | None, state: Handling) -> Facts:
    """Returns the end of the pauses of co-handlers whose lead stood still and is another now."""
    if work is None or work.part != "lead" or work.suspending.running is None:
        return []
    on = min(business_day(command.at), ending_day(work.suspending.running.began.ends.at))
    lead = command.to.due
    return [*opinions_go_on(state, command.round, lead, command.at, on, command.rules)]


def close_task(command: CloseTask, state: Handling) -> Facts:
    """Ends the task, also before it was opened here: it must not begin later."""
    if command.task in state.ended:
        return []
    return [facts.TaskClosed(**_head(command, command), reason=command.reason)]


def note_asks(command: NoteAsks, state: Handling) -> Sequence[facts.AsksNoted]:
    if state.asks or state.meeting_wanted:
        return []
    wanted = command.face_to_face_wanted
    return [facts.AsksNoted(at=command.at, asks=command.asks, face_to_face_wanted=wanted)]


def stop_handling(command: StopHandling, state: Handling) -> Facts:
    """Ends the work; before that it sends back the members that have still to be answered. The
    others close: intake hears both in this order."""
    if not stops(command.reason, state):
        return []
    mark = command.mark.fields(CaseMark)
    stop = facts.HandlingStopped(at=command.at, **mark, reason=command.reason)
    return [*_unanswered(command, state), stop]


def _unanswered(command: StopHandling, state: Handling) -> Iterator[RecipientsRefused]:
    """Yields the members that have still to be answered: they are handled by themselves again."""
    for member in () if state.is_answered else sorted(state.members):
        mark = command.mark.fields(CaseMark)
        yield RecipientsRefused(at=command.at, **mark, member=member, cause="master-left")


def _begin(task: Task, command: OpenTasks | MoveTask, higher: bool, state: Handling) -> Facts:
    """Returns the beginning of a task: once, and not at all when its end came before it."""
    if task.task in state.works or task.task in state.ended:
        return []
    head = _head(task, command)
    if task.part != "co":
        fact = facts.TaskOpened(
            **head,
            **task.fields(Charge),
            part=task.part,
            first_contact=task.first_contact,
            recipients=command.proposers or state.own_proposers,
            higher_signer=higher,
        )
        return [fact]
    if state.lead_has_signed(command.round):  # too late to hold the signature up
        return [facts.CohandlerRefused(**head)]
    joined = facts.CohandlerJoined(**head, **task.fields(Charge))
    return [joined, *opinion_stands_still(joined, state)]


def _head(task: TaskName, command: OpenTasks | MoveTask | CloseTask) -> dict[str, Any]:
    """Returns the fields that every fact about the task repeats, and its moment."""
    head = OnTask(
        at=command.at,
        round=command.round,
        **command.mark.fields(CaseMark),
        **task.fields(TaskName),
    )
    return head.fields(Event, TaskMark)


DECIDE: Rows[Decide[Handling]] = Rows(
    {
        OpenTasks: until_stopped(open_tasks),
        MoveTask: until_stopped(move_task),
        CloseTask: until_stopped(close_task),
        NoteAsks: until_stopped(note_asks),
        StopHandling: stop_handling,
    }
)
EVOLVE: Rows[Evolve[Handling]] = Rows(
    {
        facts.TaskOpened: with_task,
        facts.CohandlerJoined: with_task,
        facts.CohandlerRefused: without_cohandler,
        facts.TaskClosed: without_task,
        facts.TaskCloseRefused: unchanged,
        facts.AsksNoted: asked,
        facts.HandlingStopped: stopped,
    }
)
