"""What every published fact about a case has."""

from typing import Literal

from shared.contracts.obligations import Obliging
from shared.kernel.codes import Code, Id, Name
from shared.kernel.messages import Text
from shared.kernel.policy import Due
from shared.kernel.shape import Shape

Kind = Literal["suggestion", "motion", "proposal", "petition", "hotline"]
PartInTask = Literal["lead", "co", "separate"]


class CaseMark(Shape):
    """Whose case it is and how it is counted: what an import hands on to the facts it makes."""

    agency: Id
    kind: Kind
    channel: Code
    period: Code
    client: Id | None = None

    @classmethod
    def of(cls, event: "CaseEvent", agency: str = "") -> "CaseMark":
        """The mark that the fact carries; `agency` where the fact itself names none (its commit
        does)."""
        return cls(**event.fields(CaseMark) | {"agency": event.agency or agency})


class CaseEvent(CaseMark, Obliging):
    """What every published fact about a case has.

    The case itself is named by the envelope; `kind` to `round` are what statistics group by.
    `period` is the session or year the case is counted in (`2025`), `round` 1 for the first
    handling. `agency` repeats the commit's, so that a fold knows whose policy rows apply;
    `client` the partner platform that registered the case, which alone may ask after it.
    """

    agency: Id = ""
    round: int = 1


class Proposer(Shape):
    """Who asks. `id` is the person's id where the directory knows the person, else `x-<12 hex>` of
    this case.

    `masked` is the public form of the name (full for deputies, 张** for citizens); `part` is `lead`
    (领衔) or `co` (附议); `contact` the sealed name, phone and address.
    """

    id: Id
    known: bool
    masked: Name
    part: Literal["lead", "co"]
    contact: Text | None = None


class Task(Shape):
    """What one unit must do in one round. `task` is its id, `scope` which part of the matter is its
    own.

    Where it is sealed, assignment keeps its words. `sign_for`, `objection` and `due` are fixed by
    the fact that hands the task out; a co-handler's `due` is that of its opinion, and never later
    than its lead's.
    """

    task: Id
    unit: Id
    part: PartInTask
    scope: Text = ""
    sign_for: Due | None = None
    objection: Due | None = None
    first_contact: Due | None = None
    due: Due
