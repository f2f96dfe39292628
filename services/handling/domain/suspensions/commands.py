"""Commands about the suspension of a task."""

from typing import ClassVar

from services.handling.domain.tasks.commands import TaskCommand
from shared.contracts.imports import CaseImport
from shared.contracts.payloads.handling import (
    Resumption,
    SuspensionDecision,
    SuspensionWish,
    Telling,
)
from shared.kernel.codes import Id
from shared.kernel.messages import RuledCommand
from shared.kernel.moment import Moment


class RequestSuspension(TaskCommand, RuledCommand, SuspensionWish):
    """申请暂停 by the unit, before the task is due."""

    name: ClassVar[str] = "request-suspension"


class DecideSuspension(TaskCommand, RuledCommand, SuspensionDecision):
    """审批暂停 by one of the approvers."""

    name: ClassVar[str] = "decide-suspension"


class ResumeTask(TaskCommand, RuledCommand, Resumption):
    """恢复办理 before the last day of the pause."""

    name: ClassVar[str] = "resume-task"


class TellSuspension(TaskCommand, RuledCommand, Telling):
    """告知暂停、恢复: the proposer was told that the task stands still, or goes on."""

    name: ClassVar[str] = "tell-suspension"


class EndSuspension(CaseImport, RuledCommand):
    """Import of the rung that deems: the last day of the pause has passed. `planned` is the moment
    of that rung; a later pause goes on."""

    name: ClassVar[str] = "end-suspension"

    task: Id
    planned: Moment


SuspensionCommand = RequestSuspension | DecideSuspension | ResumeTask | TellSuspension
