"""Facts of assignment about plans of a hand-out (拟办), and the leader's decisions (批示)."""

from typing import ClassVar

from shared.contracts.case_event import CaseEvent
from shared.contracts.payloads.assignment import Plan, Verdict
from shared.kernel.codes import Id
from shared.kernel.messages import Act, Event, Text


class AssignmentPlanned(CaseEvent, Act, Plan):
    """The office proposed which units shall act (拟办); the leader decides. A later plan takes the
    place of one that waits."""

    type: ClassVar[str] = "assignment.planned.v1"

    plan: Id


class PlanDecided(CaseEvent, Act):
    """The leader agreed to a plan, changed it, or sent it back (批示); units get their tasks in the
    same commit, unless it goes back."""

    type: ClassVar[str] = "plan.decided.v1"

    plan: Id
    verdict: Verdict
    note: Text = ""


PLANNED: tuple[type[Event], ...] = (AssignmentPlanned, PlanDecided)
