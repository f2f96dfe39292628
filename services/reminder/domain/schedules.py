"""Schedules: the moments of a clock, as planned at its start and as moved with its due moment."""

from datetime import datetime

from shared.contracts.reminder import Light, PlannedRung, Schedule
from shared.kernel.deadline_rules import Rung
from shared.kernel.policy import Due, Policy


def planned(due: Due, start: datetime, policy: Policy, agency: str) -> Schedule:
    """Returns the schedule counted from the recorded due moment, the earliest rung first. Rungs
    that address an organ name the unit that has its duty for cases of the agency."""
    deadline = policy.row.obligations.get(due.rule)
    ladder = deadline.ladder if deadline else ()
    rungs = [planned_rung(rung, due, policy, agency) for rung in ladder]
    return Schedule(due=due, yellow_at=yellow_at(due, start, policy), plan=in_order(rungs))


def planned_rung(rung: Rung, due: Due, policy: Policy, agency: str) -> PlannedRung:
    planned = PlannedRung(
        rung=rung.key,
        role=rung.role,
        organ=policy.row.organs.unit(rung.organ, agency) if rung.organ else None,
        at=due.at,
        offset=rung.offset,
        unit=rung.unit,
        escalates=rung.escalates,
        acknowledge=rung.acknowledge,
        deems=rung.deems,
    )
    return placed(planned, due, policy)


def placed(rung: PlannedRung, due: Due, policy: Policy) -> PlannedRung:
    """Returns the rung at its offset from the due moment."""
    at = policy.calendar.shift(due.at, rung.offset, rung.unit)
    guessed = policy.calendar.guess_between(due.at, at) if rung.unit == "WD" else None
    return PlannedRung(**rung.fields(PlannedRung) | {"at": at, "guessed": guessed})


def in_order(rungs: list[PlannedRung]) -> tuple[PlannedRung, ...]:
    return tuple(sorted(rungs, key=lambda rung: rung.at))


def yellow_at(due: Due, start: datetime, policy: Policy) -> datetime:
    """Returns the moment from which the light is yellow; never before the start."""
    deadline = policy.row.obligations.get(due.rule)
    days = deadline.yellow_days if deadline else 0
    return max(start, policy.calendar.shift(due.at, -days))


def moved(schedule: Schedule, reached: int, due: Due, start: datetime, policy: Policy) -> Schedule:
    """Returns the schedule with another due moment. The rungs that are not `reached` move with it,
    each by the offset that was planned, whatever the policy row says by now."""
    ahead = [placed(rung, due, policy) for rung in schedule.plan[reached:]]
    plan = (*schedule.plan[:reached], *in_order(ahead))
    return Schedule(due=due, yellow_at=yellow_at(due, start, policy), plan=plan)


def extended(
    schedule: Schedule, reached: int, due: Due, since: datetime, policy: Policy
) -> Schedule:
    """Returns the schedule of a clock that is due later. Rungs that were reached and lie ahead of
    the new due moment are to come again; silence that was taken for an answer stays one."""
    told, rest = schedule.plan[:reached], schedule.plan[reached:]
    again = {r.rung: r for each in told if (r := placed(each, due, policy)).at > since}
    ahead = {rung: r for rung, r in again.items() if not r.deems}
    ahead |= {rung.rung: placed(rung, due, policy) for rung in rest}
    plan = (*told, *in_order(list(ahead.values())))
    return Schedule(due=due, yellow_at=yellow_at(due, since, policy), plan=plan)


def postponed(schedule: Schedule, reached: int, start: datetime) -> Schedule:
    """Returns the schedule of a clock that was late: due as before, no rung to come before
    `start`."""
    ahead = (rung_at(rung, max(rung.at, start)) for rung in schedule.plan[reached:])
    plan = (*schedule.plan[:reached], *ahead)
    return Schedule(due=schedule.due, yellow_at=schedule.yellow_at, plan=plan)


def rung_at(rung: PlannedRung, moment: datetime) -> PlannedRung:
    return PlannedRung(**rung.fields(PlannedRung) | {"at": moment})


def light_at(schedule: Schedule, at: datetime) -> Light:
    if at >= schedule.due.at:
        return "red"
    return "yellow" if at >= schedule.yellow_at else "green"
