"""State of an assignment: the units with their tasks, and progress towards its end."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any, TypeVar

from services.assignment.domain.hand_out.charges import Charges
from services.assignment.domain.hand_out.commands import Stage
from shared.contracts import assignment as facts
from shared.contracts.case_event import CaseMark, OnTask, Proposer, Task, TaskMark, TaskName
from shared.contracts.planning import AssignmentPlanned, PlanDecided
from shared.contracts.proposals import CohandlerDecided, CohandlerProposed
from shared.kernel.errors import NotFound, RuleViolated
from shared.kernel.messages import Text
from shared.kernel.policy import Due

F = TypeVar("F", bound=OnTask)
TAKEN: frozenset[Stage] = frozenset({"received", "deemed-accepted"})
"""Stages of a task that its unit has."""


@dataclass(frozen=True)
class TaskInHand:
    """One unit's task, handed out at `since`; `formers` are units that had it before, `begun`: the
    unit works on it, `reason`: why it was moved, added or removed. `answer` is that to the last
    `proposal` of a co-handler. `extended`: its due moment was granted.
    `still`: it stands still (暂停)."""

    task: Task
    since: datetime
    round: int = 1
    stage: Stage = "handed-out"
    formers: tuple[str, ...] = ()
    contested: bool = False
    begun: bool = False
    extended: bool = False
    still: bool = False
    receipt: facts.AssignmentReceived | None = None
    objection: facts.AssignmentObjected | None = None
    decision: facts.ObjectionDecided | None = None
    arbitration: facts.ObjectionArbitrated | None = None
    proposal: CohandlerProposed | None = None
    answer: CohandlerDecided | None = None
    reason: Text = ""

    @property
    def proposed(self) -> CohandlerProposed | None:
        """Returns the proposal of a co-handler that waits for its answer."""
        return None if self.answer else self.proposal


@dataclass(frozen=True)
class Ledger:
    """Progress towards the end of a case: raters of each replied task, ratings heard or lapsed,
    ratings on which the organ has to decide and those on which it has, rounds promised, rounds
    ordered."""

    replied: Mapping[str, frozenset[str]] = field(default_factory=dict)
    heard: frozenset[tuple[str, str]] = frozenset()
    to_review: frozenset[tuple[str, str]] = frozenset()
    reviewed: frozenset[tuple[str, str]] = frozenset()
    promised: frozenset[tuple[str, int | None]] = frozenset()
    ordered: frozenset[tuple[str, int | None]] = frozenset()


@dataclass(frozen=True)
class Assignment:
    """The units of a case. Units of the tasks `bound` were ruled to act (裁定). With a `master`
    it is handled together with that case and gets no tasks (并案). `verdict` is the answer to the
    last `plan`."""

    mark: CaseMark | None = None
    opening: facts.AssignmentOpened | None = None
    tasks: Mapping[str, TaskInHand] = field(default_factory=dict)
    ledger: Ledger = field(default_factory=Ledger)
    closed: bool = False
    stopped: str | None = None
    purpose: str | None = None
    bound: frozenset[str] = frozenset()
    master: str | None = None
    plan: AssignmentPlanned | None = None
    verdict: PlanDecided | None = None
    charges: Charges = ()
    signed: bool = False
    """A unit has signed for a task, or was taken to have."""

    @property
    def is_carried(self) -> bool:
        """Returns whether who took the paper still has the case (首问责任)."""
        is_open = not (self.signed or self.closed or self.master)
        return bool(self.opening and self.opening.carried and is_open)

    @property
    def planned(self) -> AssignmentPlanned | None:
        """Returns the plan that waits for the leader."""
        return None if self.verdict or self.tasks else self.plan

    @property
    def returns(self) -> int:
        """Returns how many objections of the case were upheld."""
        decisions = (hand.decision for hand in self.tasks.values())
        return sum(1 for decision in decisions if decision and decision.upheld)

    @property
    def agency(self) -> str:
        """The agency that hands the case out."""
        return self.mark.agency if self.mark else ""

    @property
    def proposers(self) -> tuple[Proposer, ...]:
        return self.opening.proposers if self.opening else ()

    @property
    def current(self) -> tuple[TaskInHand, ...]:
        over = ("moved", "removed")
        return tuple(hand for hand in self.tasks.values() if hand.stage not in over)

    @property
    def replying(self) -> tuple[TaskInHand, ...]:
        return tuple(hand for hand in self.current if hand.task.part != "co")

    def mark_of(self, hand: TaskInHand) -> dict[str, Any]:
        """Returns the fields that every fact about the task repeats."""
        case = self.mark.fields(CaseMark) if self.mark else {}
        mark = TaskMark(**case, **hand.task.fields(TaskName), round=hand.round)
        return mark.fields(TaskMark)

    def case_mark(self, round_: int) -> dict[str, Any]:
        """Returns the fields that every fact of a round repeats."""
        return (self.mark.fields(CaseMark) if self.mark else {}) | {"round": round_}

    def with_tasks(self, *hands: TaskInHand) -> "Assignment":
        """Returns the state with these tasks; a unit that has taken one has the case."""
        taken = any(hand.begun or hand.stage in TAKEN for hand in hands)
        tasks = {**self.tasks, **{hand.task.task: hand for hand in hands}}
        return replace(self, tasks=tasks, signed=self.signed or taken)


def require_running(state: Assignment) -> None:
    if state.stopped:
        raise RuleViolated("case-stopped", "该件已撤回或注销，停止办理")


def require_unassigned(state: Assignment) -> None:
    """Refuses to hand a case out that is not accepted, or goes with another one, or has its units
    already."""
    require_running(state)
    if state.opening is None:
        raise RuleViolated("not-accepted", "该件尚未{fact:case.accepted}，不能交办")
    if state.master:
        message = "该件已并入其他件一并办理，不另行交办；需要单独办理的，先撤销并案"
        raise RuleViolated("case-merged", message)
    if state.tasks:
        raise RuleViolated("already-assigned", "该件已经交办，如需调整请改派")


def task_in_hand(state: Assignment, task: str) -> TaskInHand:
    """Returns a task of a running case; raises RuleViolated or NotFound."""
    require_running(state)
    if task not in state.tasks:
        raise NotFound(task)
    return state.tasks[task]


def open_task(state: Assignment, task: str) -> TaskInHand:
    """Returns a task that may still change hands."""
    hand = task_in_hand(state, task)
    if state.closed:
        raise RuleViolated("case-closed", "该件已经办结")
    if task in state.ledger.replied:
        raise RuleViolated("task-replied", "该任务已经答复", "task")
    return hand


def is_over(state: Assignment, hand: TaskInHand) -> bool:
    """Returns whether nothing that was asked of the task is answered any more."""
    ended = state.closed or state.stopped or hand.task.task in state.ledger.replied
    return bool(ended) or hand not in state.current


def lead_due(state: Assignment, hand: TaskInHand) -> Due | None:
    """Returns the due of the lead's reply, which bounds a co-handler's opinion; None for units that
    reply themselves."""
    if hand.task.part != "co":
        return None
    return next((lead.task.due for lead in state.replying if lead.round == hand.round), None)


def on_task(change: Callable[[TaskInHand, F], TaskInHand]) -> Callable[[Assignment, F], Assignment]:
    """Returns an evolve function that changes the fact's task, where there is one."""

    def evolve(state: Assignment, fact: F) -> Assignment:
        hand = state.tasks.get(fact.task)
        return state.with_tasks(change(hand, fact)) if hand else state

    return evolve


def opened(state: Assignment, fact: facts.AssignmentOpened) -> Assignment:
    return replace(state, opening=fact, purpose=fact.purpose)


def classified(state: Assignment, fact: facts.AssignmentClassified) -> Assignment:
    return replace(state, purpose=fact.purpose)


def stopped(state: Assignment, fact: facts.AssignmentStopped) -> Assignment:
    return replace(state, stopped=fact.reason)


def assigned(state: Assignment, fact: facts.CaseAssigned) -> Assignment:
    return state.with_tasks(*(TaskInHand(task, fact.at) for task in fact.tasks))


def reassigned(state: Assignment, fact: facts.AssignmentReassigned) -> Assignment:
    old = state.tasks.get(fact.task)
    formers = (*old.formers, fact.unit) if old else (fact.unit,)
    granted = bool(old and old.extended and old.task.due == fact.to.due)
    new = TaskInHand(
        fact.to, fact.at, fact.round, formers=formers, reason=fact.reason, extended=granted
    )
    ended = [replace(old, stage="moved", reason=fact.reason)] if old else []
    return state.with_tasks(*ended, new)


def added(state: Assignment, fact: facts.AssignmentAdded) -> Assignment:
    return state.with_tasks(TaskInHand(fact.to, fact.at, fact.round, reason=fact.reason))


def removed(hand: TaskInHand, fact: facts.AssignmentRemoved) -> TaskInHand:
    return replace(hand, stage="removed", reason=fact.reason)


def contested(hand: TaskInHand, fact: facts.AssignmentContested) -> TaskInHand:
    return replace(hand, contested=True)


def extended(hand: TaskInHand, fact: facts.AssignmentExtended) -> TaskInHand:
    task = hand.task.model_copy(update={"due": fact.due})
    moved = hand.extended or fact.due.at > hand.task.due.at
    still = hand.still and not fact.resumed
    return replace(hand, task=task, extended=moved, still=still)


def suspended(hand: TaskInHand, fact: facts.AssignmentSuspended) -> TaskInHand:
    return replace(hand, still=True)
