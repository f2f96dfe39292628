"""Decisions on ladders and lights: rungs and lights that are due, and answers to escalations."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import timedelta

from services.reminder.domain import commands
from services.reminder.domain.state import EVOLVE, MOST_AT_ONCE, Clock, Clocks, Step
from shared.contracts import reminder as facts
from shared.contracts.reminder import OfObligation, OnClock, PlannedRung, ReminderEvent
from shared.kernel.decider import Decide, Rows
from shared.kernel.errors import RuleViolated

ADDRESSEES: Mapping[str, tuple[str, ...]] = {
    "unit": ("handler", "liaison", "section-head", "head"),
    "organ": ("office", "publisher"),
    "agency": ("leader",),
}
"""Roles that rungs address, by the place of their holders: the task's unit, the organ that the rung
names, or the agency."""

OF_PERSONS = frozenset({"proposer", "in-charge", "receiver"})
"""Roles of the person who owes: nobody hears of it in his place."""


def advance(command: commands.AdvanceClocks, state: Clocks) -> Sequence[ReminderEvent]:
    """Reaches everything that has become due, oldest first; rung k never before k - 1."""
    return list(due_events(command, state))


def due_events(command: commands.AdvanceClocks, state: Clocks) -> Iterator[ReminderEvent]:
    for _ in range(MOST_AT_ONCE):
        event = next_event(command, state)
        if event is None:
            return
        state = EVOLVE[type(event)](state, event)
        yield event


def next_event(command: commands.AdvanceClocks, state: Clocks) -> ReminderEvent | None:
    """Returns the oldest event that has become due; a light before a rung of the same moment."""
    light = min(state.lights_until(command.at), key=Step.order, default=None)
    rung = min(state.rungs_until(command.at - hold(command)), key=Step.order, default=None)
    if light and (rung is None or light.order() <= rung.order()):
        fields = light.clock.fields(OfObligation, command.at)
        return facts.LightChanged(**fields, light=light.what)
    return rung_reached(rung, command, state) if rung else None


def hold(command: commands.AdvanceClocks) -> timedelta:
    return timedelta(minutes=command.rules.row.hold_minutes if command.held else 0)


def rung_reached(
    step: Step[PlannedRung], command: commands.AdvanceClocks, state: Clocks
) -> facts.ReminderSent | facts.CaseEscalated:
    """Returns the reminder or the escalation; its lateness does not count the hold."""
    rung, late = step.what, command.at - step.at - hold(command)
    reached = facts.RungReached(
        **step.clock.started.fields(OfObligation),
        rung=rung.rung,
        role=rung.role,
        organ=rung.organ,
        person=addressee(step.clock, rung, command, state),
        delegates=delegates(step.clock, rung, command, state),
        planned=step.at,
        lateness_seconds=int(late.total_seconds()),
        deems=rung.deems,
    )
    fields = {**step.clock.fields(OnClock, command.at), **reached.fields(facts.RungReached)}
    if not rung.escalates:
        return facts.ReminderSent(**fields)
    period = rung.acknowledge
    by = command.rules.calendar.end_of(period, command.at)[0] if period else None
    return facts.CaseEscalated(**fields, acknowledge_by=by)


def addressee(
    clock: Clock, rung: PlannedRung, command: commands.AdvanceClocks, state: Clocks
) -> str | None:
    """Returns the holder of the rung's role on this day: at the unit, at the organ, at the agency,
    or the proposer; None where the case is against the place, its holder or a unit in which the
    holder has another post: those are told nothing, and the rungs above them go on."""
    if rung.role == "proposer":
        return clock.started.person
    if rung.role in OF_PERSONS:
        person = clock.started.person
        return person if person and command.may_hear(person) else None
    place = place_of(clock, rung, state)
    holder = command.holders.get(place) if command.may_be_told(place) else None
    return holder if holder and command.may_hear(holder) else None


def delegates(
    clock: Clock, rung: PlannedRung, command: commands.AdvanceClocks, state: Clocks
) -> tuple[str, ...]:
    """Returns the people who act for the addressee."""
    if rung.role in OF_PERSONS or addressee(clock, rung, command, state) is None:
        return ()
    acting = command.delegates.get(place_of(clock, rung, state), ())
    return tuple(person for person in acting if command.may_hear(person))


def place_of(clock: Clock, rung: PlannedRung, state: Clocks) -> str:
    """Returns the place and role that a rung addresses (`u-edu:head`)."""
    agency = state.mark.agency if state.mark else ""
    elsewhere = agency if rung.role in ADDRESSEES["agency"] else clock.started.unit
    return f"{rung.organ or elsewhere}:{rung.role}"


def acknowledge(
    command: commands.AcknowledgeEscalation, state: Clocks
) -> Sequence[facts.EscalationAcknowledged]:
    clock = state.clocks.get(command.clock)
    fired = clock.fired if clock else ()
    step = next((s for s in reversed(fired) if s.rung == command.rung), None)
    if clock is None or step is None:
        raise RuleViolated("escalation-unknown", "没有这条升级督办记录，请刷新后重试", "rung")
    if step.acknowledge_by is None:
        return []
    fields = clock.fields(OnClock, command.at)
    return [facts.EscalationAcknowledged(**fields, rung=command.rung, by=command.by)]


DECIDE: Rows[Decide[Clocks]] = Rows(
    {
        commands.AdvanceClocks: advance,
        commands.AcknowledgeEscalation: acknowledge,
    }
)
