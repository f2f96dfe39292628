"""Read model `readers`: the units at work on a case, which may read its letter and contacts."""

from collections.abc import Mapping

from shared.contracts.assignment import (
    AssignmentProgressed,
    AssignmentReassigned,
    AssignmentStopped,
    CaseAssigned,
)
from shared.contracts.case_event import Task
from shared.kernel.messages import Recorded
from shared.kernel.projection import ModelDocument, Projection


def project(part: ModelDocument, recorded: Recorded) -> ModelDocument:
    """Folds `tasks`: unit and part by task. A unit whose task was reassigned leaves."""
    tasks: Mapping[str, Mapping[str, str]] = part.get("tasks", {})
    match recorded.event:
        case CaseAssigned(tasks=begun) | AssignmentProgressed(tasks=begun):
            return {**part, "tasks": {**tasks, **_at_work(*begun)}}
        case AssignmentReassigned(task=ended, to=to):
            kept = {task: unit for task, unit in tasks.items() if task != ended}
            return {**part, "tasks": {**kept, **_at_work(to)}}
        case AssignmentStopped():
            return {**part, "tasks": {}}
        case _:
            return part


def _at_work(*tasks: Task) -> dict[str, dict[str, str]]:
    return {task.task: {"unit": task.unit, "part": task.part} for task in tasks}


READERS = Projection(name="readers", topic="case-events", parts={"assignment": project})
