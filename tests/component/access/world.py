"""A small history for every service, its read models in MongoDB, and a table that notes what it is
asked."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, cast

from fastapi import FastAPI
from starlette.routing import Mount

from shared.contracts.catalogue import FACT_OF
from shared.contracts.pending_acts import ActProposed
from shared.http.gateway import Gateway
from shared.kernel.access import AccessRow, AccessTable, RolesByRelation
from shared.kernel.actor import Actor, Post
from shared.kernel.organs import DUTIES
from shared.service.api.app import root_app
from shared.service.config.access_tables import load_access
from shared.service.identity.actors_projection import ACTORS
from shared.service.processes.registry import definition_of
from shared.testing.fold import folded
from shared.testing.samples import sample
from shared.testing.service import POLICIES, ServiceUnderTest
from tests.unit.portal.life import CASE, as_recorded, life

HISTORY: Mapping[str, Mapping[str, Sequence[str]]] = {
    "directory": {
        "unit-u-edu": ("unit.registered", "post.filled"),
        "person-p-1": ("person.registered",),
        "person-p-edu-head": ("person.registered",),
        "client-c-npc": ("client.registered",),
    },
    "intake": {f"intake-{CASE}": ("case.registered",)},
    "assignment": {
        f"assignment-{CASE}": ("assignment.opened", "case.assigned", "assignment.objected")
    },
    "handling": {f"handling-{CASE}": ("task.opened", "cohandler.joined", "draft.submitted")},
    "feedback": {
        f"feedback-{CASE}": (
            "evaluation.opened",
            "delivery.noted",
            "review.opened",
            "review.requested",
        )
    },
    "disclosure": {f"disclosure-{CASE}": ("disclosure.proposed", "disclosure.opened")},
    "reminder": {f"clocks-{CASE}": ("clock.started", "case.escalated")},
    "portal": {},
}
"""Samples of facts, by stream."""

UNITS = ("u-city", "u-hou", "u-fin", "u-edu")
ROLES = (
    "registrar", "office", "liaison", "handler", "section-head", "reviewer", "head", "leader",
    "publisher", "security-reviewer", "auditor", "operator", "system-admin", "security-admin",
    "founder",
)  # fmt: skip
INSIDER = Actor("p-all", tuple(Post(role, unit, (unit,)) for unit in UNITS for role in ROLES))
"""Holds every role at every unit that has to do with the case."""
STRANGER = Actor("p-stranger")
"""Known to the directory, and nothing else."""
LISTED = "listed"
"""The situation of a question for rows: the list filters by them."""
SHOWN_BY_REGISTERS = dict.fromkeys(
    ("agency", "organ", "task-unit", "co-unit", "former-unit", "proposer", "client",
     *(f"{duty}-organ" for duty in DUTIES))
)  # fmt: skip

APPOINTMENT = '{"unit": "u-edu", "role": "office", "person": "p-1", "valid_from": "2025-03-03"}'
EXEMPTED = (
    '{"task": "1f0c2b9a77de", "mode": "open", "form": "full", "exemptions": [{"field": "text", '
    '"start": 1, "length": 12, "kind": "landline", "reason": "r", "excerpt": "e"}]}'
)
WAITING = {
    "directory": ("unit-u-edu", "fill-post", APPOINTMENT),
    "disclosure": (f"disclosure-{CASE}", "decide-with-exemptions", EXEMPTED),
    "intake": (f"intake-{CASE}", "decline-case", '{"reason": "outside-remit", "checks": []}'),
}
"""Stream, action and content of the act that waits for a second person, by service."""


def waiting(service: str) -> tuple[str, ActProposed]:
    stream, action, content = WAITING[service]
    fields = {"act": f"{stream}:3", "action": action, "content": content}
    return stream, sample(ActProposed).model_copy(update=fields)


@dataclass(frozen=True)
class Asked:
    """One question to the table: the roles that were held under each relation, and the answer."""

    action: str
    held: RolesByRelation
    situation: str
    allowed: bool

    @property
    def relations(self) -> frozenset[str]:
        return frozenset(self.held)

    def hears(self, row: AccessRow) -> bool:
        return row.action == self.action and row.relation in {*self.relations, "any"}


@dataclass(frozen=True)
class NotingTable(AccessTable):
    asked: list[Asked] = field(default_factory=list)

    def admitting(
        self, action: str, roles_by_relation: RolesByRelation, situation: str
    ) -> tuple[AccessRow, ...]:
        rows = super().admitting(action, roles_by_relation, situation)
        self.asked.append(Asked(action, roles_by_relation, situation, bool(rows)))
        return rows

    def rows_of(self, action: str) -> tuple[AccessRow, ...]:
        """Asked for by lists of cases (`shared/kernel/visibility.py`)."""
        held = dict.fromkeys(SHOWN_BY_REGISTERS, frozenset[str]())
        self.asked.append(Asked(action, held, LISTED, allowed=False))
        return super().rows_of(action)


def way_to(services: Mapping[str, "Walked"], *names: str) -> Gateway:
    """Returns a gateway to several services, as a process has it that hosts them."""
    return Gateway(root_app({name: services[name].own_app for name in names}), names)


class Walked(ServiceUnderTest):
    """One service with all its routes; `named` are the values that its paths may ask for."""

    def __init__(
        self, name: str, database: Any, without_rows: bool = False, patience: float = 0.05
    ) -> None:
        rows = () if without_rows else load_access(POLICIES, name).rows
        self.table = NotingTable(name, rows)
        self.named = {"case_id": CASE, "label": "无", "service": name, "path": "nowhere"}
        self.named |= {"signer": "p-n2", "import_id": CASE, "number": "0", "ledger": "代表建议"}
        self.named |= {
            "upload_id": CASE,
            "attachment_id": CASE,
            "notice": "acceptance",
            "draft": CASE,
            "name": "arrangement",
            "plan": "7c1e0b6a92d4",
            "charge": "5b1d7e0c93a2",
        }
        definition = definition_of(name)
        super().__init__(definition, INSIDER, STRANGER, access=self.table, patience=patience)
        self.database = self.runtime.kept = database
        mounted = next(route for route in self.app.routes if isinstance(route, Mount))
        self.own_app = cast(FastAPI, mounted.app)
        self.own_app.state.gateway = Gateway(self.app, [name])

    async def tell(self) -> None:
        """What has happened before the first request."""
        for stream, wires in HISTORY[self.definition.name].items():
            events = [sample(FACT_OF[f"{wire}.v1"]) for wire in wires]
            for event in events:
                self.named |= {k: str(v) for k, v in event if k not in ("agency", "kind")}
            await self.given(stream, *events)
        if self.definition.seconds:
            stream, act = waiting(self.definition.name)
            await self.given(stream, act)
            self.named["act"] = act.act
        if self.definition.name == "portal":
            self.foreign += as_recorded(life())

    async def collection(self, projection: str) -> Any:
        named = {one.name: one for one in (*self.definition.projections, ACTORS)}
        collection = self.database[f"{projection}_g1"]
        for key, document in folded(named[projection], [*self.foreign, *self._own()]).items():
            await collection.replace_one({"_id": key}, {**document, "rev": 1}, upsert=True)
        return collection
