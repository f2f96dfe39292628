"""Authorization: relations of an actor to the clocks of a case, and the actions that are open."""

from collections.abc import Iterator

from services.reminder.domain.commands import AcknowledgeEscalation
from services.reminder.domain.state import Clock, Clocks
from shared.kernel.access import Offer, RolesByRelation
from shared.kernel.actor import Actor
from shared.kernel.messages import Command
from shared.kernel.relations import being, relations_to_case


def situation(command: Command | None, state: Clocks) -> str:
    return "stopped" if state.stopped else "open"


def relations(actor: Actor, command: Command | None, state: Clocks) -> RolesByRelation:
    """Relations to the clock that the command is about, else to any of the case."""
    wanted = getattr(command, "clock", None)
    clocks = [clock for clock in state.clocks.values() if wanted in (None, clock.id)]
    return relations_to(actor, clocks, state)


def relations_to(actor: Actor, clocks: list[Clock], state: Clocks) -> RolesByRelation:
    """Relations to clocks.

    `task-unit`: over the unit that owes the obligation. `self`: addressee of an escalation, who
    sits higher where the unit's own post is vacant. A task that was taken away relates nobody: the
    clocks of the next unit are not for its former one.
    """
    owed = [clock for clock in clocks if clock.started.subject not in state.lost]
    units = {clock.started.unit for clock in owed if clock.started.unit}
    addressees = set[str]().union(*(clock.escalated_to() for clock in owed))
    to_case = relations_to_case(
        actor,
        state.mark,
        task_roles=[actor.roles_over(unit) for unit in units],
    )
    return {**to_case, "self": being("self", actor.sub in addressees and not actor.recused)}


def offers(actor: Actor, state: Clocks) -> Iterator[Offer]:
    """Offers the newest unanswered escalation of every running clock."""
    for clock in state.running():
        if any(step.acknowledge_by for step in clock.fired):
            relations = relations_to(actor, [clock], state)
            yield Offer(AcknowledgeEscalation.name, relations, situation(None, state), clock.id)
