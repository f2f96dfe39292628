"""A service as small as can be, for scenes of consumers: notes about a case, made by facts of
others."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, ClassVar

from fastapi import APIRouter

from shared.contracts.handling import HandlingStopped, ProgressReported
from shared.contracts.intake import CaseAccepted, CaseNumbered
from shared.kernel.actor import Actor
from shared.kernel.decider import Decider
from shared.kernel.errors import RuleViolated
from shared.kernel.messages import Command, Event, Reaction, Recorded
from shared.kernel.projection import Projection
from shared.service.definition import Scope, ServiceDefinition, StreamKind

MARK = {"agency": "u-city", "kind": "suggestion", "channel": "npc", "period": "2025"}
SYSTEM = "system:handling"
router = APIRouter()
"""Nobody asks this service anything."""


@dataclass(frozen=True)
class Notes:
    texts: tuple[str, ...] = ()
    locked: bool = False


class Note(Command):
    """Refused while the notes are locked."""

    name: ClassVar[str] = "note"

    text: str
    once: bool = False


class Unlock(Command):
    name: ClassVar[str] = "unlock"


class Lock(Command):
    name: ClassVar[str] = "lock"


def decide(command: Command, state: Notes) -> Sequence[Event]:
    match command:
        case Note():
            if state.locked:
                raise RuleViolated("notes-locked", "已锁定")
            return [noted(command.text, command)]
        case Unlock():
            return [noted("unlock", command)]
        case _:
            return [HandlingStopped(at=command.at, **MARK, reason="lock")]


def noted(text: str, command: Command) -> ProgressReported:
    said = {"task": "1f0c2b9a77de", "unit": "u-edu", "by": command.by, "node": "investigation"}
    return ProgressReported(at=command.at, **MARK, **said, text=text)


def evolve(state: Notes, event: Event) -> Notes:
    if isinstance(event, HandlingStopped):
        return replace(state, locked=True)
    text = str(getattr(event, "text", ""))
    return Notes((*state.texts, text), state.locked and text != "unlock")


def react(fact: Recorded) -> Sequence[Reaction]:
    """Every number makes a note."""
    if isinstance(fact.event, CaseNumbered):
        return [note(fact, fact.event.label)]
    return []


def note(fact: Recorded, text: str) -> Reaction:
    command = Note(at=fact.event.at, by=SYSTEM, text=text)
    return Reaction(f"handling-{fact.case_id}", command, text)


def scope(command: Command | None, state: Notes) -> Scope:
    return Scope("u-city", "suggestion", "npc")


def situation(command: Command | None, state: Notes) -> str:
    return "working"


def relations(actor: Actor, command: Command | None, state: Notes) -> dict[str, frozenset[str]]:
    return {}


def counted(document: Any) -> dict[str, int]:
    return {"numbers": document.get("intake", {}).get("numbers", 0)}


def tally(part: Any, fact: Recorded) -> Any:
    if isinstance(fact.event, CaseNumbered | CaseAccepted):
        return {"numbers": part.get("numbers", 0) + 1, "last": fact.event.type}
    return part


NUMBERS = Projection(name="numbers", topic="case-events", parts={"intake": tally}, count=counted)

TOY = ServiceDefinition(
    name="handling",
    streams=(
        StreamKind("handling", Decider(Notes(), decide, evolve), situation, relations, scope),
    ),
    routes=__name__,
    react=react,
    listens=frozenset({"intake", "assignment"}),
    projections=(NUMBERS,),
)
