"""What somebody is to a case's clocks; per case, when a running one next has something to say: all
due work is one indexed range.

Rows keep only what the next moments depend on, as stamps: their order is that of the text.
"""

from collections.abc import Callable, Mapping
from typing import Any

from services.reminder.domain.state import Clocks
from shared.contracts.reminder import (
    CaseEscalated,
    ClocksStopped,
    ClockStarted,
    ClockStopped,
    EscalationAcknowledged,
    LightChanged,
    ReminderSent,
)
from shared.kernel.actor import Actor
from shared.kernel.messages import Command, Event, Recorded
from shared.kernel.moment import stamp
from shared.kernel.projection import ModelDocument, Projection

Row = Mapping[str, Any]
Rows = Mapping[str, Row]


def started(event: ClockStarted) -> Row:
    return {
        "unit": event.unit,
        "light": "green",
        "yellow_at": stamp(event.yellow_at),
        "due_at": stamp(event.due.at),
        "rungs": [stamp(step.at) for step in event.plan],
        "told": None,
        "answer_by": None,
    }


def told(row: Row, event: ReminderSent | CaseEscalated) -> Row:
    """The first of the rungs ahead was reached."""
    by = getattr(event, "acknowledge_by", None)
    last = {"told": event.rung, "answer_by": stamp(by) if by else None}
    return {**row, "rungs": row["rungs"][1:], **last}


def answered(row: Row, event: EscalationAcknowledged) -> Row:
    return {**row, "answer_by": None} if row["told"] == event.rung else row


def lit(row: Row, event: LightChanged) -> Row:
    return {**row, "light": event.light}


MOVES: Mapping[type[Event], Callable[[Row, Any], Row]] = {
    ReminderSent: told,
    CaseEscalated: told,
    EscalationAcknowledged: answered,
    LightChanged: lit,
}


def after(rows: Rows, event: Any) -> Rows:
    """A clock that stops is not here any more."""
    match event:
        case ClockStarted():
            return {**rows, event.clock: started(event)}
        case ClockStopped():
            return {clock: row for clock, row in rows.items() if clock != event.clock}
        case ClocksStopped():
            return {}
    if type(event) in MOVES and event.clock in rows:
        return {**rows, event.clock: MOVES[type(event)](rows[event.clock], event)}
    return rows


def fold(part: ModelDocument, recorded: Recorded) -> ModelDocument:
    agency = getattr(recorded.event, "agency", "") or recorded.agency
    rows = after(part.get("clocks", {}), recorded.event)
    return {"stream": recorded.stream, "agency": agency, "clocks": rows}


def light_at(row: Row) -> str | None:
    coming = {"green": row["yellow_at"], "yellow": row["due_at"]}
    return coming.get(row["light"])


def rung_at(row: Row) -> str | None:
    """As planned, or when the one before went unanswered."""
    planned: str | None = next(iter(row["rungs"]), None)
    return min(planned, row["answer_by"] or planned) if planned else None


def derive(document: ModelDocument) -> ModelDocument:
    """What the timer looks for; null when nothing more will happen."""
    rows = document.get("reminder", {}).get("clocks", {}).values()
    light = min((at for row in rows if (at := light_at(row))), default=None)
    rung = min((at for row in rows if (at := rung_at(row))), default=None)
    return {
        "running": len(rows),
        "units": sorted({row["unit"] for row in rows if row["unit"]}),
        "light_at": light,
        "rung_at": rung,
        "next_at": min((at for at in (light, rung) if at), default=None),
    }


RUNNING_CLOCKS = Projection(
    name="running_clocks",
    topic="case-events",
    parts={"reminder": fold},
    derive=derive,
    indexes=((("light_at", 1),), (("rung_at", 1),), (("next_at", 1),)),
)


def relations(actor: Actor, command: Command | None, state: Clocks) -> dict[str, frozenset[str]]:
    """`agency`: roles at the case's agency; `task-unit`: over the unit whose clock is asked for;
    `self`: to whom it was escalated, who sits higher where the unit's own post is vacant."""
    named = getattr(command, "clock", None)
    asked = [clock for clock in state.clocks.values() if named in (None, clock.id)]
    units = {clock.unit for clock in asked if clock.unit}
    told = {person for clock in asked for person in clock.escalated_to()}
    return {
        "agency": actor.roles_at(state.mark.agency if state.mark else ""),
        "task-unit": frozenset[str]().union(*(actor.roles_over(unit) for unit in units)),
        "self": frozenset({"self"}) if actor.sub in told else frozenset(),
    }


def situation(command: Command | None, state: Clocks) -> str:
    return "stopped" if state.stopped else "open"
