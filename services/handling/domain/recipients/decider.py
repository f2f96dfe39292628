"""Decisions about the recipients of a reply: this stream knows whether one is signed, so it says
whether the proposers of another case can still get it."""

from collections.abc import Sequence

from services.handling.domain.recipients.commands import JoinRecipients, LeaveRecipients
from services.handling.domain.tasks.state import Handling, joined, left, refused
from shared.contracts.case_event import CaseMark
from shared.contracts.members import RecipientsJoined, RecipientsLeft, RecipientsRefused
from shared.contracts.merging import LeavingCause
from shared.kernel.decider import Decide, Evolve, Rows


def join(
    command: JoinRecipients, state: Handling
) -> Sequence[RecipientsJoined | RecipientsRefused]:
    if command.member in state.members:
        return []
    fields = {**command.mark.fields(CaseMark), "at": command.at, "member": command.member}
    if state.stopped or state.has_signed:
        cause: LeavingCause = "master-left" if state.stopped else "answered"
        return [RecipientsRefused(**fields, cause=cause)]
    return [RecipientsJoined(**fields, proposers=command.proposers)]


def leave(command: LeaveRecipients, state: Handling) -> Sequence[RecipientsLeft]:
    """Takes the proposers of a member out; those who stand in a signed reply get it, and none of a
    later round."""
    if command.member not in state.members:
        return []
    mark = command.mark.fields(CaseMark)
    return [RecipientsLeft(**mark, at=command.at, member=command.member)]


DECIDE: Rows[Decide[Handling]] = Rows({JoinRecipients: join, LeaveRecipients: leave})
EVOLVE: Rows[Evolve[Handling]] = Rows(
    {RecipientsJoined: joined, RecipientsLeft: left, RecipientsRefused: refused}
)
