"""Raters on the case page: a reader learns their names when feedback would tell them, and whom a
clock chases when reminder would.

Without names the order of rows, ids in the timeline and versions would still tell them, as forms
are opened in the order of the signers: these go, too.
"""

from collections.abc import Callable, Mapping
from typing import Any

from services.portal.domain.derived import OWNERS, Case, part
from shared.kernel.access import ANY, RolesByRelation
from shared.kernel.actor import Actor
from shared.kernel.relations import being

Allows = Callable[[str, str, RolesByRelation, str], bool]
"""Owner, action, roles by relation and situation → whether the owner's access table grants the
action."""
Rows = Mapping[str, Mapping[str, Any]]

TELLING = ("actor", "by", "person", "evaluation", "clock")
"""Fields of a line of the timeline by which a rater could be found."""


def without_raters(
    actor: Actor, case: Case, roles: RolesByRelation, allows: Allows
) -> dict[str, Any]:
    """Returns the document without the raters that the actor does not learn. `roles`: the actor's
    roles by relation to the case."""
    forms, clocks = evaluations(case), part(case, "reminder").get("clocks", {})
    situation = "settled" if is_settled(forms) else "running"

    def may_know(row: Mapping[str, Any]) -> bool:
        own = {"rater": being("proposer", row["rater"] == actor.sub)}
        here = {**roles, **own, "task-unit": actor.roles_over(row["unit"])}
        return allows("feedback", "read-raters", here, situation)

    secret = {name for name, row in forms.items() if not may_know(row)}
    if not allows("reminder", "read-person", roles, ANY):
        secret |= {name for name, row in clocks.items() if row.get("person")}
    return hidden(case, frozenset(secret)) if secret else dict(case)


def evaluations(case: Case) -> Rows:
    rows: Rows = part(case, "feedback").get("evaluations", {})
    return rows


def is_settled(forms: Rows) -> bool:
    """Returns whether every rater was heard, also of the rounds that a rating ordered: the rule of
    feedback, on the rows of the register."""
    rows = forms.values()
    answered = all(
        any(other["unit"] == row["unit"] and other["round"] > row["round"] for other in rows)
        for row in rows
        if row.get("rehandling")
    )
    heard = all(row.get("overall") or row.get("lapsed") for row in rows)
    return answered and heard and not any(row.get("review") == "open" for row in rows)


NAMES = {"feedback": ("evaluations", ("rater",)), "reminder": ("clocks", ("person", "told"))}
"""Owner → the table of its part, and the fields of a row that name a person."""


def hidden(case: Case, secret: frozenset[str]) -> dict[str, Any]:
    """Returns the document without the names of these evaluations and clocks."""
    return {**case, **{owner: without(part(case, owner), owner, secret) for owner in OWNERS}}


def without(fields: Case, owner: str, secret: frozenset[str]) -> dict[str, Any]:
    """Returns an owner's part with its secret rows blank, in the order of ids, which tells
    nothing."""
    table, names = NAMES.get(owner, ("", ()))
    changed: dict[str, Any] = {}
    if rows := fields.get(table):
        changed[table] = {name: blank(rows[name], name in secret, names) for name in sorted(rows)}
    if lines := fields.get("timeline"):
        changed["timeline"] = [told(line, secret) for line in lines]
    return {**fields, **changed}


def blank(row: Case, secret: bool, names: tuple[str, ...]) -> Case:
    return {**row, **{name: None for name in names if name in row}} if secret else row


def told(line: Case, secret: frozenset[str]) -> Case:
    """Returns a line of the timeline; without ids and people where it is about a secret row."""
    if not secret & {line.get("evaluation"), line.get("clock")}:
        return line
    return {**{name: value for name, value in line.items() if name not in TELLING}, "actor": None}
