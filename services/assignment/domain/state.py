"""What the facts add up to: units with their tasks, and how far the case is from its end."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any, assert_never

from services.assignment.domain.events import AssignmentEvent, CaseFact, HandOut, TaskFact
from services.assignment.domain.rules import Ledger, Stage
from shared.contracts import assignment as facts
from shared.contracts.case_event import CaseMark, Proposer, Task
from shared.kernel.errors import NotFound, RuleViolated
from shared.kernel.policy import Due


@dataclass(frozen=True)
class TaskInHand:
    """One unit's task; `formers` are units that had it before."""

    task: Task
    round: int = 1
    stage: Stage = "handed-out"
    formers: tuple[str, ...] = ()
    contested: bool = False
    objection: facts.AssignmentObjected | None = None
    decision: facts.ObjectionDecided | None = None


@dataclass(frozen=True)
class Assignment:
    mark: CaseMark | None = None
    opening: facts.AssignmentOpened | None = None
    tasks: Mapping[str, TaskInHand] = field(default_factory=dict)
    ledger: Ledger = field(default_factory=Ledger)
    closed: bool = False
    stopped: str | None = None

    @property
    def agency(self) -> str:
        """Who hands the case out."""
        return self.mark.agency if self.mark else ""

    @property
    def proposers(self) -> tuple[Proposer, ...]:
        return self.opening.proposers if self.opening else ()

    @property
    def current(self) -> tuple[TaskInHand, ...]:
        return tuple(hand for hand in self.tasks.values() if hand.stage != "moved")

    @property
    def replying(self) -> tuple[TaskInHand, ...]:
        return tuple(hand for hand in self.current if hand.task.part != "co")

    def head(self, at: datetime, round_: int, mark: CaseMark | None = None) -> dict[str, Any]:
        """What every fact of the case repeats."""
        return {**dict(mark or self.mark or ()), "round": round_, "at": at}


UNKNOWN = Assignment()


def require_running(state: Assignment) -> None:
    if state.stopped:
        raise RuleViolated("case-stopped", "该件已撤回或注销，停止办理")


def task_in_hand(state: Assignment, task: str) -> TaskInHand:
    require_running(state)
    if task not in state.tasks:
        raise NotFound(task)
    return state.tasks[task]


def open_task(state: Assignment, task: str) -> TaskInHand:
    """A task that may still change hands."""
    hand = task_in_hand(state, task)
    if state.closed:
        raise RuleViolated("case-closed", "该件已经办结")
    if task in state.ledger.replied:
        raise RuleViolated("task-replied", "该任务已经答复", "task")
    return hand


def lead_due(state: Assignment, hand: TaskInHand) -> Due | None:
    """What a co-handler's opinion may not be later than; nothing binds a replying unit."""
    if hand.task.part != "co":
        return None
    return next((one.task.due for one in state.replying if one.round == hand.round), None)


def evolve(state: Assignment, event: AssignmentEvent) -> Assignment:
    state = state if state.mark else replace(state, mark=CaseMark.of(event))
    match event:
        case (
            facts.AssignmentOpened()
            | facts.AssignmentStopped()
            | facts.CaseClosed()
            | facts.CaseReopened()
        ):
            return of_case(state, event)
        case facts.CaseAssigned() | facts.AssignmentReassigned() | facts.AssignmentProgressed():
            return of_hand_out(state, event)
        case _:
            return of_task(state, event)


def of_case(state: Assignment, event: CaseFact) -> Assignment:
    match event:
        case facts.AssignmentOpened():
            return replace(state, opening=event)
        case facts.AssignmentStopped():
            return replace(state, stopped=event.reason)
        case facts.CaseClosed():
            return replace(state, closed=True)
        case facts.CaseReopened():
            return replace(state, closed=False)
        case _:
            assert_never(event)


def of_hand_out(state: Assignment, event: HandOut) -> Assignment:
    match event:
        case facts.CaseAssigned():
            return with_tasks(state, *(TaskInHand(task) for task in event.tasks))
        case facts.AssignmentReassigned():
            return reassigned(state, event)
        case facts.AssignmentProgressed():
            later = [TaskInHand(task, event.next_round or event.round) for task in event.tasks]
            new_tasks = [hand for hand in later if hand.task.task not in state.tasks]
            return with_tasks(replace(state, ledger=progressed(state.ledger, event)), *new_tasks)
        case _:
            assert_never(event)


def reassigned(state: Assignment, event: facts.AssignmentReassigned) -> Assignment:
    old = state.tasks.get(event.task)
    formers = (*old.formers, event.unit) if old else (event.unit,)
    new = TaskInHand(event.to, event.round, formers=formers)
    return with_tasks(state, *([replace(old, stage="moved")] if old else []), new)


def progressed(ledger: Ledger, event: facts.AssignmentProgressed) -> Ledger:
    follow_up = frozenset({(event.task, event.next_round)})
    if event.what == "replied":
        return replace(ledger, replied={**ledger.replied, event.task: frozenset(event.raters)})
    if event.what == "rehandling":
        return replace(ledger, ordered=ledger.ordered | follow_up)
    heard = ledger.heard | {(event.task, rater) for rater in event.raters}
    promised = ledger.promised | (follow_up if event.next_round else frozenset())
    return replace(ledger, heard=heard, promised=promised)


def of_task(state: Assignment, event: TaskFact) -> Assignment:
    change = CHANGES[type(event)]
    hand = state.tasks.get(event.task)
    return with_tasks(state, change(hand, event)) if hand else state


CHANGES: Mapping[type[TaskFact], Callable[[TaskInHand, Any], TaskInHand]] = {
    facts.AssignmentReceived: lambda hand, _: replace(hand, stage="received"),
    facts.AssignmentObjected: lambda hand, fact: replace(hand, stage="objected", objection=fact),
    facts.ObjectionDecided: lambda hand, fact: replace(
        hand, stage="returned" if fact.upheld else "must-act", decision=fact
    ),
    facts.AssignmentDeemedAccepted: lambda hand, _: replace(hand, stage="deemed-accepted"),
    facts.AssignmentContested: lambda hand, _: replace(hand, contested=True),
}


def with_tasks(state: Assignment, *hands: TaskInHand) -> Assignment:
    return replace(state, tasks={**state.tasks, **{hand.task.task: hand for hand in hands}})
