"""States of the world for the tests of assignment: an accepted case, its units, their answers."""

from datetime import UTC, datetime, timedelta
from itertools import chain
from pathlib import Path
from typing import Any

from services.assignment.domain.acceptance.commands import ReceiveAssignment
from services.assignment.domain.closing.commands import NoteProgress
from services.assignment.domain.decider import DECIDER
from services.assignment.domain.hand_out.commands import AssignCase, Reassign
from shared.contracts import assignment as facts
from shared.contracts.case_event import CaseMark, Kind, PartInTask, Proposer, Task
from shared.contracts.directory import UnitDissolved
from shared.contracts.payloads.assignment import WantedUnit
from shared.kernel.ids import entity_id
from shared.kernel.policy import Due, Policy
from shared.service.config.policies import load_policies
from shared.testing.given import Specification
from shared.testing.organisation import city, county, organisation, seat, staffed, unit

MONDAY = datetime(2025, 3, 3, 1, tzinfo=UTC)
DAY = timedelta(days=1)
BOOK = load_policies(Path("deploy/policies"))
SEED = "8c2b7c1e-0000-5000-8000-000000000001"
CHANNELS = {"suggestion": "session", "proposal": "session", "petition": "letter"}
SYSTEM = "system:assignment"
spec = Specification(DECIDER)
CITY = organisation(
    MONDAY.date(),
    city(),
    *chain.from_iterable(staffed(ident) for ident in ("u-hou", "u-fin", "u-tra", "u-pol")),
    *(unit(organ) for organ in ("u-npcsc-dep", "u-supervision")),
    unit("u-new", valid_from=MONDAY.date() + DAY),
    county("u-c01", parent="u-city"),
    seat("head", "u-c01"),
    *staffed("u-c01-edu", "u-c01", agency="u-c01"),
    unit("u-empty"),
    *staffed("u-gone"),
    UnitDissolved(at=MONDAY, unit="u-gone", valid_to=MONDAY.date()),
    unit("u-headless"),
    seat("liaison", "u-headless"),
    seat("handler", "u-headless"),
    unit("u-far", "u-elsewhere", agency="u-elsewhere"),
    unit("u-hou-1", "u-hou", level="section"),
)
"""The directory on Monday; `u-new` is valid from Tuesday on."""


def rules(kind: Kind = "suggestion", channel: str = "session", **changes: Any) -> Policy:
    resolved = BOOK.resolve("u-city", kind, channel, MONDAY)
    return Policy(resolved.row.model_copy(update=changes), resolved.calendar)


RULES = rules()
LEAD_PROPOSER = Proposer(id="p-d1", known=True, masked="李四", part="lead")
CO_PROPOSER = Proposer(id="p-d2", known=True, masked="王五", part="co")
PROPOSERS = (LEAD_PROPOSER, CO_PROPOSER)


def mark(kind: Kind = "suggestion", channel: str = "session") -> CaseMark:
    return CaseMark(agency="u-city", kind=kind, channel=channel, period="2025")


def head(at: datetime = MONDAY, round_: int = 1, **where: Any) -> dict[str, Any]:
    return {**mark(**where).model_dump(), "round": round_, "at": at}


def opened(at: datetime = MONDAY, **where: Any) -> facts.AssignmentOpened:
    return facts.AssignmentOpened(
        **head(at, **where),
        subject="urban",
        region="u-c01",
        received_on=MONDAY.date(),
        proposers=PROPOSERS,
    )


def task_id(unit: str, part: str = "lead", seed: str = SEED) -> str:
    return entity_id(seed, f"task:{unit}:{part}")


def due(rule: str, at: datetime = MONDAY, policy: Policy = RULES) -> Due:
    return policy.due(rule, at)


def a_task(
    unit: str = "u-hou", part: PartInTask = "lead", at: datetime = MONDAY, **changes: Any
) -> Task:
    """As it is handed out by the rules for suggestions."""
    co = part == "co"
    fields: dict[str, Any] = {
        "task": task_id(unit, part),
        "unit": unit,
        "part": part,
        "sign_for": due("sign-for", at),
        "objection": due("objection", at),
        "first_contact": None if co else due("first-contact", at),
        "due": due("co-opinion" if co else "reply", at),
    }
    return Task(**fields | changes)


LEAD, CO = a_task(), a_task("u-fin", "co")
OTHER_UNIT = a_task("u-tra")


def assigned(*tasks: Task, **where: Any) -> facts.CaseAssigned:
    return facts.CaseAssigned(
        **head(**where), tasks=tasks or (LEAD, CO), by="p-office", proposers=PROPOSERS
    )


def assign(*units: tuple[str, str] | tuple[str, str, str], **changes: Any) -> AssignCase:
    wanted = tuple(
        WantedUnit.model_validate(dict(zip(("unit", "part", "scope"), unit, strict=False)))
        for unit in units
    )
    looked_up = {"policy": RULES, "organisation": CITY}
    fields = {"at": MONDAY, "by": "p-office", "seed": SEED, **looked_up} | changes
    return AssignCase(tasks=wanted, **fields)


def received(task: Task = LEAD, at: datetime = MONDAY) -> facts.AssignmentReceived:
    return facts.AssignmentReceived(**head(at), task=task.task, unit=task.unit, by="p-liaison")


def objected(task: Task = LEAD, **changes: Any) -> facts.AssignmentObjected:
    fields = {"reason": "outside-remit", "explanation": "该事项属交通部门职责"}
    fields |= {"task": task.task, "unit": task.unit, "by": "p-liaison", "suggested_unit": "u-tra"}
    return facts.AssignmentObjected(**head(MONDAY + DAY), **fields | changes)


def decided(upheld: bool, task: Task = LEAD) -> facts.ObjectionDecided:
    who = {"task": task.task, "unit": task.unit, "by": "p-office"}
    return facts.ObjectionDecided(**head(MONDAY + 2 * DAY), **who, upheld=upheld)


def reassigned(
    to: Task = OTHER_UNIT, task: Task = LEAD, at: datetime = MONDAY
) -> facts.AssignmentReassigned:
    who = {"task": task.task, "unit": task.unit, "by": "p-office", "reason": "职责调整"}
    return facts.AssignmentReassigned(**head(at), **who, to=to, proposers=PROPOSERS)


def stopped(reason: str = "withdrawn", at: datetime = MONDAY) -> facts.AssignmentStopped:
    return facts.AssignmentStopped(**head(at), reason=reason)


def noted(what: str, task: str, **changes: Any) -> NoteProgress:
    fields = {"at": MONDAY + 9 * DAY, "by": SYSTEM, "mark": mark(), "policy": RULES} | changes
    return NoteProgress.model_validate({"what": what, "task": task, **fields})


def progressed(what: str, task: str, **changes: Any) -> facts.AssignmentProgressed:
    fields = {**head(MONDAY + 9 * DAY), "what": what, "task": task} | changes
    return facts.AssignmentProgressed.model_validate(fields)


def closed(rule: str = "evaluated", **changes: Any) -> facts.CaseClosed:
    fields = {**head(MONDAY + 9 * DAY), "subject": "urban", "region": "u-c01"} | changes
    return facts.CaseClosed(**fields, rule=rule)


NEXT = a_task(
    task="b" * 12,
    sign_for=due("sign-for", MONDAY + 9 * DAY),
    objection=None,
    due=due("rehandling", MONDAY + 9 * DAY),
)
"""The second handling of the lead's task."""


def receive(task: Task = LEAD, at: datetime = MONDAY) -> ReceiveAssignment:
    return ReceiveAssignment(at=at, by="p-liaison", task=task.task)


def reassign(unit: str = "u-tra", task: Task = LEAD, **changes: object) -> Reassign:
    fields = {"at": MONDAY, "by": "p-office", "seed": SEED, "unit": unit, "reason": "职责调整"}
    fields |= {"policy": RULES, "organisation": CITY}
    return Reassign.model_validate({"task": task.task, **fields, **changes})
