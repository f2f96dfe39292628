"""What somebody is to a case, and what is offered at each stage; there is no read model."""

from collections.abc import Iterator, Mapping
from datetime import datetime

from services.assignment.domain.commands import About
from services.assignment.domain.rules import Stage
from services.assignment.domain.state import Assignment, TaskInHand
from shared.kernel.actor import Actor
from shared.kernel.errors import NotFound
from shared.kernel.messages import Command

OFFERS: Mapping[Stage, tuple[str, ...]] = {
    "handed-out": ("receive-assignment", "object-assignment", "reassign"),
    "received": ("reassign",),
    "deemed-accepted": ("receive-assignment", "reassign"),
    "objected": ("decide-objection",),
    "returned": ("reassign",),
    "must-act": ("receive-assignment", "reassign"),
    "moved": (),
}


def offers(state: Assignment, now: datetime) -> Iterator[tuple[str, str | None]]:
    """Every action that would not be refused now, with the task that it is about."""
    if state.stopped or state.closed:
        return
    if state.opening and not state.tasks:
        yield "assign-case", None
    for task, hand in state.tasks.items():
        for action in OFFERS[hand.stage]:
            if is_open(action, hand, state, now):
                yield action, task


def is_open(action: str, hand: TaskInHand, state: Assignment, now: datetime) -> bool:
    if action == "object-assignment" and (not hand.task.objection or now > hand.task.objection.at):
        return False
    return action == "receive-assignment" or hand.task.task not in state.ledger.replied


def situation(command: Command | About | None, state: Assignment) -> str:
    """The stage of the command's task, else how far the case as a whole is."""
    if state.stopped:
        return "stopped"
    if (task := getattr(command, "task", None)) is not None:
        return state.tasks[task].stage if task in state.tasks else "unknown"
    if state.tasks:
        return "closed" if state.closed else "assigned"
    return "waiting" if state.opening else "unopened"


def relations(
    actor: Actor, command: Command | About | None, state: Assignment
) -> dict[str, frozenset[str]]:
    """`task-unit`: roles over the unit that replies; `co-unit`: over one that gives an opinion."""
    task = getattr(command, "task", None)
    hands = [hand for key, hand in state.tasks.items() if key == task] if task else state.current
    lead = [actor.roles_over(hand.task.unit) for hand in hands if hand.task.part != "co"]
    co = [actor.roles_over(hand.task.unit) for hand in hands if hand.task.part == "co"]
    asks = actor.sub in {proposer.id for proposer in state.proposers}
    if state.mark is None:
        raise NotFound("该件尚未到达本服务")
    brought = actor.brought(state.mark.agency, state.mark.client)
    return {
        "agency": actor.roles_at(state.mark.agency),
        "task-unit": frozenset[str]().union(*lead),
        "co-unit": frozenset[str]().union(*co),
        "proposer": frozenset({"proposer"} if asks else ()),
        "client": frozenset({"client"} if brought else ()),
    }
