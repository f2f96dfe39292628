"""Commands about the draft of a reply and its signature."""

from typing import ClassVar

from services.handling.domain.tasks.commands import TaskCommand
from shared.contracts.letters import ReplyNumber
from shared.contracts.payloads.handling import DraftRemark, ReplyDraft
from shared.kernel.messages import OpeningCommand, RuledCommand


class SubmitDraft(TaskCommand, RuledCommand, ReplyDraft):
    """拟稿: the text of the reply, its class, and its proposed disclosure."""

    name: ClassVar[str] = "submit-draft"


class ReturnDraft(TaskCommand, DraftRemark):
    """退回修改 of the draft that the reviewer read."""

    name: ClassVar[str] = "return-draft"


class SignReply(TaskCommand, OpeningCommand, ReplyNumber):
    """签发, which opens the reply of an open kind; `version` is the draft read, None for the
    latest."""

    name: ClassVar[str] = "sign-reply"

    version: int | None = None


ClearanceCommand = SubmitDraft | ReturnDraft | SignReply
