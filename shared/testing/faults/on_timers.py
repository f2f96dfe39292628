"""The checker of timers: every rung of a running clock once, in its turn, never before its
moment."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from shared.testing.faults.evidence import Document, Evidence, Finding
from shared.testing.faults.history import History

TOLD = frozenset({"reminder.sent.v1", "case.escalated.v1"})
ROUNDING = timedelta(seconds=1)


@dataclass
class Ladder:
    """Clock of reminder, folded from its facts."""

    clock: str
    plan: list[tuple[str, datetime]]
    told: list[str] = field(default_factory=list)
    running: bool = True
    paused: bool = False


def rungs_once(evidence: Evidence, history: History) -> Iterator[Finding]:
    """C5, from the facts of reminder alone; `evidence.now` is when every rung due must have been
    reached."""
    for stream in _streams(evidence):
        ladders: dict[str, Ladder] = {}
        for commit in stream:
            for fact in commit["facts"]:
                yield from _follow(ladders, commit, fact)
        for ladder in ladders.values():
            yield from _overdue(ladder, evidence)


def _streams(evidence: Evidence) -> Iterator[list[Document]]:
    streams: dict[str, list[Document]] = {}
    for commit in evidence.logs.get("reminder", ()):
        streams.setdefault(commit["stream"], []).append(commit)
    yield from streams.values()


def _follow(ladders: dict[str, Ladder], commit: Document, fact: Document) -> Iterator[Finding]:
    wire, data = fact["type"], fact["data"]
    match wire:
        case "clock.started.v1":
            ladders[data["clock"]] = Ladder(data["clock"], _plan(data))
        case _ if wire in CHANGES:
            CHANGES[wire](ladders[data["clock"]], data)
        case "clocks.stopped.v1":
            for ladder in ladders.values():
                ladder.running = False
        case _ if wire in TOLD:
            yield from _told(ladders[data["clock"]], commit, fact)


def _stopped(ladder: Ladder, data: Document) -> None:
    ladder.running = False


def _paused(ladder: Ladder, data: Document) -> None:
    ladder.paused = True


def _resumed(ladder: Ladder, data: Document) -> None:
    ladder.plan, ladder.paused = _plan(data), False


def _extended(ladder: Ladder, data: Document) -> None:
    ladder.plan = _plan(data)


CHANGES = {
    "clock.stopped.v1": _stopped,
    "clock.paused.v1": _paused,
    "clock.resumed.v1": _resumed,
    "clock.extended.v1": _extended,
    "clock.redated.v1": _extended,
}


def _told(ladder: Ladder, commit: Document, fact: Document) -> Iterator[Finding]:
    data: dict[str, Any] = fact["data"]
    place = f"{commit['stream']} {ladder.clock} {data['rung']}"
    if not ladder.running or ladder.paused:
        yield Finding("C5", "told after its end", place)
    turn = [rung for rung, _ in ladder.plan][len(ladder.told) : len(ladder.told) + 1]
    if turn != [data["rung"]]:
        rule = "told twice" if data["rung"] in ladder.told else "out of turn"
        yield Finding("C5", rule, place)
    ladder.told.append(data["rung"])
    moment = _moment(commit["recorded_at"] if commit["clock"] == "real" else fact["occurred_at"])
    if moment + ROUNDING < _moment(data["planned"]):
        yield Finding("C5", "before its moment", place, f"{moment} < {data['planned']}")


def _overdue(ladder: Ladder, evidence: Evidence) -> Iterator[Finding]:
    if evidence.now is None or not ladder.running or ladder.paused:
        return
    known = evidence.now - timedelta(seconds=evidence.hold_seconds)
    for rung, planned in ladder.plan[len(ladder.told) :]:
        if planned <= known:
            yield Finding("C5", "never told", f"{ladder.clock} {rung}", str(planned))


def _plan(data: Document) -> list[tuple[str, datetime]]:
    return [(rung["rung"], _moment(rung["at"])) for rung in data.get("plan", ())]


def _moment(text: str) -> datetime:
    return datetime.fromisoformat(text)
