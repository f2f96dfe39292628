"""Decides which files belong to a paper."""

from collections.abc import Sequence
from dataclasses import replace

from services.intake.domain.attachments.commands import AddAttachment, RemoveAttachment
from services.intake.domain.attachments.rules import (
    IN_HAND,
    may_remove,
    require_changeable,
    require_room,
)
from services.intake.domain.state import (
    Case,
    Decisions,
    Folds,
    IntakeState,
    Openness,
    of_case,
    require_case,
    with_step,
)
from shared.contracts.attachments import (
    AttachmentAdded,
    AttachmentNote,
    AttachmentRemoval,
    AttachmentRemoved,
    File,
)
from shared.kernel.errors import RuleViolated
from shared.kernel.repeated import require_same
from shared.kernel.texts import require_text


def add(command: AddAttachment, state: IntakeState) -> Sequence[AttachmentAdded]:
    """Adds a file once: the upload that it came by names it."""
    case = require_case(state)
    if known := case.attachments.get(command.attachment):
        require_same(command, known, File, AttachmentNote)
        return []
    most = command.rules.row.attachments.most
    require_room(case, command.attachment, command.senders, most)
    if command.attachment in case.removed:
        message = "该文件已经移除，请重新上传"
        raise RuleViolated("attachment-removed", message, "upload")
    fields = command.fields(File, AttachmentNote)
    return [AttachmentAdded(**case.head(command.at), by=command.by, **fields)]


def remove(command: RemoveAttachment, state: IntakeState) -> Sequence[AttachmentRemoved]:
    case = require_case(state)
    if known := case.removed.get(command.attachment):
        require_same(command, known, AttachmentRemoval)
        return []
    require_changeable(case, command.senders)
    if (added := case.attachments.get(command.attachment)) is None:
        raise RuleViolated("attachment-unknown", "没有这个附件", "attachment")
    if not may_remove(added, command.senders, case):
        message = "不是本人添加的附件，由登记机关移除"
        raise RuleViolated("attachment-of-another", message, "attachment")
    require_text(command.reason, "请写明移除的理由", "reason", "reason-required")
    fields = command.fields(AttachmentRemoval)
    return [AttachmentRemoved(**case.head(command.at), by=command.by, **fields)]


def is_attached(state: IntakeState, attachment: str) -> bool:
    """Returns whether a file is an attachment of the case."""
    return isinstance(state, Case) and attachment in state.attachments


def added(case: Case, fact: AttachmentAdded) -> Case:
    return replace(case, attachments={**case.attachments, fact.attachment: fact})


def removed(case: Case, fact: AttachmentRemoved) -> Case:
    left = {id_: each for id_, each in case.attachments.items() if id_ != fact.attachment}
    case = replace(case, attachments=left, removed={**case.removed, fact.attachment: fact})
    return with_step(case, fact)


DECIDE = Decisions({AddAttachment: add, RemoveAttachment: remove})
EVOLVE = Folds({AttachmentAdded: of_case(added), AttachmentRemoved: of_case(removed)})
OFFERS: Openness = {AddAttachment: IN_HAND, RemoveAttachment: IN_HAND}
