"""The parts of facts about cases: the mark of a case, its proposers, its tasks."""

from collections.abc import Mapping
from typing import Literal

from shared.contracts.obligations import Obliging
from shared.kernel.codes import Code, Id, Name
from shared.kernel.messages import Act, Text
from shared.kernel.policy import Due
from shared.kernel.shape import Shape

Kind = Literal["suggestion", "motion", "proposal", "petition", "hotline"]
PartInTask = Literal["lead", "co", "separate"]
OFFICE_OF: Mapping[Kind, Literal["npc", "cppcc"]] = {
    "suggestion": "npc",
    "motion": "npc",
    "proposal": "cppcc",
}
"""Kinds that only deputies or advisers in office may bring; everybody may bring the others."""


class CaseMark(Shape):
    """Mark of a case, repeated by every published fact about it: its agency and how it counts.

    `agency` supervises the case, and its policy rows apply. `period` is the session or year that
    the case is counted in (`2025`). `client` is the partner platform that registered the case.
    """

    agency: Id
    kind: Kind
    channel: Code
    period: Code
    client: Id | None = None

    @classmethod
    def of(cls, event: "CaseEvent", agency: str = "") -> "CaseMark":
        """Returns the mark that the fact carries; with the commit's `agency` where the fact names
        none."""
        return cls(**event.fields(CaseMark) | {"agency": event.agency or agency})


class CaseEvent(CaseMark, Obliging):
    """A published fact about a case, which the envelope names.

    Statistics group by `kind`, `channel`, `period` and `round` (1 is the first handling). `agency`
    repeats the commit's.
    """

    agency: Id = ""
    round: int = 1


class MaskedProposer(Shape):
    """A proposer without personal data. `id` is the person's id where the directory knows the
    person, else `x-<12 hex>` of this case.

    `masked` is the public form of the name (full for deputies, 张** for citizens); `part` is `lead`
    (领衔) or `co` (附议).
    """

    id: Id
    known: bool
    masked: Name
    part: Literal["lead", "co"]


class Proposer(MaskedProposer):
    """A person who signed the paper. `contact` is the sealed name, phone and address."""

    contact: Text | None = None


class TaskName(Shape):
    """The id of a task, and the unit that has it."""

    task: Id
    unit: Id


class Charge(Shape):
    """The part of the matter that is a unit's own (`scope`), and until when the unit must act."""

    scope: Text = ""
    due: Due


class Task(TaskName, Charge):
    """The work of one unit in one round; the words of a sealed `scope` stay with assignment.

    The fact that hands the task out fixes `sign_for`, `objection` and `due`; a co-handler's `due`
    is that of its opinion, and never later than its lead's.
    """

    part: PartInTask
    sign_for: Due | None = None
    objection: Due | None = None
    first_contact: Due | None = None


class Move(TaskName):
    """A task that its unit hands on: `to` begins where `task` ends."""

    to: Task
    proposers: tuple[Proposer, ...] = ()


class TaskMark(CaseMark, TaskName):
    """The fields that every fact about one task repeats."""

    round: int = 1


class OnTask(CaseEvent, TaskMark):
    """A fact about one task."""


class Acted(OnTask, Act):
    """A fact that somebody of the unit brought about."""
