"""The facts in a stream of clocks."""

from shared.contracts.reminder import (
    CaseEscalated,
    ClocksStopped,
    ClockStarted,
    ClockStopped,
    EscalationAcknowledged,
    LightChanged,
    ReminderSent,
    ReminderVoided,
)

ReminderEvent = (
    ClockStarted
    | ClockStopped
    | ReminderSent
    | CaseEscalated
    | EscalationAcknowledged
    | ReminderVoided
    | LightChanged
    | ClocksStopped
)
