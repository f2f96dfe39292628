"""Who handles a case: units at work on it may read the letter and the contacts."""

from collections.abc import Mapping

from shared.contracts.assignment import (
    AssignmentProgressed,
    AssignmentReassigned,
    AssignmentStopped,
    CaseAssigned,
)
from shared.contracts.case_event import Task
from shared.kernel.messages import Recorded
from shared.kernel.projection import Document, Projection


def project(part: Document, recorded: Recorded) -> Document:
    """`tasks`: task → unit and part; a unit whose task went elsewhere is no reader any more."""
    known: Mapping[str, Mapping[str, str]] = part.get("tasks", {})
    match recorded.event:
        case CaseAssigned(tasks=tasks) | AssignmentProgressed(tasks=tasks):
            return {**part, "tasks": {**known, **_at_work(*tasks)}}
        case AssignmentReassigned(task=ended, to=to):
            kept = {task: unit for task, unit in known.items() if task != ended}
            return {**part, "tasks": {**kept, **_at_work(to)}}
        case AssignmentStopped():
            return {**part, "tasks": {}}
        case _:
            return part


def _at_work(*tasks: Task) -> dict[str, dict[str, str]]:
    return {task.task: {"unit": task.unit, "part": task.part} for task in tasks}


READERS = Projection(name="readers", topic="case-events", parts={"assignment": project})
