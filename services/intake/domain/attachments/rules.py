"""Rules by which files are added to a paper and removed."""

from collections.abc import Collection

from services.intake.domain.state import Case, Status
from shared.contracts.attachments import AttachmentAdded
from shared.kernel.errors import RuleViolated

IN_HAND: frozenset[Status] = frozenset({"registered", "sent-back", "accepted", "merged"})


def require_room(case: Case, file: str, senders: Collection[str], most: int) -> None:
    """Raises RuleViolated unless these may add the file to the case now, or it is there already."""
    if file in case.attachments:
        return
    require_changeable(case, senders)
    if len(case.attachments) >= most:
        raise RuleViolated("attachments-full", f"一件最多 {most} 个附件")


def require_changeable(case: Case, senders: Collection[str]) -> None:
    """Raises RuleViolated unless these may change the files of the case now.

    Co-signers have signed the attachments with the paper: its author changes none behind their
    backs."""
    if case.status not in IN_HAND:
        message = f"该件{{situation:{case.status}}}，附件不能再变动"
        raise RuleViolated("case-decided", message)
    others = case.signers - {*senders} - case.papers.keys()
    if case.status == "registered" and is_of_proposers(case, senders) and others:
        message = "已有联名人确认，附件不能再变动；退回修改后可以变动，由联名人重新确认"
        raise RuleViolated("attachment-signed", message)


def may_remove(added: AttachmentAdded, senders: Collection[str], case: Case) -> bool:
    """Returns whether these may remove the file: proposers only their own."""
    return added.by in senders or not is_of_proposers(case, senders)


def is_of_proposers(case: Case, senders: Collection[str]) -> bool:
    return any(one.id in senders for one in case.paper.proposers)
