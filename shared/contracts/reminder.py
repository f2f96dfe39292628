"""Facts of reminder: clocks, rungs and lights. Only reminder may record them; the facts are the
reminders."""

from typing import ClassVar, Literal

from shared.contracts.case_event import CaseEvent
from shared.kernel.calendar import Period
from shared.kernel.codes import Code, Id
from shared.kernel.messages import Event
from shared.kernel.moment import Moment
from shared.kernel.policy import Due
from shared.kernel.shape import Shape

Light = Literal["green", "yellow", "red", "done"]


class PlannedRung(Shape):
    """One step of the ladder as it was planned when the clock started: who is told, and when.

    `acknowledge` is within how long the told person must answer, or the next rung fires early;
    with the one that `deems`, silence is taken for an answer.
    """

    rung: Code
    role: Code
    at: Moment
    escalates: bool = False
    acknowledge: Period | None = None
    deems: bool = False


class ClockStarted(CaseEvent):
    """An obligation runs: `clock` is derived from the opening fact and the rule; `due` is copied
    from that fact."""

    type: ClassVar[str] = "clock.started.v1"

    clock: Id
    rule: Code
    subject: Id
    unit: Id | None = None
    person: Id | None = None
    due: Due
    yellow_at: Moment
    plan: tuple[PlannedRung, ...] = ()


class ClockStopped(CaseEvent):
    """The obligation was met or fell away; `late` when that was after the due moment."""

    type: ClassVar[str] = "clock.stopped.v1"

    clock: Id
    rule: Code
    subject: Id
    unit: Id | None = None
    why: Code
    late: bool


class ReminderSent(CaseEvent):
    """A rung was reached and its addressee told. `person` is who held the role on that day, if
    anybody did; `lateness_seconds` counts from the planned moment and the hold. With the rung that
    `deems`, silence is taken for an answer."""

    type: ClassVar[str] = "reminder.sent.v1"

    clock: Id
    rule: Code
    subject: Id
    unit: Id | None = None
    rung: Code
    role: Code
    person: Id | None = None
    planned: Moment
    lateness_seconds: int
    skipped: bool = False
    deems: bool = False


class CaseEscalated(CaseEvent):
    """A rung that escalates was reached: somebody higher must acknowledge until
    `acknowledge_by`."""

    type: ClassVar[str] = "case.escalated.v1"

    clock: Id
    rule: Code
    subject: Id
    unit: Id | None = None
    rung: Code
    role: Code
    person: Id | None = None
    planned: Moment
    lateness_seconds: int
    acknowledge_by: Moment | None = None
    deems: bool = False


class EscalationAcknowledged(CaseEvent):
    """The person told took note of the escalation."""

    type: ClassVar[str] = "escalation.acknowledged.v1"

    clock: Id
    rung: Code
    by: Id


class ReminderVoided(CaseEvent):
    """A late entry shows that the rung should not have fired; scores subtract it."""

    type: ClassVar[str] = "reminder.voided.v1"

    clock: Id
    rung: Code
    reason: Code


class LightChanged(CaseEvent):
    """The clock's light changed; no other place computes lights."""

    type: ClassVar[str] = "light.changed.v1"

    clock: Id
    rule: Code
    subject: Id
    unit: Id | None = None
    light: Light


class ClocksStopped(CaseEvent):
    """The case was withdrawn or erased: every clock that runs ends with this fact, and nothing
    starts again (import)."""

    type: ClassVar[str] = "clocks.stopped.v1"

    reason: Code


FACTS: tuple[type[Event], ...] = (
    ClockStarted,
    ClockStopped,
    ReminderSent,
    CaseEscalated,
    EscalationAcknowledged,
    ReminderVoided,
    LightChanged,
    ClocksStopped,
)
