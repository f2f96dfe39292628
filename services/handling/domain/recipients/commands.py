"""Imports about the members of a merger."""

from typing import ClassVar

from shared.contracts.case_event import Proposer
from shared.contracts.imports import CaseImport
from shared.kernel.codes import Id


class JoinRecipients(CaseImport):
    """Import of member.joined."""

    name: ClassVar[str] = "join-recipients"

    member: Id
    proposers: tuple[Proposer, ...]


class LeaveRecipients(CaseImport):
    """Import of member.left."""

    name: ClassVar[str] = "leave-recipients"

    member: Id


RecipientsImport = JoinRecipients | LeaveRecipients
