"""Steps of a case with a secret in every text, until it is erased; and who may read them."""

import asyncio
import os
import sys
from typing import Any

from shared.kernel.texts import GONE
from tests.e2e import evidence
from tests.e2e.desk import Desk
from tests.e2e.matter import CLOSED, Matter, paper, registered
from tests.e2e.organisation import (
    COUNTY_EDUCATION,
    FINANCE,
    HOUSING,
    LEADER,
    OFFICE,
    PUBLISHER,
    REVIEWER,
    SECURITY,
    TRAFFIC,
    clerk,
)
from tests.e2e.traces import Secrets
from tests.e2e.world import World, environment_of

UNIT = COUNTY_EDUCATION
PERIOD = "private"
DUBAN = (sys.executable, "-c", "from shared.ops.cli.app import app; app()")


async def brought(world: World, kind: str, secrets: Secrets) -> Matter:
    citizen = {
        "name": secrets.plant("name", "欧阳"),
        "phone": secrets.plant("phone"),
        "address": secrets.plant("address", "白鹭县中山路"),
    }
    words: dict[str, Any] = {"title": secrets.plant("title", "反映")}
    words |= {"text": secrets.plant("letter", "身份证号")}
    no = {"consent": False, "no_consent_reason": secrets.plant("no consent", "怕")}
    against = {"against": {"note": secrets.plant("accused", "赵某")}}
    words |= {"asks": [secrets.plant("ask", "请求")]}
    case = await registered(world, paper(kind, citizen, **words, **no, **against, period=PERIOD))
    await case.accept()
    parts = {"lead": secrets.plant("scope of the lead", "校服"), "co": secrets.plant("scope", "钱")}
    tasks = [{"unit": UNIT, "part": "lead", "scope": parts["lead"]}]
    tasks += [{"unit": FINANCE, "part": "co", "scope": parts["co"]}]
    await case.does(OFFICE, case.at("assignment", "assignments"), {"tasks": tasks})
    await case.receive(UNIT)
    return case


async def objected_to_in_vain(case: Matter, secrets: Secrets) -> None:
    path = await case.of_task("assignment", FINANCE, "objection")
    why = {"explanation": secrets.plant("objection", "因"), "suggested_unit": HOUSING}
    body = {"reason": "outside-remit"} | why
    await case.does(clerk(FINANCE), path, body)
    path = await case.of_task("assignment", FINANCE, "objection-decision")
    await case.does(OFFICE, path, {"upheld": False, "note": secrets.plant("decision", "因")})


async def handed_on(case: Matter, secrets: Secrets) -> None:
    path = await case.of_task("assignment", FINANCE, "reassignment")
    body = {"unit": TRAFFIC, "scope": secrets.plant("scope of the successor", "路")}
    body["reason"] = secrets.plant("reason of the move", "因")
    await case.does(OFFICE, path, body)
    await case.receive(TRAFFIC)


async def worked_on(case: Matter, secrets: Secrets, signed: Secrets | None = None) -> None:
    """`signed`: takes the reply that the signature opens, where it does."""
    heard = {"summary": secrets.plant("contact", "称"), "place": secrets.plant("place", "在")}
    await case.contact(UNIT, **heard)
    path = await case.of_task("handling", UNIT, "progress")
    progress = {"node": "investigation", "text": secrets.plant("progress", "查")}
    await case.does(clerk(UNIT), path, progress)
    await case.opine(TRAFFIC, secrets.plant("opinion", "同意"))
    first = {"text": secrets.plant("first draft", "经查"), **await answered(case, secrets)}
    await case.draft(UNIT, **first, disclosure=CLOSED)
    path = await case.of_task("handling", UNIT, "draft-return")
    remark = {"version": 1, "remark": secrets.plant("remark", "请改")}
    await case.does(clerk(UNIT, "section"), path, remark)
    text = (secrets if signed is None else signed).plant("reply", "经查")
    await case.reply(UNIT, text=text, **await answered(case, secrets), disclosure=CLOSED)


async def answered(case: Matter, secrets: Secrets) -> dict[str, Any]:
    """Returns the answers to what the paper asks for, item by item."""
    paper = await Desk(case.world, OFFICE).sees(f"/intake/v1/cases/{case.id}")
    numbers = range(1, len(paper["asks"]) + 1)
    said = {n: secrets.plant(f"answer {n}", "因") for n in numbers}
    return {"answers": [{"ask": n, "outcome": "declined", "text": said[n]} for n in numbers]}


async def handled_again(case: Matter, secrets: Secrets) -> None:
    rater = (await case.proposers())[0]
    path = await case.rating(UNIT, rater, how="proxy-rating")
    reason = {"reason": secrets.plant("rating", "不满")}
    await case.does(OFFICE, path, {"attitude": "satisfied", "result": "unsatisfied"} | reason)
    await case.contact(UNIT, turn=2, summary=secrets.plant("second contact", "称"))
    text = {"text": secrets.plant("second reply", "再查"), **await answered(case, secrets)}
    await case.reply(UNIT, turn=2, **text, disclosure=CLOSED)
    path = await case.rating(UNIT, rater, turn=2, how="proxy-rating")
    await case.does(OFFICE, path, {"attitude": "satisfied", "result": "satisfied"})
    await case.page()


async def read_by_who_may(case: Matter, secrets: Secrets) -> None:
    """Finds every planted word, for those who may read it."""
    seen = str([await Desk(case.world, OFFICE).sees(at) for at in readable(case)])
    hidden = [what for what, secret in secrets.items() if secret not in seen]
    assert not hidden, hidden


def readable(case: Matter) -> list[str]:
    services = ("intake", "assignment", "handling", "feedback", "disclosure")
    return [f"/{service}/v1/cases/{case.id}" for service in services]


async def kept_from_the_public(case: Matter, secrets: Secrets) -> Secrets:
    """Plants the publisher's words and the reasons of both reviews; returns the words of the first
    decision, which are shown nowhere any more."""
    first = Secrets()
    decision = await case.publication(UNIT, "decision", 2)
    review = await case.publication(UNIT, "review", 2)
    words = {"title": "first public title", "text": "first public text"}
    said = {name: first.plant(what, "拟") for name, what in words.items()}
    await case.does(PUBLISHER, decision, CLOSED | said)
    back = {"approved": False, "remark": first.plant("first remark", "请改")}
    await case.does(REVIEWER, review, back)
    said = {name: secrets.plant(f"public {name}", "拟") for name in ("title", "text")}
    await case.does(PUBLISHER, decision, CLOSED | said)
    remark = {"approved": True, "remark": secrets.plant("public remark", "可")}
    await case.does(REVIEWER, review, remark)
    return first


async def told(world: World, *words: str) -> str:
    """Returns the output of a command, as an operator runs it."""
    environment = {**os.environ, **environment_of(world.settings)}
    process = await asyncio.create_subprocess_exec(
        *DUBAN,
        *words,
        env=environment,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    said, _ = await process.communicate()
    assert process.returncode == 0, said.decode()
    return said.decode()


async def erased(case: Matter, secrets: Secrets) -> None:
    erasure, asked = case.at("intake", "erasure"), {"reason": "person-asked"}
    await case.does(SECURITY, erasure, asked)
    why = {"reason": secrets.plant("why it is stopped", "因")}
    await case.does(LEADER, case.at("intake", "erasure", "stop"), why)
    await case.does(SECURITY, erasure, asked)
    await case.world.pass_days(14)
    await case.does(LEADER, case.at("intake", "erasure", "confirmation"))
    page = await case.page()
    assert page["status"] == "erased"
    report = await Desk(case.world, LEADER).sees(erasure)
    assert (report["step"], len(report["destroyed"])) == ("completed", 5)
    seen = str([await Desk(case.world, OFFICE).sees(at) for at in readable(case)])
    assert [what for what, secret in secrets.items() if secret in seen] == []
    assert GONE in seen
    for service in ("intake", "assignment", "handling", "feedback", "disclosure"):
        vault = evidence.database(case.world, service)
        assert await vault["vault_texts"].count_documents({"subject": case.id}) == 0
        key = await vault["vault_keys"].find_one({"_id": case.id})
        assert key is None or key == {"_id": case.id, "destroyed": True}


async def verified(world: World) -> None:
    """`duban verify`, as an operator runs it."""
    assert "All chains are whole" in await told(world, "verify")
