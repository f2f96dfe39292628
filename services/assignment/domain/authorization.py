"""Authorization: the actor's relations to a case, its situation, and the actions on offer."""

from collections.abc import Callable, Iterable, Iterator
from datetime import datetime, timedelta

from services.assignment.domain.acceptance.commands import (
    DecideObjection,
    EnterObjection,
    ObjectAssignment,
    ReceiveAssignment,
)
from services.assignment.domain.acceptance.rules import (
    goes_to_arbitration,
    is_dismissed,
    may_enter_objection,
    may_object,
)
from services.assignment.domain.arbitration.commands import ArbitrateObjection
from services.assignment.domain.arbitration.decider import may_arbitrate
from services.assignment.domain.charge.commands import (
    AboutCharge,
    ChargeLeader,
    EndCharge,
    ReportCharge,
)
from services.assignment.domain.decider import OFFERS
from services.assignment.domain.hand_out.charges import Charge, in_force, named, running
from services.assignment.domain.hand_out.commands import AssignCase, Reassign, TaskCommand
from services.assignment.domain.hand_out.state import Assignment, TaskInHand
from services.assignment.domain.planning.commands import DecidePlan, PlanAssignment
from services.assignment.domain.team.commands import (
    AddCohandler,
    DecideCohandler,
    ProposeCohandler,
    RemoveCohandler,
    SwapLead,
)
from services.assignment.domain.team.swapping import may_swap
from shared.kernel.access import Offer, RolesByRelation
from shared.kernel.actor import Actor
from shared.kernel.errors import NotFound
from shared.kernel.messages import Command
from shared.kernel.policy import PolicyRow
from shared.kernel.relations import NO_ROLES, relations_to_case


def offers(actor: Actor, state: Assignment, now: datetime, row: PolicyRow) -> Iterator[Offer]:
    """Yields the actions that would not be refused now, by the policy row of the case."""
    if state.stopped:
        return
    yield from on_charges(actor, state, row)
    for action, target in on_case(state, row):
        yield Offer(action.name, relations(actor, None, state), situation(None, state), target)
    for task, hand in () if state.closed else state.tasks.items():
        roles = relations_to_tasks(actor, [hand], state)
        for action in open_to(hand, state, now, row):
            yield Offer(action.name, roles, situation_of(hand, state), task)


def open_to(
    hand: TaskInHand, state: Assignment, now: datetime, row: PolicyRow
) -> Iterator[type[TaskCommand]]:
    """Yields the actions that the task lets be now, whoever takes them."""
    for action, stages in OFFERS.items():
        days = row.entry_days("objection") if action is EnterObjection else 0
        fits = action not in FITS or FITS[action](hand, state, row)
        at = now - timedelta(days=days)
        if fits and hand.stage in stages and is_open(action, hand, state, at):
            yield action


def later(actor: Actor, state: Assignment) -> Iterator[Offer]:
    """Yields actions that belong to the rest of the case, whether or not they are offered now."""
    if state.stopped or state.closed:
        return
    if state.tasks:
        roles = relations(actor, None, state)
        yield Offer(AddCohandler.name, roles, situation(None, state))
    for hand in state.current:
        if hand.task.task in state.ledger.replied:
            continue
        roles = relations_to_tasks(actor, [hand], state)
        for action in (ReceiveAssignment, ObjectAssignment, Reassign):
            yield Offer(action.name, roles, situation_of(hand, state), hand.task.task)


def on_case(state: Assignment, row: PolicyRow) -> Iterator[tuple[type[Command], str | None]]:
    """Yields the actions on the case as a whole, and the one on its plan."""
    if state.closed:
        return
    if state.opening and not (state.tasks or state.master):
        yield (PlanAssignment if row.gates.leader_endorses else AssignCase), None
    if state.planned:
        yield DecidePlan, state.planned.plan
    if any(may_have_cohandlers(hand, state) for hand in state.current):
        yield AddCohandler, None


def on_charges(actor: Actor, state: Assignment, row: PolicyRow) -> Iterator[Offer]:
    """Yields the actions on each charge, and that a leader may take charge by a scheme that has
    none; also of a closed case."""
    if state.opening is None:
        return
    roles, stage = relations(actor, None, state), situation(None, state)
    for charge in running(state.charges):
        own = {**roles, "in-charge": leading(actor, [charge], roles)}
        yield Offer(ReportCharge.name, own, stage, charge.id)
        yield Offer(EndCharge.name, own, stage, charge.id)
    if row.charges.keys() - {c.taken.scheme for c in running(state.charges)}:
        yield Offer(ChargeLeader.name, roles, stage)


def may_have_cohandlers(hand: TaskInHand, state: Assignment) -> bool:
    """Returns whether the task is that of a lead who has not answered."""
    return hand.task.part == "lead" and hand.task.task not in state.ledger.replied


def is_open(action: type[TaskCommand], hand: TaskInHand, state: Assignment, now: datetime) -> bool:
    """Returns whether the task is not answered yet, and its objection window not over."""
    objecting = {ObjectAssignment: may_object, EnterObjection: may_enter_objection}
    if may := objecting.get(action):
        return not hand.begun and may(hand.stage, hand.task, now) and not is_answered(hand, state)
    if action is RemoveCohandler and hand.task.part != "co":
        return False
    return action is ReceiveAssignment or not is_answered(hand, state)


def may_give_back(hand: TaskInHand, state: Assignment, row: PolicyRow) -> bool:
    """Returns whether the unit was not ruled to act, and no objection of it was dismissed."""
    return not (hand.task.task in state.bound or is_dismissed(hand))


def may_propose(hand: TaskInHand, state: Assignment, row: PolicyRow) -> bool:
    return hand.task.part == "lead" and not hand.proposed


FITS: dict[type[TaskCommand], Callable[[TaskInHand, Assignment, PolicyRow], bool]] = {
    ObjectAssignment: may_give_back,
    EnterObjection: may_give_back,
    DecideObjection: lambda hand, state, row: not goes_to_arbitration(hand),
    ArbitrateObjection: may_arbitrate,
    ProposeCohandler: may_propose,
    SwapLead: lambda hand, state, row: may_swap(hand, state),
    DecideCohandler: lambda hand, state, row: hand.proposed is not None,
}
"""By action: whether the returns, rulings and proposals of the case so far let it be."""


def is_answered(hand: TaskInHand, state: Assignment) -> bool:
    return hand.task.task in state.ledger.replied


def situation(command: Command | None, state: Assignment) -> str:
    """Returns the stage of the command's task, or how far the case as a whole is."""
    if isinstance(command, TaskCommand):
        return situation_of(state.tasks.get(command.task), state)
    if state.stopped:
        return "stopped"
    if state.tasks:
        return "closed" if state.closed else "assigned"
    return "waiting" if state.opening else "unopened"


def situation_of(hand: TaskInHand | None, state: Assignment) -> str:
    """Returns the stage of a task, or that the whole case has stopped."""
    if state.stopped:
        return "stopped"
    return hand.stage if hand else "unknown"


def relations(actor: Actor, command: Command | None, state: Assignment) -> RolesByRelation:
    """Returns the roles over the unit of the command's task, or over every unit of the case; those
    of a leader in charge belong to the charge of the command, or to the last of each scheme."""
    if isinstance(command, AboutCharge):
        charge = named(state.charges, command.charge)
        found = relations_to_tasks(actor, state.current, state)
        return {**found, "in-charge": leading(actor, [charge] if charge else [], found)}
    if not isinstance(command, TaskCommand):
        return relations_to_tasks(actor, state.current, state)
    hand = state.tasks.get(command.task)
    return relations_to_tasks(actor, [hand] if hand else [], state)


def relations_to_tasks(
    actor: Actor, hands: Iterable[TaskInHand], state: Assignment
) -> RolesByRelation:
    if state.mark is None:
        raise NotFound("该件尚未到达本服务")
    tasks = [hand.task for hand in hands]
    found = relations_to_case(
        actor,
        state.mark,
        task_roles=[actor.roles_over(task.unit) for task in tasks if task.part != "co"],
        co_roles=[actor.roles_over(task.unit) for task in tasks if task.part == "co"],
        proposers={proposer.id for proposer in state.proposers},
    )
    return {**found, "in-charge": leading(actor, in_force(state.charges), found)}


def leading(actor: Actor, charges: Iterable[Charge], roles: RolesByRelation) -> frozenset[str]:
    """Returns the roles of the leader in charge at the agency and at the organs of the case."""
    if actor.sub not in {charge.taken.leader for charge in charges}:
        return NO_ROLES
    return roles["agency"] | roles["organ"]
