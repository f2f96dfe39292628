"""Authorization: the actor's relations to a case, its situation, and the actions on offer."""

from collections.abc import Collection, Iterator, Mapping, Sequence

from services.handling.domain.clearance.commands import SignReply
from services.handling.domain.decider import OFFERS
from services.handling.domain.extensions.commands import (
    DecideExtension,
    RequestExtension,
    TellExtension,
)
from services.handling.domain.letters.commands import VoidNumber
from services.handling.domain.suspensions.commands import (
    DecideSuspension,
    RequestSuspension,
    ResumeTask,
    TellSuspension,
)
from services.handling.domain.suspensions.rules import rules_for
from services.handling.domain.tasks.commands import UNTIL_CLOSED, TaskCommand
from services.handling.domain.tasks.state import Handling, Work
from shared.contracts.approvals import Requested
from shared.kernel.access import Offer, RolesByRelation
from shared.kernel.actor import Actor
from shared.kernel.errors import NotFound
from shared.kernel.messages import Command
from shared.kernel.policy import PolicyRow
from shared.kernel.relations import relations_to_case


def offers(actor: Actor, state: Handling, row: PolicyRow) -> Iterator[Offer]:
    """Yields the actions that fit the stage of each task, by the policy row of the case; a number
    of the unit's letters may be voided from any task that ends with a letter."""
    works = {} if state.stopped else state.works
    for task, work in works.items():
        roles = relations_to_works(actor, [work], state)
        for action, stages in OFFERS.items():
            if work.stage in stages and not (action is SignReply and work.still_since):
                yield Offer(action.name, roles, situation_of(work), task)
        for asked in (*on_extension(work, row), *on_suspension(work, row)):
            own = relations_to_request(roles, work, asked)
            yield Offer(asked.name, own, situation_of(work), task)
        if work.part != "co" and not work.closed:
            yield Offer(
                VoidNumber.name, relations_to_register(actor, work.opening.unit), OPEN, task
            )


UNSIGNED = ("working", "drafted")


def on_extension(work: Work, row: PolicyRow) -> Iterator[type[TaskCommand]]:
    """Yields the actions that the extension of a task waits for."""
    if work.closed or work.replied:
        return
    if work.extension_asked:
        yield DecideExtension
    elif work.stage in UNSIGNED and work.due.rule in row.extensions and not work.still_since:
        yield RequestExtension
    if work.untold_extension:
        yield TellExtension


def on_suspension(work: Work, row: PolicyRow) -> Iterator[type[TaskCommand]]:
    """Yields the actions that the suspension of a task waits for."""
    if work.closed or work.replied:
        return
    if work.suspending.asked:
        yield DecideSuspension
    elif work.suspending.running:
        yield ResumeTask
    elif work.stage in UNSIGNED and may_pause(work, row):
        yield RequestSuspension
    if work.suspending.untold:
        yield TellSuspension


def may_pause(work: Work, row: PolicyRow) -> bool:
    """Returns whether the row lets the task stand still, once more."""
    rules = rules_for(work.due.rule, row)
    return rules is not None and len(work.suspending.pauses) < rules.most


def relations_to_request(
    roles: RolesByRelation, work: Work, action: type[Command]
) -> RolesByRelation:
    """Returns, for a decision on what the unit asked for, the roles under the relations of its
    approvers alone; for other actions all roles."""
    asked: Mapping[type[Command], Requested | None] = {
        DecideExtension: work.extension_asked,
        DecideSuspension: work.suspending.asked,
    }
    if (request := asked.get(action)) is None:
        return roles
    approvers: Collection[str] = request.approvers
    nobody = frozenset[str]()
    return {name: held if name in approvers else nobody for name, held in roles.items()}


OPEN = "open"
"""The situation of a register of letters."""


def relations_to_register(actor: Actor, unit: str) -> RolesByRelation:
    """Returns the roles at the unit whose letters the register numbers."""
    return {"task-unit": roles_for(actor, unit)}


def later(actor: Actor, state: Handling) -> Iterator[Offer]:
    """Yields the actions whose stage a task has still to reach."""
    works = {} if state.stopped else state.works
    for task, work in works.items():
        if work.part == "co" or work.closed:
            continue
        roles = relations_to_works(actor, [work], state)
        for action, stages in OFFERS.items():
            if any(UNTIL_CLOSED.index(stage) > UNTIL_CLOSED.index(work.stage) for stage in stages):
                yield Offer(action.name, roles, situation_of(work), task)


def situation(command: Command | None, state: Handling) -> str:
    """Returns the stage of the command's task, or how far the case as a whole is."""
    if state.stopped:
        return "stopped"
    if not isinstance(command, TaskCommand):
        return "under-way" if state.works else "unopened"
    work = state.works.get(command.task)
    return situation_of(work) if work else "unknown"


def situation_of(work: Work) -> str:
    """Returns the stage; `-higher` where a second handling is signed higher up."""
    return f"{work.stage}-higher" if work.higher_signer else work.stage


def relations(actor: Actor, command: Command | None, state: Handling) -> RolesByRelation:
    """Returns the roles over the unit of the command's task, or over every unit of the case."""
    if not isinstance(command, TaskCommand):
        return relations_to_works(actor, state.live, state)
    work = state.works.get(command.task)
    roles = relations_to_works(actor, [work] if work else [], state)
    return relations_to_request(roles, work, type(command)) if work else roles


def relations_to_papers(actor: Actor, work: Work, state: Handling) -> RolesByRelation:
    """Returns the roles under which the actor reads the papers of one task."""
    return relations_to_works(actor, works_on_one_reply(work, state), state)


def works_on_one_reply(work: Work, state: Handling) -> list[Work]:
    """Returns the lead's work with its co-handlers'; a separate unit's work alone (分办)."""
    if work.part == "separate":
        return [work]
    team = (*state.team("lead", work.opening.round), *state.team("co", work.opening.round))
    return [work, *(other for other in team if other is not work)]


def relations_to_works(actor: Actor, works: Sequence[Work], state: Handling) -> RolesByRelation:
    if state.mark is None:
        raise NotFound("该件尚未到达本服务")
    return relations_to_case(
        actor,
        state.mark,
        task_roles=[roles_for(actor, work.opening.unit) for work in works if work.part != "co"],
        co_roles=[roles_for(actor, work.opening.unit) for work in works if work.part == "co"],
        proposers=state.readers,
    )


def roles_for(actor: Actor, unit: str) -> frozenset[str]:
    """Returns the roles over the unit. A section acts for its bureau, but only the unit's own head
    is its head: the addressee replies itself (广东省办法)."""
    return actor.roles_over(unit) - {"head"} | actor.roles_at(unit)
