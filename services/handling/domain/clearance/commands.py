"""Commands about the draft of a reply and its signature."""

from collections.abc import Mapping
from typing import ClassVar

from pydantic import Field

from services.handling.domain.tasks.commands import TaskCommand
from shared.contracts.letters import ReplyNumber
from shared.contracts.payloads.handling import DraftRemark, ReplyDraft
from shared.kernel.codes import Name
from shared.kernel.messages import OpeningCommand, RuledCommand
from shared.kernel.paper_rules import Outcome


class SubmitDraft(TaskCommand, RuledCommand, ReplyDraft):
    """拟稿: the text of the reply, its class, and its proposed disclosure."""

    name: ClassVar[str] = "submit-draft"


class ReturnDraft(TaskCommand, DraftRemark):
    """退回修改 of the draft that the reviewer read."""

    name: ClassVar[str] = "return-draft"


class SignReply(TaskCommand, OpeningCommand, ReplyNumber):
    """签发, which opens the reply of an open kind; `version` is the draft read, None for the
    latest. `outcomes` are the words for answers, as they are printed behind the text."""

    name: ClassVar[str] = "sign-reply"

    version: int | None = None
    outcomes: Mapping[Outcome, Name] = Field(default_factory=dict)


ClearanceCommand = SubmitDraft | ReturnDraft | SignReply
