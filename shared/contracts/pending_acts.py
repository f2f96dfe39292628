"""Facts of the two-person rule: an act is proposed by one person and confirmed by another.

Every service may record them, on the stream that the act is about; they name no owner.
"""

from typing import ClassVar, get_args

from shared.kernel.codes import Code, Id
from shared.kernel.messages import Act, Event, Text
from shared.kernel.moment import Moment
from shared.kernel.shape import Shape


class ActName(Shape):
    """The id of a pending act (`unit-u-edu:7`: its stream and version), and the action's name."""

    act: Id
    action: Code


class ActProposed(Event, Act, ActName):
    """An act was proposed, and waits for a second person (两人复核). `content` has the fields of
    its command; it may be confirmed from `not_before` on, and before `expires_at`."""

    type: ClassVar[str] = "act.proposed.v1"

    on_behalf_of: Id | None = None
    content: Text
    not_before: Moment
    expires_at: Moment


class ActConfirmed(Event, Act, ActName):
    """A second person confirmed the act. The facts of the act stand before this one in the same
    commit."""

    type: ClassVar[str] = "act.confirmed.v1"


class ActDeclined(Event, Act, ActName):
    """A second person declined the act, or the proposer took it back."""

    type: ClassVar[str] = "act.declined.v1"

    reason: Text


class ActExpired(Event, Act, ActName):
    """The act was not confirmed in time."""

    type: ClassVar[str] = "act.expired.v1"


PendingActEvent = ActProposed | ActConfirmed | ActDeclined | ActExpired
FACTS: tuple[type[Event], ...] = get_args(PendingActEvent)
