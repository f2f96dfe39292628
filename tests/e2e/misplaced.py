"""What belongs into a letter, typed where a number or a code belongs: refused, and nowhere kept."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

from tests.e2e.matter import Body, Matter, paper
from tests.e2e.organisation import HOUSING, OFFICE, PUBLISHER, REGISTRAR, REVIEWER, clerk
from tests.e2e.traces import Secrets
from tests.e2e.world import World

PAPER = ("channel", "period", "subject", "region", "session", "external_no", "serial",
         "wanted_unit", "agency", "source_level", "proposer_kind")  # fmt: skip
STARTS = {
    "phone": "",
    "name": "欧阳",
    "address": "白鹭县中山路",
    "id number": "110101199003",
    "letter": "我叫张三，反映",
}


@dataclass(frozen=True)
class Form:
    """One form, filled in well but for one field."""

    who: str
    path: str
    body: Body
    fields: tuple[str, ...]


def registration(kind: str) -> Form:
    told = paper(kind, {"name": "某人"}, session="十五届四次", wanted_unit=HOUSING)
    return Form(REGISTRAR, "/intake/v1/cases", told, PAPER)


async def forms(case: Matter, unit: str) -> list[Form]:
    """Every form with a field that is no text, of one case and one unit."""
    handler, head = clerk(unit), clerk(unit, "head")
    task, today = await case.task(unit), "2025-01-06"
    contact = {"phase": "before", "mode": "visit", "on": today, "summary": "当面听取意见。"}
    draft = {"text": "已办。", "meaning": "solved", "disclosure": {"mode": "closed"}}
    return [
        Form(OFFICE, case.at("intake", "refusal"), {}, ("reason",)),
        Form(OFFICE, case.at("intake", "erasure"), {}, ("reason",)),
        Form(OFFICE, case.at("assignment", "tasks", task, "reassignment"), {}, ("unit",)),
        Form(handler, case.at("assignment", "tasks", task, "objection"), {"reason": "other-lead"},
             ("reason", "suggested_unit")),
        Form(handler, of(case, task, "contacts"), contact,
             ("people", "attitude", "mode", "phase", "on")),
        Form(handler, of(case, task, "progress"), {"text": "在查"}, ("node",)),
        Form(handler, of(case, task, "opinion"), {"text": "同意"}, ("doc_no",)),
        Form(handler, of(case, task, "drafts"), draft, ("meaning", "disclosure.reason")),
        Form(head, of(case, task, "signature"), {}, ("number",)),
        Form(handler, of(case, task, "deliveries"),
             {"recipient": "p-1", "mode": "mail"}, ("recipient", "mode", "receipt")),
        Form(PUBLISHER, case.at("disclosure", "publications", task, "decision"), {"mode": "closed"},
             ("mode", "form", "reason")),
        Form(REVIEWER, case.at("disclosure", "publications", task, "review"), {}, ("approved",)),
    ]  # fmt: skip


def of(case: Matter, task: str, step: str) -> str:
    return case.at("handling", "tasks", task, step)


def filled(form: Form, secrets: Secrets) -> Iterator[tuple[str, str, dict[str, Any]]]:
    """Field, secret and body: a name, a phone, an ID number, an address, a line of a letter."""
    for field in form.fields:
        for what, start in STARTS.items():
            secret = secrets.plant(f"{form.path.rpartition('/')[2]} {field} {what}", start)
            yield field, secret, with_field(form.body, field, secret)


def with_field(body: Body, field: str, secret: str) -> dict[str, Any]:
    outer, _, inner = field.partition(".")
    if inner:
        return {**body, outer: {**body[outer], inner: secret}}
    return {**body, field: [secret] if field == "people" else secret}


async def refused(world: World, form: Form, secrets: Secrets) -> None:
    """The answer names the field and does not repeat what it refuses."""
    for field, secret, body in filled(form, secrets):
        key: Mapping[str, str] = {"Idempotency-Key": uuid4().hex}
        answer = await world.ask("POST", form.path, form.who, json=body, headers=key)
        assert answer.status_code == 422, (form.path, field, answer.text)
        named = {error["field"].split(".")[0] for error in answer.json()["errors"]}
        assert field.split(".")[0] in named, answer.text
        assert secret not in answer.text
