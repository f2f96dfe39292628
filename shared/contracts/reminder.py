"""Facts of reminder: clocks, rungs and lights. The facts are the reminders; only reminder may
record them."""

from typing import ClassVar, Literal, get_args

from shared.contracts.case_event import CaseEvent
from shared.kernel.calendar import DayUnit, Period
from shared.kernel.codes import Code, Id
from shared.kernel.messages import Event
from shared.kernel.moment import Moment
from shared.kernel.policy import Due
from shared.kernel.shape import Shape

Light = Literal["green", "yellow", "red", "done"]


class PlannedRung(Shape):
    """Step of a ladder as it was planned when the clock started: its addressee and its moment.

    `organ` is the unit that has the addressee's office, by the policy row of that day.

    `at` lies `offset` days from the due moment and moves with it. `acknowledge` is the time that
    the addressee has to answer, or the next rung fires early. With a rung that `deems`, silence is
    taken for an answer. `guessed` is the year without an official list whose working days lie
    between the two.
    """

    rung: Code
    role: Code
    organ: Id | None = None
    at: Moment
    guessed: int | None = None
    offset: int
    unit: DayUnit = "CD"
    escalates: bool = False
    acknowledge: Period | None = None
    deems: bool = False


class OnClock(Shape):
    """Payload of every fact about one clock. `clock` is derived from the opening fact, the rule
    and the subject."""

    clock: Id


class OfObligation(OnClock):
    """Payload that repeats the clock's obligation: its name in the policy row, the task,
    evaluation or case that it is about, and the unit that owes it."""

    rule: Code
    subject: Id
    unit: Id | None = None


class Schedule(Shape):
    """Moments of a clock: due, yellow, and the whole ladder, with the rungs that were reached."""

    due: Due
    yellow_at: Moment
    plan: tuple[PlannedRung, ...] = ()


class RungReached(OfObligation):
    """Payload of a rung that was reached.

    `person` held the role on that day, if anybody did; at `organ` where the rung names one. Its
    `delegates` of that day are told, too.
    `lateness_seconds` counts from the planned moment and the hold. With a rung that `deems`,
    silence is taken for an answer.
    """

    rung: Code
    role: Code
    organ: Id | None = None
    person: Id | None = None
    delegates: tuple[Id, ...] = ()
    planned: Moment
    lateness_seconds: int
    deems: bool = False


class ClockStarted(OfObligation, Schedule, CaseEvent):
    """An obligation runs; `due` is copied from the fact that opened it."""

    type: ClassVar[str] = "clock.started.v1"

    person: Id | None = None


class ClockStopped(OfObligation, CaseEvent):
    """The obligation was met or withdrawn; `late` when that was after the due moment."""

    type: ClassVar[str] = "clock.stopped.v1"

    why: Code
    late: bool


class ClockPaused(OfObligation, CaseEvent):
    """The time of the obligation stands still. `left` is the budget: the days from the day of the
    pause to the due moment; absent when the clock was late already."""

    type: ClassVar[str] = "clock.paused.v1"

    why: Code
    left: Period | None = None


class ClockResumed(OfObligation, Schedule, CaseEvent):
    """The time of the obligation runs again: it is due when the budget that was left is used up."""

    type: ClassVar[str] = "clock.resumed.v1"

    why: Code


class ClockExtended(OfObligation, Schedule, CaseEvent):
    """The obligation is due later. `left` is the new budget of a clock that is paused. `again`
    counts the rungs that were reached and stand in the plan a second time, by the new moment."""

    type: ClassVar[str] = "clock.extended.v1"

    why: Code
    again: int = 0
    left: Period | None = None


class ClockRedated(OfObligation, Schedule, CaseEvent):
    """The official list of a year has come: the obligation is due as the list counts its days.

    `was` is the due moment until then. `counted` is what the list alone says, where that day had
    passed: the obligation is then due today, or as before. `left` is the new budget of a clock
    that is paused.
    """

    type: ClassVar[str] = "clock.redated.v1"

    was: Moment
    counted: Moment | None = None
    left: Period | None = None


class ReminderSent(RungReached, CaseEvent):
    """A rung was reached and its addressee told; `skipped` when it lay before the start of the
    clock."""

    type: ClassVar[str] = "reminder.sent.v1"

    skipped: bool = False


class CaseEscalated(RungReached, CaseEvent):
    """A rung that escalates was reached: somebody higher must acknowledge until
    `acknowledge_by`."""

    type: ClassVar[str] = "case.escalated.v1"

    acknowledge_by: Moment | None = None


class EscalationAcknowledged(OnClock, CaseEvent):
    """The addressee took note of the escalation."""

    type: ClassVar[str] = "escalation.acknowledged.v1"

    rung: Code
    by: Id


class ReminderVoided(OnClock, CaseEvent):
    """A late entry shows that the rung should not have fired; scores subtract it. `planned` is the
    moment of the rung that was reached: after an extension it may be reached again."""

    type: ClassVar[str] = "reminder.voided.v1"

    rung: Code
    planned: Moment | None = None
    reason: Code


class LightChanged(OfObligation, CaseEvent):
    """The clock's light changed; no other place computes lights."""

    type: ClassVar[str] = "light.changed.v1"

    light: Light


class ClocksStopped(CaseEvent):
    """The case was withdrawn or erased: every clock that runs ends with this fact, and none starts
    again (import)."""

    type: ClassVar[str] = "clocks.stopped.v1"

    reason: Code


ReminderEvent = (
    ClockStarted
    | ClockStopped
    | ClockPaused
    | ClockResumed
    | ClockExtended
    | ClockRedated
    | ReminderSent
    | CaseEscalated
    | EscalationAcknowledged
    | ReminderVoided
    | LightChanged
    | ClocksStopped
)
FACTS: tuple[type[Event], ...] = get_args(ReminderEvent)
