"""Facts of an extension (延期): asked, decided by each approver, told to the proposer. Only
handling may record them (ADR 84)."""

from typing import ClassVar

from shared.contracts.approvals import Requested, Ruled, asks
from shared.contracts.case_event import Acted, OnTask
from shared.contracts.effects import Effects, extends, meets, opens
from shared.contracts.payloads.handling import ExtensionWish, Telling
from shared.kernel.policy import Due

ASKING = ("extension-ruling", "extension-notice")
"""Obligations that come with an extension; they end with the task and with its reply."""


class ExtensionRequested(Requested, ExtensionWish):
    """The unit asks for more time before its task is due (申请延期). `was` is the due moment until
    then."""

    type: ClassVar[str] = "extension.requested.v1"
    obligations: ClassVar[Effects] = asks("extension-ruling")

    was: Due


class ExtensionApproved(Ruled):
    """One approver agrees; others have still to agree."""

    type: ClassVar[str] = "extension.approved.v1"


class ExtensionRefused(Ruled):
    """An approver refuses the extension with a reason; the day stays."""

    type: ClassVar[str] = "extension.refused.v1"
    obligations: ClassVar[Effects] = (meets("extension-ruling", why="extension-refused"),)


class TaskExtended(Ruled):
    """The last approver that was needed has agreed: the task is due on a later day (延期). The unit
    tells the proposer."""

    type: ClassVar[str] = "task.extended.v1"
    obligations: ClassVar[Effects] = (
        extends("reply", "rehandling", why="extended", due="due"),
        meets("extension-ruling", why="extended"),
        opens("extension-notice"),
    )

    was: Due
    due: Due


class CohandlerExtended(OnTask):
    """The opinion is due later, because its lead has more time; never later than the lead."""

    type: ClassVar[str] = "cohandler.extended.v1"
    obligations: ClassVar[Effects] = (extends("co-opinion", why="extended", due="due"),)

    was: Due
    due: Due


class ExtensionTold(Acted, Telling):
    """The unit told the proposer of the new day and the reason (延期告知), on the day `on`."""

    type: ClassVar[str] = "extension.told.v1"
    counts_on: ClassVar[str | None] = "on"
    obligations: ClassVar[Effects] = (meets("extension-notice", why="told"),)


FACTS = (
    ExtensionRequested,
    ExtensionApproved,
    ExtensionRefused,
    TaskExtended,
    CohandlerExtended,
    ExtensionTold,
)
