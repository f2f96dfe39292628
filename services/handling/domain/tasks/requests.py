"""Requests of a unit and what became of them: extensions of its task, and pauses."""

from dataclasses import dataclass

from shared.contracts import extensions as extension_facts
from shared.contracts import suspensions as suspension_facts
from shared.kernel.messages import Text


@dataclass(frozen=True)
class Extension:
    """An extension that was granted, with the reason for which it was asked."""

    granted: extension_facts.TaskExtended
    reason: Text


@dataclass(frozen=True)
class Pause:
    """A time in which a task stood still, or does, with the words of its reason."""

    began: suspension_facts.TaskSuspended
    explanation: Text
    ended: suspension_facts.TaskResumed | None = None


@dataclass(frozen=True)
class Suspending:
    """Suspensions of a task: the request that waits, the last refusal, the pauses, the last notice;
    `untold`: the proposer has still to be told of the last pause, or of its end."""

    asked: suspension_facts.SuspensionRequested | None = None
    approvals: tuple[suspension_facts.SuspensionApproved, ...] = ()
    refused: suspension_facts.SuspensionRefused | None = None
    pauses: tuple[Pause, ...] = ()
    told: suspension_facts.SuspensionTold | None = None
    untold: bool = False

    @property
    def running(self) -> Pause | None:
        """Returns the pause that has not ended."""
        return next((last for last in self.pauses[-1:] if last.ended is None), None)
