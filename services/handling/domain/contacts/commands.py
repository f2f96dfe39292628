"""Commands about contacts and progress."""

from collections.abc import Iterable
from typing import ClassVar

from services.handling.domain.tasks.commands import TaskCommand
from shared.contracts.payloads.handling import Contact, ProgressNote
from shared.kernel.messages import InformedCommand, RuledCommand


class RecordContact(TaskCommand, RuledCommand, InformedCommand, Contact):
    """办前联系, 办中协商, 办后反馈."""

    name: ClassVar[str] = "record-contact"

    def named(self) -> Iterable[str]:
        return self.people


class ReportProgress(TaskCommand, ProgressNote):
    """A report at one of six nodes."""

    name: ClassVar[str] = "report-progress"


ContactCommand = RecordContact | ReportProgress
