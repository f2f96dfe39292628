"""The answer to operators: whether reminders go out in time, and the next due moment."""

from collections.abc import AsyncIterator
from datetime import datetime, timedelta
from typing import Any

import pytest

from services.reminder.app import SERVICE
from services.reminder.domain.projections import RUNNING_CLOCKS
from services.reminder.queries import lights
from shared.contracts.handling import CaseReplied, TaskOpened
from shared.kernel.actor import Actor, Post
from shared.kernel.moment import stamp
from shared.mongo.read_models.reader import connect_reader
from shared.service.config.labels import standard_labels
from shared.testing.fold import folded
from shared.testing.service import MONDAY, ServiceUnderTest, policies

CITY = ("u-city",)
ADMITTED = [
    Actor(f"p-{role}", (Post(role, "u-city", CITY),))
    for role in ("office", "leader", "auditor", "operator", "system-admin")
]
DENIED = [
    Actor("p-handler", (Post("handler", "u-hou", ("u-hou", "u-city")),)),
    Actor("p-head", (Post("head", "u-hou", ("u-hou", "u-city")),)),
    Actor("p-deputy", deputy=True),
    Actor("c-npc", client_of="u-city"),
]
OFFICE = ADMITTED[0]
WORK: dict[str, Any] = {"agency": "u-city", "kind": "suggestion", "channel": "session"}
WORK |= {"period": "2025", "task": "a" * 12, "unit": "u-hou", "part": "lead"}
DUE = policies().resolve("u-city", "suggestion", "session", MONDAY).due("reply", MONDAY)
FIRST = DUE.at - timedelta(days=7)
"""Yellow, and the first rung."""


class Reminder(ServiceUnderTest):
    """Reminder with its running clocks in MongoDB, where they are counted."""

    database: Any = None

    async def collection(self, projection: str) -> Any:
        read_model = self.database[projection]
        for key, document in folded(RUNNING_CLOCKS, self._own()).items():
            await read_model.replace_one({"_id": key}, document, upsert=True)
        return read_model

    async def opened(self, number: int, at: datetime = MONDAY) -> None:
        event = TaskOpened(at=at, **WORK, due=DUE)
        await self.react_to(event, f"handling-{number:032x}", 1)

    async def replied(self, number: int) -> None:
        reply = {
            "number": "市教建字〔2025〕1号",
            "letter": "A",
            "meaning": "solved",
            "on_time": True,
        }
        event = CaseReplied(at=self.now, **WORK, **reply)
        await self.react_to(event, f"handling-{number:032x}", 2)

    async def shown(self) -> dict[str, Any]:
        answer = await self.get("/due", as_=OFFICE)
        assert answer.status_code == 200
        body: dict[str, Any] = answer.json()
        assert body.pop("calendar_missing") is None
        return body


@pytest.fixture
async def reminder(mongo_url: str, space: str) -> AsyncIterator[Reminder]:
    client: Any = connect_reader(mongo_url)
    service = Reminder(SERVICE, *ADMITTED, *DENIED)
    service.database = client[f"{space}_reminder"]
    yield service
    await client.drop_database(service.database.name)
    client.close()


async def test_where_nothing_runs_nothing_is_due(reminder: Reminder) -> None:
    assert await reminder.shown() == {"next_at": None, "overdue": 0, "waiting": 0}


@pytest.mark.parametrize("who", ADMITTED, ids=lambda who: who.sub)
async def test_who_supervises_or_operates_may_ask(reminder: Reminder, who: Actor) -> None:
    assert (await reminder.get("/due", as_=who)).status_code == 200


@pytest.mark.parametrize("who", DENIED, ids=lambda who: who.sub)
async def test_nobody_else_may(reminder: Reminder, who: Actor) -> None:
    answer = await reminder.get("/due", as_=who)
    assert (answer.status_code, answer.json()["rule"]) == (403, "not-allowed-read-due")


async def test_anybody_may_read_the_rules_with_their_basis_and_the_days_of_a_year(
    reminder: Reminder,
) -> None:
    asked = {"kind": "suggestion", "channel": "session", "year": 2025}
    rules = (await reminder.get("/rules", as_=DENIED[0], **asked)).json()
    reply = next(each for each in rules["deadlines"] if each["rule"] == "reply")
    assert reply["basis"]
    assert reply["period"]["unit"] in {"CD", "CM", "WD"}
    assert {"day": "2025-01-26", "working": True} in rules["days"]
    assert {"day": "2025-10-01", "working": False} in rules["days"]
    assert "2025" in {each["code"] for each in rules["periods"]}
    assert "urban-environment" in rules["subjects"]


async def test_rules_tell_the_codes_that_cases_of_the_kind_know(reminder: Reminder) -> None:
    """And without a channel, those of a usual one."""
    rules = {
        kind: (await reminder.get("/rules", as_=DENIED[0], kind=kind)).json()
        for kind in ("suggestion", "motion", "petition")
    }
    reasons = {kind: set(row["choices"]["refusal-reason"]) for kind, row in rules.items()}
    assert "own-unit-matter" in reasons["suggestion"] - reasons["petition"]
    assert "purpose" in rules["petition"]["choices"]
    assert "purpose" not in rules["suggestion"]["choices"]
    assert "session" in rules["suggestion"]["choices"]["channel"]
    assert "session" not in rules["petition"]["choices"]["channel"]
    assert (rules["motion"]["becomes"], rules["suggestion"]["becomes"]) == (["suggestion"], [])
    labels = standard_labels()
    for row in rules.values():
        for group, codes in row["choices"].items():
            assert [code for code in codes if labels.label(group, code) == code] == []


async def test_what_comes_next_is_waited_for_and_then_overdue(reminder: Reminder) -> None:
    await reminder.opened(1)
    assert await reminder.shown() == {"next_at": stamp(FIRST), "overdue": 0, "waiting": 1}
    reminder.now = FIRST
    assert await reminder.shown() == {"next_at": stamp(FIRST), "overdue": 1, "waiting": 1}
    await reminder.replied(1)
    assert await reminder.shown() == {"next_at": None, "overdue": 0, "waiting": 0}


async def test_running_clocks_are_counted_by_unit_and_light(reminder: Reminder) -> None:
    await reminder.opened(1)
    await reminder.opened(2)
    clocks = reminder.database["running_clocks_g1"]
    await clocks.insert_many(
        [
            {"_id": str(n), "running": 2, "reminder": {"clocks": {
                "reply": {"unit": "u-hou", "light": light}, "rate": {"unit": None, "light": "red"},
            }}}
            for n, light in enumerate(("green", "red", "red"))
        ]
    )  # fmt: skip
    assert await lights(clocks) == {("u-hou", "green"): 1, ("u-hou", "red"): 2, ("", "red"): 3}


async def test_the_answer_is_three_figures_however_many_cases_wait(reminder: Reminder) -> None:
    """The answer names no case: it needs no pages and says nothing about a person."""
    for number in range(230):
        await reminder.opened(number)
    reminder.now = DUE.at
    assert await reminder.shown() == {"next_at": stamp(FIRST), "overdue": 230, "waiting": 230}
