"""Offers are granted, blocked actions are refused with the same words, and an action that is
neither changes nothing: for every person and action at every step of a case (ADR 46)."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, cast
from uuid import uuid4

from fastapi import FastAPI
from starlette.routing import Mount

from services.handling.domain.letters.commands import VoidNumber
from services.intake.domain.erasure.commands import AskErasure, ConfirmErasure, StopErasure
from services.intake.domain.recusal.commands import NameAgainst
from shared.contracts.feedback import EvaluationOpened
from shared.kernel.actor import Actor, Post
from shared.kernel.commit import from_document
from shared.kernel.errors import RuleViolated
from shared.kernel.messages import Recorded
from shared.mongo.connect import connect
from shared.service.api.action_links import Link, links_of
from shared.service.api.app import routers_of
from shared.service.api.offered_actions import is_about_body, smallest
from shared.service.processes.registry import definition_of
from shared.testing.checklist import checked
from shared.testing.fold import recorded
from shared.testing.organisation import city, deputy, staffed
from shared.testing.service import ServiceUnderTest, at_organs

NAMES = ("intake", "assignment", "handling", "feedback", "disclosure")
LINKS = {name: links_of(name, routers_of(definition_of(name))) for name in NAMES}
CITY = (
    city(), *staffed("u-hou"), *staffed("u-fin"), *staffed("u-edu"),
    deputy("p-n1", "李四"), deputy("p-n2", "王五"),
)  # fmt: skip
OFFICE, PUBLISHER = Actor("p-office", at_organs("office")), Actor("p-pub", at_organs("publisher"))
SECOND = Actor("p-sec", at_organs("security-reviewer"))


def of_unit(role: str, unit: str) -> Actor:
    return Actor(f"p-{unit}-{role}", (Post(role, unit, (unit, "u-city")),))


HANDLER, HEAD, LIAISON = (of_unit(role, "u-hou") for role in ("handler", "head", "liaison"))
CO_HANDLER, CO_HEAD = of_unit("handler", "u-fin"), of_unit("head", "u-fin")
LEAD, COSIGNER = Actor("p-n1", deputy=True), Actor("p-n2", deputy=True)
STRANGER = Actor("p-stranger")
PEOPLE = (
    OFFICE, PUBLISHER, SECOND, HANDLER, HEAD, LIAISON, CO_HANDLER, CO_HEAD, LEAD, COSIGNER,
    STRANGER,
)  # fmt: skip
PAPER = {
    "agency": "u-city", "kind": "suggestion", "channel": "session", "period": "2025",
    "session": "十五届四次", "received_on": "2025-03-03", "subject": "urban-environment",
    "region": "direct", "title": "关于完善排水防涝设施的建议",
    "text": "汛期多次积水，建议改造三条主干道的雨水管网。",
    "consent": True,
    "proposers": [{"person": "p-n1", "part": "lead"}, {"person": "p-n2", "part": "co"}],
}  # fmt: skip
OPEN = {"mode": "open", "form": "full"}
DRAFT = {"text": "已列入今年计划。", "meaning": "solved", "disclosure": OPEN}
WHEN = {"phase": "before", "mode": "visit", "on": "2025-03-03"}
CONTACT = {**WHEN, "people": ["p-n1"], "summary": "面谈"}
GRADES = {"attitude": "satisfied", "result": "satisfied"}
NOT_SHOWN = {
    each.name for each in (VoidNumber, NameAgainst, AskErasure, ConfirmErasure, StopErasure)
}
"""Actions that are no step of a case: they may be possible without being offered."""


@dataclass(frozen=True)
class Step:
    """One request of the life; `place` names tasks by unit: `{u-hou}`."""

    who: Actor
    service: str
    place: str
    body: Any


TASK, EVALUATION, PUBLICATION = "tasks/{u-hou}", "evaluations", "publications/{u-hou}"
TEAM = [{"unit": "u-hou", "part": "lead"}, {"unit": "u-fin", "part": "co"}]
OBJECTION = {"reason": "outside-remit", "explanation": "不属本局", "suggested_unit": "u-edu"}
THE_TEXT = object()
"""Body of a signature: under the text that the signer reads then."""
LIFE: Sequence[Step] = (
    Step(COSIGNER, "intake", "signatures/p-n2/confirmation", THE_TEXT),
    Step(OFFICE, "intake", "acceptance", checked()),
    Step(OFFICE, "assignment", "assignments", {"tasks": TEAM}),
    Step(HEAD, "assignment", f"{TASK}/objection", OBJECTION),
    Step(OFFICE, "assignment", f"{TASK}/objection-decision", {"upheld": False}),
    Step(LIAISON, "assignment", f"{TASK}/receipt", {}),
    Step(CO_HEAD, "assignment", "tasks/{u-fin}/receipt", {}),
    Step(HANDLER, "handling", f"{TASK}/contacts", CONTACT),
    Step(HANDLER, "handling", f"{TASK}/drafts", DRAFT),
    Step(CO_HANDLER, "handling", "tasks/{u-fin}/opinion", {"text": "同意。"}),
    Step(HEAD, "handling", f"{TASK}/signature", {"number": "临住建字〔2025〕12号"}),
    Step(LIAISON, "handling", f"{TASK}/deliveries", {"recipient": "p-n1", "mode": "mail"}),
    Step(LIAISON, "handling", f"{TASK}/deliveries", {"recipient": "p-n2", "mode": "mail"}),
    Step(PUBLISHER, "disclosure", f"{PUBLICATION}/decision", OPEN),
    Step(SECOND, "disclosure", f"{PUBLICATION}/review", {"approved": True}),
    Step(LEAD, "feedback", f"{EVALUATION}/{{p-n1}}/rating", GRADES),
    Step(COSIGNER, "feedback", f"{EVALUATION}/{{p-n2}}/rating", GRADES),
)


class City:
    """The services that decide, on one bus in memory; `kept` has what intake keeps of files."""

    def __init__(self, kept: Any = None) -> None:
        self.services = {name: ServiceUnderTest(definition_of(name), *PEOPLE) for name in NAMES}
        self.services["intake"].runtime.kept = kept
        self.read: dict[str, set[str]] = {name: set() for name in NAMES}
        self.case = ""

    async def begin(self) -> None:
        for service in self.services.values():
            await service.knows(*CITY)
        answer = await self.services["intake"].post("/cases", PAPER, "p-n1")
        assert answer.status_code == 201, answer.text
        self.case = answer.json()["case_id"]
        await self.settle()

    def facts(self) -> list[Recorded]:
        stores = [service.store for service in self.services.values()]
        commits = [from_document(document) for store in stores for document in store.documents]
        return [fact for commit in commits for fact in recorded(commit)]

    async def settle(self) -> None:
        """Every service reads the facts of all others, until none is new."""
        while fresh := [(n, f) for n in NAMES for f in self.facts() if f.id not in self.read[n]]:
            for name, fact in fresh:
                await self.services[name].receive(fact)
                self.read[name].add(fact.id)

    def targets(self) -> dict[str, str]:
        """Returns the tasks by unit, and the evaluations by rater."""
        found: dict[str, str] = {}
        for fact in self.facts():
            for task in getattr(fact.event, "tasks", ()):
                found[task.unit] = task.task
            if isinstance(fact.event, EvaluationOpened):
                found[fact.event.rater] = fact.event.evaluation
        return found

    def sizes(self) -> dict[str, int]:
        return {name: len(one.store.documents) for name, one in self.services.items()}

    def changed_since(self, sizes: Mapping[str, int]) -> list[ServiceUnderTest]:
        now = self.sizes()
        return [one for name, one in self.services.items() if now[name] != sizes.get(name)]

    async def body_of(self, step: Step) -> Any:
        if step.body is not THE_TEXT:
            return step.body
        paper = (await self.services["intake"].get(f"/cases/{self.case}", step.who)).json()
        return {"text_digest": paper["text_digest"]}

    async def do(self, step: Step) -> None:
        place = f"/cases/{self.case}/{step.place.format_map(self.targets())}"
        body = await self.body_of(step)
        answer = await self.services[step.service].post(place, body, step.who)
        assert answer.status_code == 201, (step, answer.text)
        await self.settle()


@contextmanager
def apart(service: ServiceUnderTest) -> Iterator[ServiceUnderTest]:
    """Yields the service on a copy of its log, so that a request changes nothing else. To make an
    application takes long: it is lent to the copy."""
    copied = ServiceUnderTest(
        service.definition, *PEOPLE, store=service.store.copy(), vault_store=service.vault_store
    )
    copied.foreign, copied.app = list(service.foreign), service.app
    copied.runtime.kept = service.runtime.kept
    mounted = next(route for route in service.app.routes if isinstance(route, Mount))
    own = cast(FastAPI, mounted.app)
    kept, own.state.authentication = own.state.authentication, copied.authentication
    yield copied
    own.state.authentication = kept


Place = tuple[str, str | None]
"""An action and its target."""


@dataclass(frozen=True)
class Buttons:
    """Buttons that one service shows one person of one case."""

    service: ServiceUnderTest
    case: str
    who: Actor

    async def check(self, targets: Sequence[str]) -> set[str]:
        """Returns the actions that were seen, `-` before the blocked ones."""
        answer = await self.service.get(f"/cases/{self.case}/actions", self.who)
        shown = answer.json()
        offered = {(each["action"], each["target"]) for each in shown.get("actions", ())}
        blocked = {(e.pop("action"), e.pop("target")): e for e in shown.get("blocked", ())}
        assert not offered & blocked.keys()
        for place, refusal in blocked.items():
            assert await self.answer(self.service, place) == (409, refusal), place
        for place in offered:
            await self.check_offered(place)
        others = self.others(targets) if answer.status_code == 200 else set()
        for place in others - offered - blocked.keys():
            status, answer = await self.answer(self.service, place)
            assert status != 201 or not answer["facts"], (self.who.sub, place)
        return {name for name, _ in offered} | {f"-{name}" for name, _ in blocked}

    async def check_offered(self, place: Place) -> None:
        with apart(self.service) as copied:
            status, answer = await self.answer(copied, place)
        refused = RuleViolated(answer.get("rule", ""), "", answer.get("field"))
        link = self.links[place[0]]
        assert status in (201, 202) or is_about_body(refused, link), (self.who.sub, place, answer)

    def others(self, targets: Sequence[str]) -> set[Place]:
        names = {each.name for each in self.service.definition.actions if isinstance(each, type)}
        return {
            (name, target)
            for name in names - NOT_SHOWN
            if "{case_id}" in self.links[name].path
            for target in (targets if self.links[name].path.count("{") > 1 else (None,))
        }

    @property
    def links(self) -> Mapping[str, Link]:
        return LINKS[self.service.definition.name]

    async def answer(self, service: ServiceUnderTest, place: Place) -> tuple[int, Any]:
        """Returns the answer to the request with the smallest body; of a refusal, its words."""
        link = self.links[place[0]]
        assert link.form is not None
        body = smallest(link.service, link.form).model_dump(mode="json", exclude_unset=True)
        path = link.path.format(**link.place(self.case, place[1]))
        answer = await service.post(path, body, self.who)
        found = answer.json()
        if answer.status_code in (201, 202):
            return answer.status_code, found
        return answer.status_code, {n: found.get(n) for n in ("rule", "detail", "field")}


async def test_offered_and_blocked_are_what_the_request_is_answered(mongo_url: str) -> None:
    async with connect(mongo_url) as client:
        seen = await walked(City(client[f"t{uuid4().hex[:10]}_intake"]))
    assert {
        "-accept-case", "-object-assignment", "-reassign", "-sign-reply", "-deliver-reply",
        "-decide-disclosure", "-review-disclosure", "-withdraw-case", "-add-cohandler",
        "add-attachment",
    } <= seen  # fmt: skip


async def walked(town: City) -> set[str]:
    """Returns the actions that were seen in the life of a case."""
    seen = set[str]()
    await town.begin()
    for step in (None, *LIFE):
        before = town.sizes()
        if step:
            await town.do(step)
        targets = sorted({*town.targets().values(), "p-n2"})
        for service in town.changed_since(before if step else {}):
            for who in PEOPLE:
                seen |= await Buttons(service, town.case, who).check(targets)
    return seen


async def test_a_stranger_is_told_of_nothing_that_is_blocked() -> None:
    town = City()
    await town.begin()
    for service in town.services.values():
        answer = await service.get(f"/cases/{town.case}/actions", STRANGER)
        assert (answer.status_code, answer.json()["rule"]) == (404, "not-found")


async def test_to_look_at_the_buttons_reads_no_sealed_text_and_writes_nothing() -> None:
    town = City()
    await town.begin()
    await town.do(LIFE[0])
    intake = town.services["intake"]
    await intake.get(f"/cases/{town.case}/actions", OFFICE)  # the login is noted once
    before = len(intake.store.documents), list(intake.vault_store.reads), len(intake.trail.entries)
    answer = await intake.get(f"/cases/{town.case}/actions", OFFICE)
    assert "accept-case" in {each["action"] for each in answer.json()["actions"]}
    after = len(intake.store.documents), list(intake.vault_store.reads), len(intake.trail.entries)
    assert after == before
