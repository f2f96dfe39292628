"""Holdings: the tasks that units have, with what they may still owe, and what the assigning organ
owes: the hand-out, the answer to an objection, another unit."""

from collections.abc import Iterable, Iterator

from services.assignment.domain.hand_out.state import Assignment, TaskInHand
from shared.contracts.effects import CASE
from shared.contracts.obligations import Obliging
from shared.kernel.holding import Holding
from shared.kernel.policy import Due


def holdings(state: Assignment) -> tuple[Holding, ...]:
    units = (holding(hand, state) for hand in state.current)
    return (*units, *owed_by_organ(state))


def holding(hand: TaskInHand, state: Assignment) -> Holding:
    task, answered = hand.task, hand.task.task in state.ledger.replied
    owed = () if answered else tuple(owed_by(hand))
    return Holding(task.task, task.unit, task.part, owed)


def owed_by(hand: TaskInHand) -> Iterator[Due]:
    """Yields the obligations of a unit that has not answered. Handling knows whether the first
    contact was made."""
    task, waits = hand.task, hand.stage == "handed-out" and not hand.begun
    answers = (task.sign_for, task.objection) if waits else ()
    yield from (due for due in (*answers, task.first_contact, task.due) if due)


def owed_by_organ(state: Assignment) -> Iterator[Holding]:
    first = tuple(owed_at_first(state))
    if first:
        yield Holding(CASE, None, owed=first)
    for hand in state.current:
        answer = {"objected": hand.objection, "returned": hand.decision}.get(hand.stage)
        owed = [due for fact in (answer, hand.proposed) if fact for due in opened_by(fact)]
        if answer or owed:
            yield Holding(hand.task.task, None, owed=tuple(owed))


def owed_at_first(state: Assignment) -> Iterator[Due]:
    """Yields the hand-out, and what whoever took the paper owes until a unit has signed."""
    for due in opened_by(state.opening) if state.opening else ():
        handed_out = state.tasks or state.master
        if state.is_carried if due.rule == "first-receipt" else not handed_out:
            yield due


def opened_by(fact: Obliging) -> tuple[Due, ...]:
    opened: Iterable[Due] = (each.due for each in fact.opens or ())
    return tuple(opened)
