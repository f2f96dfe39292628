"""State of closing: the ledger of replies, ratings and rounds, and whether the case is closed."""

from dataclasses import replace

from services.assignment.domain.hand_out.commands import Stage
from services.assignment.domain.hand_out.state import Assignment, Ledger, TaskInHand
from shared.contracts import assignment as facts
from shared.contracts.case_event import Task
from shared.contracts.payloads.assignment import ClosingStep


def progressed(state: Assignment, fact: facts.AssignmentProgressed) -> Assignment:
    """Returns the state with the step in its ledger, and with the tasks of a new round."""
    later = [_begun(task, fact) for task in fact.tasks]
    new_tasks = [hand for hand in later if hand.task.task not in state.tasks]
    return replace(state, ledger=_entered(state.ledger, fact)).with_tasks(*new_tasks)


def _begun(task: Task, fact: facts.AssignmentProgressed) -> TaskInHand:
    """Returns the task of the new round; one that is withheld waits for another unit."""
    stage: Stage = "returned" if task.task in fact.withheld else "handed-out"
    return TaskInHand(task, fact.at, fact.next_round or fact.round, stage)


def closed(state: Assignment, fact: facts.CaseClosed) -> Assignment:
    return replace(state, closed=True)


def reopened(state: Assignment, fact: facts.CaseReopened) -> Assignment:
    return replace(state, closed=False)


def is_settled(state: Assignment, evaluated: bool) -> bool:
    """Returns whether every unit replied and, where ratings count, all raters were heard and no
    decision and no round is awaited."""
    ledger = state.ledger
    tasks = [hand.task.task for hand in state.replying]
    if not tasks or not all(task in ledger.replied for task in tasks):
        return False
    if not evaluated:
        return True
    expected = {(task, rater) for task in tasks for rater in ledger.replied[task]}
    decided = ledger.to_review <= ledger.reviewed
    return expected <= ledger.heard and decided and ledger.promised <= ledger.ordered


def _entered(ledger: Ledger, step: ClosingStep) -> Ledger:
    follow_up = frozenset({(step.task, step.next_round)})
    if step.what == "replied":
        return replace(ledger, replied={**ledger.replied, step.task: frozenset(step.raters)})
    if step.what == "rehandling":
        return replace(ledger, ordered=ledger.ordered | follow_up)
    raters = frozenset((step.task, rater) for rater in step.raters)
    promised = ledger.promised | (follow_up if step.next_round else frozenset())
    if step.what == "reviewed":
        return replace(ledger, reviewed=ledger.reviewed | raters, promised=promised)
    to_review = ledger.to_review | (raters if step.under_review else frozenset())
    return replace(ledger, heard=ledger.heard | raters, to_review=to_review, promised=promised)
