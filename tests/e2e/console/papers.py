"""Papers that journeys register by hand, each with a title of its own."""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import Any
from uuid import uuid4

import httpx

from shared.demo.acts import judged
from shared.ledger_import.client import Api, Refused
from shared.testing.eventually import eventually
from tests.e2e.console.browser import Person

TEXT = "出站后步行八百米才有公交车，建议在出站口增设站点。"


def title() -> str:
    return f"关于在火车站前增设公交站的建议{uuid4().hex[:8]}"


async def register(clerk: Person, about: str) -> str:
    """Registers a deputy's suggestion by the form of the page; returns the id of the case."""
    await clerk.open("/console/register")
    await clerk.page.get_by_role("button", name="代表建议").click()
    await clerk.put(
        {
            "agency": "临江市人民政府",
            "channel": "会议期间",
            "period": "2025年",
            "session": "十五届四次",
            "in_session": "会议期间",
            "received_on": "2025-01-15",
            "proposers.0.person": "唐宏伟",
            "proposers.0.part": "领衔",
            "title": about,
            "text": TEXT,
            "subject": "城建环保",
            "region": "临江区",
        }
    )
    await clerk.page.locator("form.command button[type=submit]").click()
    link = clerk.page.get_by_role("status").get_by_role("link").first
    await link.wait_for()
    href = await link.get_attribute("href")
    assert href
    await link.click()  # by the page's own link, which waits until the case is known
    await clerk.page.locator(".actions").wait_for()
    return href.rpartition("/")[2]


REGISTRAR, OFFICE, DEPUTY = "p-reg-1", "p-office-1", "p-n001"
LEAD, HEAD, CO = "p-edu-handler", "p-edu-head", "p-fin-handler"
LEAD_UNIT, CO_UNIT = "u-edu", "u-fin"


class Backstage:
    """Brings a case to where a journey begins, through the APIs and without a browser."""

    def __init__(self, api: Api) -> None:
        self._api = api

    async def registered(
        self, about: str = "", kind: str = "suggestion", who: str = DEPUTY, asks: Sequence[str] = ()
    ) -> str:
        body = {
            "agency": "u-city", "kind": kind, "channel": "session", "period": "2025",
            "session": "十五届四次", "in_session": True, "received_on": "2025-01-15",
            "proposers": [{"person": who, "part": "lead"}], "title": about or title(),
            "text": TEXT, "subject": "urban-environment", "region": "direct", "consent": True,
            "asks": list(asks),
        }  # fmt: skip
        case = str((await self._does(REGISTRAR, "/intake/v1/cases", body))["case_id"])
        await self._api.get(f"/portal/v1/cases/{case}", REGISTRAR, at_least=f"intake-{case}@1")
        return case  # by now its page is there for a browser that has sent nothing itself

    async def days(self, ahead: int) -> tuple[str, str]:
        """Returns today and the day so many days ahead, by the clock of the product."""
        today = date.fromisoformat((await self._api.get("/portal/v1/me", OFFICE))["now"][:10])
        return today.isoformat(), (today + timedelta(days=ahead)).isoformat()

    async def accepts(self, case: str) -> Mapping[str, Any]:
        """Accepts a case, whose title is open from then on; returns the answer."""
        asked = await self._api.get(f"/intake/v1/cases/{case}/checklist", OFFICE)
        checks = [judged(row) for row in asked["checks"]]
        return await self._does(OFFICE, f"/intake/v1/cases/{case}/acceptance", {"checks": checks})

    async def assigned(self, *co: str, about: str = "") -> str:
        """Returns a case whose lead is the bureau of education, signed for by all."""
        case = await self.registered(about)
        assigned = await self.assigns(case, mark(await self.accepts(case)), *co)
        for task in (await self._api.get(f"/assignment/v1/cases/{case}", OFFICE))["tasks"]:
            who = task["unit"].replace("u-", "p-") + "-handler"
            place = f"/assignment/v1/cases/{case}/tasks/{task['task']}/receipt"
            await self._does(who, f"{place}?at_least={mark(assigned)}", {})
        return case

    async def assigns(self, case: str, accepted: str, *co: str) -> Mapping[str, Any]:
        """Hands an accepted case out to the bureau of education, with co-handlers."""
        tasks = [{"unit": LEAD_UNIT, "part": "lead"}, *({"unit": u, "part": "co"} for u in co)]
        path = f"/assignment/v1/cases/{case}/assignments?at_least={accepted}"
        return await self._does(OFFICE, path, {"tasks": tasks})

    async def returned(self, case: str, unit: str, to: str) -> None:
        """Lets a unit give its task back, and moves the task to another."""
        tasks = (await self._api.get(f"/assignment/v1/cases/{case}", OFFICE))["tasks"]
        task = next(each for each in tasks if each["unit"] == unit and each["part"] == "lead")
        place = f"/assignment/v1/cases/{case}/tasks/{task['task']}"
        why = {"reason": "outside-remit", "explanation": "不属本局职责。", "suggested_unit": to}
        await self._does(unit.replace("u-", "p-") + "-handler", f"{place}/objection", why)
        await self._does(OFFICE, f"{place}/objection-decision", {"upheld": True})
        await self._does(OFFICE, f"{place}/reassignment", {"unit": to})

    async def replied(self) -> str:
        """Returns a case whose reply is delivered to its deputy."""
        case = await self.assigned()
        place, now = await self.signed(case, DEPUTY)
        delivery = {"recipient": DEPUTY, "mode": "in-person", "on": now}
        await self._does(LEAD, f"{place}/deliveries", delivery)
        return case

    async def signed(self, case: str, *people: str) -> tuple[str, str]:
        """Lets the bureau of education talk to the people and sign a reply; returns the address of
        its task, and the day."""
        task = (await self._api.get(f"/assignment/v1/cases/{case}", OFFICE))["tasks"][0]["task"]
        await eventually(lambda: self._handled(case), within=60)
        now = (await self._api.get("/portal/v1/me", LEAD))["now"][:10]
        place = f"/handling/v1/cases/{case}/tasks/{task}"
        contact = {"phase": "before", "mode": "visit", "on": now, "summary": "当面听取意见。"}
        await self._does(LEAD, f"{place}/contacts", contact | {"people": [*people]})
        draft = {"text": "站点已增设。", "meaning": "solved"}
        await self._does(LEAD, f"{place}/drafts", draft | {"disclosure": OPEN})
        await self._does(HEAD, f"{place}/signature", {})
        return place, now

    async def is_public(self, site: str, words: str) -> None:
        """Returns when the public site lists a reply with the words."""
        await eventually(lambda: shows(site, words), within=60, every=0.3)

    async def is_gone(self, site: str, words: str) -> None:
        async def gone() -> bool:
            return not await shows(site, words)

        await eventually(gone, within=60, every=0.3)

    async def _handled(self, case: str) -> bool:
        """Returns whether handling has heard of the assignment."""
        try:
            return bool((await self._api.get(f"/handling/v1/cases/{case}", LEAD))["tasks"])
        except Refused:
            return False

    async def _does(self, who: str, path: str, body: Mapping[str, Any]) -> Mapping[str, Any]:
        answer: Mapping[str, Any] = await self._api.post(path, who, body, key=uuid4().hex)
        return answer


async def shows(site: str, words: str) -> bool:
    """Returns whether a search finds them; the page repeats the words of the search."""
    async with httpx.AsyncClient(trust_env=False) as client:
        page = (await client.get(f"{site}/cases", params={"q": words})).text
    return words in page.replace(f'value="{words}"', "")


OPEN = {"mode": "open", "form": "full"}


def mark(accepted: Mapping[str, Any]) -> str:
    return f"{accepted['stream']}@{accepted['version']}"
