"""A case as the people see it who bring it, work on it and judge it: one method for each step."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from shared.demo.acts import judged
from shared.testing.eventually import eventually
from tests.e2e.desk import Answer, Desk
from tests.e2e.organisation import AGENCY, LEADER, OFFICE, PUBLISHER, REGISTRAR, REVIEWER, clerk
from tests.e2e.world import World

Body = Mapping[str, Any]
OPEN: Body = {"mode": "open", "form": "full"}
CLOSED: Body = {"mode": "closed", "reason": "internal-matter"}
CHANNELS = {"proposal": "session", "petition": "letter", "hotline": "mailbox"}
SUBJECTS = {"petition": "school-fees", "hotline": "complaint"}
COMES_FROM = {
    "assignment": ("intake",),
    "handling": ("assignment", "feedback"),
    "feedback": ("handling",),
    "disclosure": ("handling",),
}
"""Whose facts a service must have imported before it can do what comes next."""


def paper(kind: str, *proposers: Body, **more: Any) -> dict[str, Any]:
    """The first proposer signs first."""
    signed = [{**one, "part": "co" if place else "lead"} for place, one in enumerate(proposers)]
    return {
        "agency": AGENCY,
        "kind": kind,
        "channel": CHANNELS.get(kind, "session"),
        "period": "2025",
        "proposers": signed,
        "title": "关于完善站前片区排水防涝设施的建议",
        "text": "站前片区雨季多次积水，建议改造三条主干道的雨水管网。",
        "subject": SUBJECTS.get(kind, "urban-environment"),
        "region": "direct",
        "received_on": "2025-01-06",
        **({"session": "十五届四次"} if CHANNELS.get(kind, "session") == "session" else {}),
    } | more


async def registered(world: World, body: Body, who: str = REGISTRAR) -> "Matter":
    answer = await Desk(world, who).does("/intake/v1/cases", body)
    return Matter(world, answer["case_id"], kind=body["kind"]).remembering(answer)


@dataclass
class Matter:
    """`known`: the versions that its people have seen; no service decides without them."""

    world: World
    id: str
    known: dict[str, int] = field(default_factory=dict)
    kind: str = "suggestion"

    def at(self, service: str, *place: str) -> str:
        """The path of a command, which says what the service must know already."""
        path = "/".join(("", service, "v1", "cases", self.id, *place))
        sources = (f"{name}-{self.id}" for name in COMES_FROM.get(service, ()))
        seen = [f"at_least={name}@{self.known[name]}" for name in sources if name in self.known]
        return f"{path}?{'&'.join(seen)}" if seen else path

    def remembering(self, answer: Answer) -> "Matter":
        self.known[answer["stream"]] = answer["version"]
        return self

    async def does(self, who: str, path: str, body: Body | None = None) -> Answer:
        answer = await Desk(self.world, who).does(path, body)
        self.remembering(answer)
        return answer

    async def page(self) -> Any:
        """The case page, when all that happened has come there."""
        await self.world.settle()
        return await Desk(self.world, OFFICE).sees(f"/portal/v1/cases/{self.id}")

    async def due(self, rule: str, subject: str) -> datetime:
        """Of the clock by that rule about a task or an evaluation."""
        return datetime.fromisoformat((await self.clock(rule, subject))["due"])

    async def clock(self, rule: str, subject: str) -> Body:
        clocks: list[Body] = list((await self.page())["reminder"]["clocks"].values())
        return next(c for c in clocks if (c["rule"], c["subject"]) == (rule, subject))

    # 登记、立案、交办

    async def accept(self) -> Answer:
        purpose = {"purpose": "appeal"} if self.kind == "petition" else {}
        body = {**purpose, "checks": await self.checks()}
        return await self.does(OFFICE, self.at("intake", "acceptance"), body)

    async def checks(self) -> list[Body]:
        """The checklist, as the officer answers it of a paper without a fault."""
        asked = await Desk(self.world, OFFICE).sees(self.at("intake", "checklist"))
        return [dict(judged(row)) for row in asked["checks"]]

    async def confirm(self, signer: str) -> Answer:
        """确认联名, by the co-signer, who has read the paper."""
        paper = await Desk(self.world, signer).sees(self.at("intake"))
        path = self.at("intake", "signatures", signer, "confirmation")
        return await self.does(signer, path, {"text_digest": paper["text_digest"]})

    async def assign(self, lead: str = "", co: tuple[str, ...] = (), **separate: str) -> Answer:
        """To a lead with co-handlers, or to `separate` units with the part of each."""
        tasks = [{"unit": lead, "part": "lead"}] if lead else []
        tasks += [{"unit": unit, "part": "co"} for unit in co]
        tasks += [
            {"unit": f"u-{unit}", "part": "separate", "scope": part}
            for unit, part in separate.items()
        ]
        return await self.does(OFFICE, self.at("assignment", "assignments"), {"tasks": tasks})

    async def task(self, unit: str, turn: int = 1) -> str:
        """The unit's task of the round, as soon as there is one."""
        found = await eventually(lambda: self._tasks(unit, turn), within=60, every=0.1)
        return str(found[-1]["task"])

    async def _tasks(self, unit: str, turn: int) -> list[Body]:
        seen = await Desk(self.world, OFFICE).sees(f"/assignment/v1/cases/{self.id}")
        return [t for t in seen["tasks"] if (t["unit"], t["round"]) == (unit, turn)]

    async def of_task(self, service: str, unit: str, step: str, turn: int = 1) -> str:
        return self.at(service, "tasks", await self.task(unit, turn), step)

    async def receive(self, unit: str) -> Answer:
        return await self.does(clerk(unit), await self.of_task("assignment", unit, "receipt"))

    # 办理

    async def contact(self, unit: str, turn: int = 1, **more: Any) -> Answer:
        path = await self.of_task("handling", unit, "contacts", turn)
        today = (await self.world.now()).date().isoformat()
        body = {"phase": "before", "mode": "visit", "on": today, "summary": "当面听取意见。"}
        people = {"people": (await self.proposers())[:1]}
        return await self.does(clerk(unit), path, body | people | more)

    async def opine(self, unit: str, text: str = "同意主办单位意见。") -> Answer:
        return await self.does(
            clerk(unit), await self.of_task("handling", unit, "opinion"), {"text": text}
        )

    async def draft(self, unit: str, turn: int = 1, **more: Any) -> Answer:
        meaning = "supported" if self.kind == "petition" else "solved"
        body = {"text": "管网改造已完成。", "meaning": meaning, "disclosure": OPEN} | more
        path = await self.of_task("handling", unit, "drafts", turn)
        return await self.does(clerk(unit), path, body)

    async def sign(self, unit: str, turn: int = 1, who: str = "") -> Answer:
        path = await self.of_task("handling", unit, "signature", turn)
        serial = int(await self.task(unit, turn), 16)  # no letter of another test has it
        body = {"number": f"临复函〔2025〕{serial % 99_991 + 2}号"}
        return await self.does(who or clerk(unit, "head"), path, body)

    async def proposers(self) -> list[str]:
        seen = await Desk(self.world, OFFICE).sees(f"/intake/v1/cases/{self.id}")
        return [one["id"] for one in seen["proposers"]]

    async def deliver(self, unit: str, turn: int = 1) -> Answer:
        """To each who signed; the last answer."""
        path = await self.of_task("handling", unit, "deliveries", turn)
        for who in await self.proposers():
            body = {"recipient": who, "mode": "in-person"}
            answer = await self.does(clerk(unit), path, body)
        return answer

    async def reply(self, unit: str, turn: int = 1, **draft: Any) -> Answer:
        """拟稿、签发、送达: the leader signs what is handled again."""
        await self.draft(unit, turn, **draft)
        await self.sign(unit, turn, LEADER if turn > 1 else "")
        return await self.deliver(unit, turn)

    # 评价

    async def evaluation(self, unit: str, rater: str, turn: int = 1) -> str:
        task = await self.task(unit, turn)
        found = await eventually(lambda: self._evaluations(task, rater), within=60, every=0.1)
        return str(found[0]["evaluation"])

    async def _evaluations(self, task: str, rater: str) -> list[Body]:
        path = f"/feedback/v1/cases/{self.id}"
        if await Desk(self.world, OFFICE).sees_nothing_at(path):
            return []
        seen = await Desk(self.world, OFFICE).sees(path)
        return [e for e in seen["evaluations"] if (e["task"], e["rater"]) == (task, rater)]

    async def rating(self, unit: str, rater: str, turn: int = 1, how: str = "rating") -> str:
        evaluation = await self.evaluation(unit, rater, turn)
        return self.at("feedback", "evaluations", evaluation, how)

    async def rate(self, unit: str, rater: str, turn: int = 1, reason: str = "") -> Answer:
        """Satisfied, or not for a reason."""
        result = "unsatisfied" if reason else "satisfied"
        body = {"attitude": "satisfied", "result": result, "reason": reason}
        return await self.does(rater, await self.rating(unit, rater, turn), body)

    # 公开

    async def publication(self, unit: str, step: str, turn: int = 1) -> str:
        return self.at("disclosure", "publications", await self.task(unit, turn), step)

    async def decide(self, unit: str, turn: int = 1, **body: Any) -> Answer:
        path = await self.publication(unit, "decision", turn)
        return await self.does(PUBLISHER, f"{path}&at_least={await self.number()}", body or OPEN)

    async def number(self) -> str:
        """Where it is in the log, as soon as there is one: nothing is published without it, and
        the worker that asks for it may have been away while people went on."""
        seen = await eventually(self._numbered, within=60, every=0.1)
        return f"intake-{self.id}@{seen['version']}"

    async def _numbered(self) -> Body | None:
        seen: Body = await Desk(self.world, OFFICE).sees(f"/intake/v1/cases/{self.id}")
        return seen if seen["label"] else None

    async def approve(self, unit: str, turn: int = 1) -> Answer:
        path = await self.publication(unit, "review", turn)
        return await self.does(REVIEWER, path, {"approved": True})

    async def is_published(self) -> bool:
        return (await self.world.page(f"/cases/{self.id}")).status_code == 200

    async def withdraw(self) -> Answer:
        body = {"reason": "情况有变", "all_cosigners_agree": True}
        return await self.does(OFFICE, self.at("intake", "withdrawal"), body)


async def replied(world: World, unit: str, body: Body) -> Matter:
    """A case whose reply was delivered to everybody."""
    case = await registered(world, body)
    await case.accept()
    await case.assign(unit)
    await asyncio.gather(case.receive(unit), case.contact(unit))
    await case.reply(unit)
    return case
