"""The smallest service that tests the edge: it records notes about a case."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, ClassVar

from pydantic import BaseModel, ConfigDict

from shared.contracts.feedback import EvaluationLapsed, FeedbackStopped
from shared.contracts.handling import ProgressReported, ReplyDelivered
from shared.http.accepted import Accepted
from shared.http.fields import CaseId
from shared.kernel.actor import Actor
from shared.kernel.decider import Decider
from shared.kernel.delivery import Delivery, Receipt
from shared.kernel.errors import RuleViolated
from shared.kernel.messages import Command, Event, Reaction, Recorded, RuledCommand, Text
from shared.kernel.projection import Projection
from shared.service.api.edge_route import edge_router
from shared.service.api.request_context import Edge
from shared.service.definition import Scope, ServiceDefinition, StreamKind

CASE = {"agency": "u-city", "kind": "suggestion", "channel": "session", "period": "2025"}
TASK = "1f0c2b9a77de"
EDU = "u-edu"


@dataclass(frozen=True)
class NotesTaken:
    texts: tuple[Any, ...] = ()
    stopped: bool = False


class Write(RuledCommand):
    name: ClassVar[str] = "report-progress"

    text: Text
    kind: str = "suggestion"


class Lapse(Command):
    """An import."""

    name: ClassVar[str] = "lapse"


class NoteReceipt(Command):
    """Records that a receiver outside has got a note."""

    name: ClassVar[str] = "note-receipt"

    recipient: str
    mode: str
    receipt: str


def decide(command: Command, state: NotesTaken) -> Sequence[Event]:
    if isinstance(command, NoteReceipt):
        fields = command.model_dump(exclude={"at", "mode"})
        mode = {"mode": "platform"}  # the channels of the fact are those of people
        return [ReplyDelivered(at=command.at, **CASE, task=TASK, unit=EDU, **mode, **fields)]
    if isinstance(command, Lapse):
        return [FeedbackStopped(at=command.at, **CASE, reason="lapsed")]
    assert isinstance(command, Write)
    assert command.rules.row.kind == command.kind
    if state.stopped:
        raise RuleViolated("notes-stopped", "已停止，不能再填写", "text")
    if not command.text:
        return []
    return [
        ProgressReported(
            at=command.at,
            **{**CASE, "kind": command.kind},
            task=TASK,
            unit=EDU,
            by=command.by,
            node="investigation",
            text=command.text,
        )
    ]


def evolve(state: NotesTaken, event: Event) -> NotesTaken:
    if isinstance(event, ReplyDelivered):
        return state
    if isinstance(event, FeedbackStopped):
        return replace(state, stopped=True)
    return replace(state, texts=(*state.texts, getattr(event, "text", "")))


def scope(command: Command | None, state: NotesTaken) -> Scope:
    kind = command.kind if isinstance(command, Write) else "suggestion"
    return Scope("u-city", kind, "session" if kind == "suggestion" else "letter")


def situation(command: Command | None, state: NotesTaken) -> str:
    return "working"


def relations(
    actor: Actor, command: Command | None, state: NotesTaken
) -> dict[str, frozenset[str]]:
    return {"task-unit": actor.roles_over(EDU), "agency": actor.roles_at("u-city")}


def react(fact: Recorded) -> Sequence[Reaction]:
    if isinstance(fact.event, EvaluationLapsed):
        return [Reaction(f"handling-{fact.case_id}", Lapse(at=fact.event.at, by="system:handling"))]
    return []


def deliver(fact: Recorded) -> Sequence[Delivery]:
    """Tells the unit of each note."""
    if not isinstance(fact.event, ProgressReported):
        return []
    payload = {"node": fact.event.node, "task": fact.event.task}
    return [Delivery(fact.stream, "log", fact.event.unit, "progress-reported", payload)]


def delivered(delivery: Delivery, receipt: Receipt) -> Reaction:
    command = NoteReceipt(
        at=receipt.at,
        by="system:handling",
        recipient=delivery.to,
        mode=delivery.channel,
        receipt=receipt.reference,
    )
    return Reaction(delivery.stream, command)


class Body(BaseModel):
    model_config = ConfigDict(extra="forbid")

    text: str
    kind: str = "suggestion"


router = edge_router()


@router.post("/cases/{case_id}/progress", status_code=201)
async def write(case_id: CaseId, body: Body, edge: Edge) -> Accepted:
    command = Write(at=edge.now(), by=edge.actor.sub, text=body.text, kind=body.kind)
    return await edge.dispatch(f"handling-{case_id}", command)


@router.get("/cases/{case_id}")
async def read(case_id: CaseId, edge: Edge) -> dict[str, Any]:
    state: NotesTaken = await edge.state(f"handling-{case_id}")
    texts = [await edge.reveal(text, case_id) for text in state.texts]
    return {"texts": texts, "version": await edge.version(f"handling-{case_id}")}


@router.get("/cases/{case_id}/seen")
async def seen(case_id: CaseId, edge: Edge) -> dict[str, Any]:
    return await edge.document("notes", case_id)


@router.get("/cases/{case_id}/actions")
async def actions(case_id: CaseId, edge: Edge) -> dict[str, list[str]]:
    return {"actions": await edge.allowed(f"handling-{case_id}")}


@router.get("/broken")
async def broken(edge: Edge) -> None:
    raise LookupError("身份证 3701")


NOTES = Projection(
    name="notes",
    topic="case-events",
    parts={"handling": lambda part, fact: {"notes": part.get("notes", 0) + 1}},
)

SERVICE = ServiceDefinition(
    name="handling",
    streams=(
        StreamKind("handling", Decider(NotesTaken(), decide, evolve), situation, relations, scope),
    ),
    routes=__name__,
    react=react,
    listens=frozenset({"feedback", "intake"}),
    projections=(NOTES,),
    actions=(Write,),
    deliver=deliver,
    delivered=delivered,
)
