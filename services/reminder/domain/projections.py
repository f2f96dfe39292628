"""Running clocks: per case, the moments at which one next reaches a rung or turns its light, so
that all due work is one indexed range.

Rows keep the moments ahead only, as stamps: their order is that of the text.
"""

from collections.abc import Callable, Mapping
from typing import Any

from shared.contracts import reminder as facts
from shared.contracts.recusal import RecusalNoted
from shared.contracts.reminder import Schedule
from shared.kernel.calendar import ending_day
from shared.kernel.messages import Event, Recorded
from shared.kernel.moment import stamp
from shared.kernel.projection import ModelDocument, Projection

Row = Mapping[str, Any]
Rows = Mapping[str, Row]


def started(event: facts.ClockStarted) -> Row:
    return {
        "rule": event.rule,
        "unit": event.unit,
        "light": "green",
        **scheduled(event, len(event.plan)),
        "rung": None,
        "answer_by": None,
        "paused": False,
    }


def scheduled(event: Schedule, ahead: int) -> Row:
    """Returns the moments of a schedule of which the last `ahead` rungs are to come."""
    rungs = event.plan[len(event.plan) - ahead :]
    return {
        "yellow_at": stamp(event.yellow_at),
        "due_at": stamp(event.due.at),
        "rungs": [stamp(rung.at) for rung in rungs],
        "deems": [rung.deems for rung in rungs],
        "guessed": [rung.guessed for rung in rungs],
        "due_guessed": ending_day(event.due.at).year if event.due.recount else None,
        "organs": sorted({rung.organ for rung in event.plan if rung.organ}),
    }


def reached(row: Row, event: facts.ReminderSent | facts.CaseEscalated) -> Row:
    """Takes away the first of the rungs ahead."""
    by = getattr(event, "acknowledge_by", None)
    last = {"rung": event.rung, "answer_by": stamp(by) if by else None}
    ahead = {name: row[name][1:] for name in ("rungs", "deems", "guessed")}
    return {**row, **ahead, **last}


def acknowledged(row: Row, event: facts.EscalationAcknowledged) -> Row:
    return {**row, "answer_by": None} if row["rung"] == event.rung else row


def lit(row: Row, event: facts.LightChanged) -> Row:
    return {**row, "light": event.light}


def paused(row: Row, event: facts.ClockPaused) -> Row:
    return {**row, "paused": True}


def resumed(row: Row, event: facts.ClockResumed) -> Row:
    return {**row, **scheduled(event, len(row["rungs"])), "answer_by": None, "paused": False}


def extended(row: Row, event: facts.ClockExtended) -> Row:
    ahead = len(row["rungs"]) + event.again
    return {**row, **scheduled(event, ahead), "answer_by": None}


def redated(row: Row, event: facts.ClockRedated) -> Row:
    stays = stamp(event.due.at) == row["due_at"]
    answer_by = row["answer_by"] if stays else None
    return {**row, **scheduled(event, len(row["rungs"])), "answer_by": answer_by}


CHANGES: Mapping[type[Event], Callable[[Row, Any], Row]] = {
    facts.ReminderSent: reached,
    facts.CaseEscalated: reached,
    facts.EscalationAcknowledged: acknowledged,
    facts.LightChanged: lit,
    facts.ClockPaused: paused,
    facts.ClockResumed: resumed,
    facts.ClockExtended: extended,
    facts.ClockRedated: redated,
}


def after(rows: Rows, event: Any) -> Rows:
    """Returns the rows of the clocks that run after the event."""
    match event:
        case facts.ClockStarted():
            return {**rows, event.clock: started(event)}
        case facts.ClockStopped():
            return {clock: row for clock, row in rows.items() if clock != event.clock}
        case facts.ClocksStopped():
            return {}
    if type(event) in CHANGES and event.clock in rows:
        return {**rows, event.clock: CHANGES[type(event)](rows[event.clock], event)}
    return rows


def fold(part: ModelDocument, recorded: Recorded) -> ModelDocument:
    agency = getattr(recorded.event, "agency", "") or recorded.agency
    rows = after(part.get("clocks", {}), recorded.event)
    mark = {**marked(part, recorded.event), **against(part, recorded.event)}
    return {"stream": recorded.stream, "agency": agency, "clocks": rows, **mark}


def marked(part: ModelDocument, event: Any) -> ModelDocument:
    """Returns how the case counts: by its newest clock. Later facts about an older one repeat the
    mark of before a diversion."""
    is_news = isinstance(event, facts.ClockStarted) or part.get("kind") is None
    source = vars(event) if is_news else {}
    return {name: source.get(name, part.get(name)) for name in ("kind", "channel")}


def against(part: ModelDocument, event: Any) -> ModelDocument:
    """Returns the field that has whom the case is against: lists keep it from them."""
    if isinstance(event, RecusalNoted):
        return {"against": sorted(event.ids)}
    return {"against": part["against"]} if "against" in part else {}


def light_at(row: Row) -> str | None:
    """Returns when the light next turns; None for a paused clock and a red light."""
    coming = {"green": row["yellow_at"], "yellow": row["due_at"]}
    return None if row["paused"] else coming.get(row["light"])


def rung_at(row: Row) -> str | None:
    """Returns when the next rung is reached: as planned, or when the one before went unanswered,
    unless it deems; None for a paused clock and a ladder that has ended."""
    planned: str | None = next(iter(row["rungs"]), None)
    if planned is None or row["paused"]:
        return None
    if row["deems"][0]:
        return planned
    return min(planned, row["answer_by"] or planned)


def guesses(row: Row) -> set[int]:
    """Returns the years without an official list on which the clock's moments to come rest."""
    return {year for year in (*row["guessed"], row["due_guessed"]) if year}


def derive(document: ModelDocument) -> ModelDocument:
    """Returns the fields that the timer looks for; null where no moment is to come."""
    part = document.get("reminder", {})
    rows = part.get("clocks", {}).values()
    light = min((at for row in rows if (at := light_at(row))), default=None)
    rung = min((at for row in rows if (at := rung_at(row))), default=None)
    return {
        **{name: part.get(name) for name in ("agency", "kind", "channel", "against")},
        "running": len(rows),
        "guessed": sorted(set().union(*map(guesses, rows))),
        "units": sorted({row["unit"] for row in rows if row["unit"]}),
        "organs": sorted({organ for row in rows for organ in row["organs"]}),
        "light_at": light,
        "rung_at": rung,
        "next_at": min((at for at in (light, rung) if at), default=None),
    }


RUNNING_CLOCKS = Projection(
    name="running_clocks",
    topic="case-events",
    parts={"reminder": fold},
    derive=derive,
    indexes=((("light_at", 1),), (("rung_at", 1),), (("next_at", 1),), (("guessed", 1),)),
)
