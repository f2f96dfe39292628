"""Coming: the next step of each clock that ticks, early where an escalation goes unanswered."""

from datetime import datetime

from services.reminder.domain.state import Clock, Clocks
from shared.contracts.reminder import PlannedRung
from shared.kernel.holding import Coming


def coming(state: Clocks) -> tuple[Coming, ...]:
    ticking = (clock for clock in state.running() if clock.ticks)
    return tuple(
        step(clock, *ahead) for clock in ticking if (ahead := clock.next_rung()) is not None
    )


def step(clock: Clock, rung: PlannedRung, at: datetime) -> Coming:
    started = clock.started
    return Coming(
        clock=clock.id,
        rung=rung.rung,
        rule=started.rule,
        unit=started.unit,
        role=rung.role,
        escalates=rung.escalates,
        deems=rung.deems,
        at=at,
    )
