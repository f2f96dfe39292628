"""Parts of the case page: each is shown to whom its owner's access rows let read it.

A unit that lost its task keeps what the case was until then: registration, hand-out and its own
work, and the timeline of these up to the moment when the task was taken away. The line of the case
is made of these parts, too: the class of a petition, its new units, its light and its versions are
later news.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from services.portal.domain.derived import OWNERS, Case, part
from services.portal.domain.raters import Allows, without_raters
from services.portal.domain.register import derive
from shared.kernel.access import ANY, RolesByRelation
from shared.kernel.actor import Actor
from shared.kernel.relations import NO_ROLES, being, is_of_organ, relations_to_case

READING: Mapping[str, str] = dict.fromkeys(OWNERS, "read-case") | {"reminder": "read-clocks"}
KEPT = ("intake", "assignment", "handling")
"""Owners of which a unit keeps the parts that concern it, after its task was taken away."""


@dataclass(frozen=True)
class Mark:
    agency: str
    kind: str
    channel: str
    client: str | None


def relations(actor: Actor, case: Case) -> RolesByRelation:
    """Returns the actor's roles by relation to the case, as the register knows it. `former-unit`:
    roles over a unit that had a task and has none any more."""
    tasks = list(tasks_of(case))
    now = [task for task in tasks if not is_over(task)]
    current = {task["unit"] for task in now}
    raters = {row.get("rater") for row in part(case, "feedback").get("evaluations", {}).values()}
    to_case = relations_to_case(
        actor,
        Mark(case["agency"], case["kind"], case["channel"], case.get("client")),
        task_roles=[actor.roles_over(task["unit"]) for task in now if task["part"] != "co"],
        co_roles=[actor.roles_over(task["unit"]) for task in now if task["part"] == "co"],
        proposers=case.get("proposers", ()),
    )
    former = [actor.roles_over(task["unit"]) for task in tasks if task["unit"] not in current]
    return {
        **to_case,
        "former-unit": NO_ROLES.union(*former),
        "rater": being("proposer", actor.sub in raters),
    }


def tasks_of(case: Case) -> Iterator[Mapping[str, Any]]:
    yield from part(case, "assignment").get("tasks", {}).values()


def is_over(task: Mapping[str, Any]) -> bool:
    return bool(task["status"] == "ended")


def shown_to(actor: Actor, case: Case, allows: Allows) -> dict[str, Any]:
    """Returns the document with the parts that the actor may read; the others are empty, but for
    what is public. Raters are named to whom their owner names them; whom the case is against
    is told by intake alone."""
    actor = actor.kept_from(case.get("against") or ())
    roles = relations(actor, case)
    case = {**case, **{owner: untold(part(case, owner)) for owner in ("intake", "assignment")}}
    case = case if is_of_organ(roles) else {**case, "intake": unlinked(case["intake"])}
    visible = {owner for owner in OWNERS if allows(owner, READING[owner], roles, ANY)}
    kept = {**case, **{owner: {} for owner in OWNERS if owner not in visible}}
    if "disclosure" not in visible:
        kept["disclosure"] = {"publications": public_only(case)}
    if not visible and roles["former-unit"]:
        return as_it_was(actor, case, kept)
    return without_raters(actor, kept, roles, allows)


def shown_as_member(case: Case) -> dict[str, Any]:
    """Returns the document of a merged case for the units of its master: what was registered, which
    they read with it, and nothing of other services."""
    others: dict[str, Any] = {owner: {} for owner in OWNERS if owner != "intake"}
    return {**case, **others, "intake": unlinked(untold(part(case, "intake")))}


def as_it_was(actor: Actor, case: Case, kept: dict[str, Any]) -> dict[str, Any]:
    """Returns the document as the actor's unit saw it last; `kept`: what else it may read."""
    parts = kept | {owner: of_former(actor, case, owner) for owner in KEPT}
    parts.pop("seen", None)  # versions of streams count later facts
    return {**parts, **derive(parts), "updated_at": last_of(actor, case), "former": True}


UNTOLD = frozenset({"against", "misplaced", "repeats"})
"""Fields from which a reader would learn whom a case is against, that it is an accusation, or of
another case that he may not know: intake alone tells of links (ADR 92)."""
LINKING = frozenset({"case.linked.v1", "case.unlinked.v1"})


def untold(fields: Case) -> dict[str, Any]:
    """Returns the fields of a part that are told; of members of a merger their numbers alone."""
    kept = {name: value for name, value in fields.items() if name not in UNTOLD}
    if members := fields.get("members"):
        kept["members"] = [
            {name: value for name, value in each.items() if name != "proposers"} for each in members
        ]
    return kept


def unlinked(fields: Case) -> dict[str, Any]:
    """Returns intake's part without the lines of links: they would tell that there is another
    case."""
    lines = [line for line in fields.get("timeline", ()) if line["type"] not in LINKING]
    return {**fields, "timeline": lines} if "timeline" in fields else {**fields}


def public_only(case: Case) -> dict[str, Any]:
    rows = part(case, "disclosure").get("publications", {})
    return {task: {"public": True} for task, row in rows.items() if row.get("public")}


LASTING = frozenset({
    "agency", "kind", "channel", "period", "region", "subject", "session", "received_on",
    "registered_at", "accepted_at", "external_no", "proposers", "title", "number", "label",
})  # fmt: skip
"""Fields of registration and acceptance that no later fact changes, but for an erasure."""
OF_OTHERS = frozenset({
    "case.classified.v1", "assignment.classified.v1", "against.named.v1", "recusal.noted.v1",
})  # fmt: skip
"""Facts that say why a task was taken away, where the letter accuses somebody."""


def of_former(actor: Actor, case: Case, owner: str) -> dict[str, Any]:
    """Returns a part up to the end of the unit's last task, with its own tasks alone."""
    fields, own, until = part(case, owner), own_tasks(actor, case), last_of(actor, case)
    lasting = {name: value for name, value in fields.items() if name in LASTING}
    tasks = {name: row for name, row in fields.get("tasks", {}).items() if name in own}
    lines = (line for line in fields.get("timeline", ()) if line["at"] <= until)
    told = [each for each in lines if is_own(each, own) and each["type"] not in OF_OTHERS]
    return {**lasting, "tasks": tasks, "timeline": told}


def own_tasks(actor: Actor, case: Case) -> Mapping[str, Mapping[str, Any]]:
    tasks = part(case, "assignment").get("tasks", {})
    return {name: task for name, task in tasks.items() if actor.roles_over(task["unit"])}


def last_of(actor: Actor, case: Case) -> str:
    """Returns the moment at which the unit's last task was taken away."""
    ends = (task.get("ended_at", "") for task in own_tasks(actor, case).values())
    return max(ends, default="")


def is_own(line: Mapping[str, Any], own: Mapping[str, Any]) -> bool:
    return line.get("task") in (None, *own)
