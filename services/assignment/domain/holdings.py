"""Holdings: the tasks that units have, with what they may still owe."""

from collections.abc import Iterator

from services.assignment.domain.hand_out.state import Assignment, TaskInHand
from shared.kernel.holding import Holding
from shared.kernel.policy import Due


def holdings(state: Assignment) -> tuple[Holding, ...]:
    return tuple(holding(hand, state) for hand in state.current)


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
