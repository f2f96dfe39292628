"""Marks of what a person has seen: per person, by case, kept while news counts."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import pytest_asyncio

from services.portal import seen
from services.portal.domain.derived import natural
from services.portal.domain.register import CASE_REGISTER
from shared.kernel.actor import Actor, Post
from shared.kernel.moment import stamp
from shared.testing.service import at_organs
from tests.component.portal.conftest import REGISTER, Portal, case_id, keep, lived, open_portal

OFFICE = Actor("p-office", at_organs("office"))
OTHER = Actor("p-other", at_organs("office"))
STRANGER = Actor("p-tra", (Post("handler", "u-tra", ("u-tra", "u-city")),))
START = datetime(2025, 3, 10, 1, tzinfo=UTC)
pytestmark = pytest.mark.asyncio(loop_scope="module")


@pytest_asyncio.fixture(loop_scope="module")
async def portal(mongo_url: str) -> AsyncIterator[Portal]:
    """Four cases, whose news is an hour apart."""
    async with open_portal(mongo_url) as made:
        made.now = START + timedelta(hours=8)
        await keep(made.database, [fact for number in range(1, 5) for fact in lived(number)])
        for number in range(1, 5):
            await happens(made, number, number)
        yield made


async def happens(portal: Portal, number: int, hour: int, by: str = "p-hou-1") -> None:
    news = {"news_at": stamp(START + timedelta(hours=hour)), "news_by": by}
    await portal.database[REGISTER].update_one({"_id": case_id(number)}, {"$set": news})


async def unseen(portal: Portal, who: Actor = OFFICE, **query: Any) -> list[int]:
    """The cases that the filter lists: those that no line calls seen, as many as the tally (the
    number in the menu) says."""
    listed = (await portal.get("/worklist", who, unseen=True, total=True, **query)).json()
    everything = (await portal.get("/worklist", who, **query)).json()["items"]
    numbers = sorted(int(line["case_id"], 16) for line in listed["items"])
    fresh = sorted(int(line["case_id"], 16) for line in everything if not line["seen"])
    counted = (await portal.get("/tally", who, unseen=True, **query)).json()["total"]
    assert (numbers, listed["total"], counted) == (fresh, len(fresh), len(fresh))
    return numbers


async def opens(portal: Portal, number: int, who: Actor = OFFICE, query: str = "") -> int:
    return (await portal.put(f"/cases/{case_id(number)}/seen{query}", as_=who)).status_code


async def test_an_opened_case_is_seen_by_that_person_until_somebody_else_acts(
    portal: Portal,
) -> None:
    assert await unseen(portal) == [1, 2, 3, 4]
    assert await opens(portal, 2) == 204
    assert await unseen(portal) == [1, 3, 4]
    assert await unseen(portal, OTHER) == [1, 2, 3, 4]
    await happens(portal, 2, 5)
    assert await unseen(portal) == [1, 2, 3, 4]


async def test_my_own_act_is_no_news_to_me(portal: Portal) -> None:
    await happens(portal, 1, 5, by=OFFICE.sub)
    assert await unseen(portal) == [2, 3, 4]
    assert await unseen(portal, OTHER) == [1, 2, 3, 4]


async def test_the_work_done_clears_the_notice_of_the_one_who_did_it(portal: Portal) -> None:
    """Until somebody else acts again."""
    assert 2 in await unseen(portal)
    await happens(portal, 2, 5, by=OFFICE.sub)
    assert 2 not in await unseen(portal)
    await happens(portal, 2, 6)
    assert 2 in await unseen(portal)


async def test_news_after_the_page_that_was_shown_stays_unseen(portal: Portal) -> None:
    page = (await portal.get(f"/cases/{case_id(3)}", OFFICE, actions=False)).json()
    await happens(portal, 3, 6)
    assert await opens(portal, 3, query=f"?until={page['news_at']}") == 204
    assert 3 in await unseen(portal)
    assert await opens(portal, 3) == 204
    assert await opens(portal, 3, query=f"?until={page['news_at']}") == 204
    assert 3 not in await unseen(portal)


async def test_a_stranger_marks_no_case_and_learns_none(portal: Portal) -> None:
    assert await opens(portal, 1, STRANGER) == 404
    assert await portal.database[seen.COLLECTION].count_documents({}) == 0


async def test_all_that_a_filter_lists_is_seen_and_no_more(portal: Portal) -> None:
    await portal.database[REGISTER].update_one({"_id": case_id(4)}, {"$set": {"subject": "water"}})
    assert (await portal.put("/seen?subject=water", as_=OFFICE)).status_code == 204
    assert await unseen(portal) == [1, 2, 3]
    assert await unseen(portal, OTHER, subject="water") == [4]
    assert (await portal.put("/seen", as_=OFFICE)).status_code == 204
    assert await unseen(portal) == []
    assert await portal.database[seen.COLLECTION].count_documents({"case": {"$ne": None}}) == 0
    await happens(portal, 1, 7)
    assert await unseen(portal) == [1]


async def test_old_news_counts_as_seen(portal: Portal) -> None:
    portal.now = START + timedelta(days=seen.DAYS_OF_NEWS, hours=2, minutes=30)
    assert await unseen(portal) == [3, 4]


async def test_a_rebuilt_register_keeps_the_marks(portal: Portal) -> None:
    await opens(portal, 2)
    before = await portal.database[REGISTER].find().to_list(None)
    await portal.database[REGISTER].drop()
    assert await unseen(portal) == []
    await portal.database[REGISTER].insert_many(before)
    assert await unseen(portal) == [1, 3, 4]


async def test_marks_are_bounded_and_the_oldest_give_way(
    portal: Portal, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(seen, "MOST_KEPT", 2)
    for number in (2, 3, 4):
        await opens(portal, number)
    assert await portal.database[seen.COLLECTION].count_documents({"case": {"$ne": None}}) == 2
    assert await unseen(portal) == []
    monkeypatch.setattr(seen, "MOST_AT_ONCE", 2)
    answer = await portal.put("/seen?kind=suggestion", as_=OTHER)
    assert (answer.status_code, answer.json()["rule"]) == (409, "seen-too-many")
    assert (await portal.put("/seen", as_=OTHER)).status_code == 204  # any number
    assert await unseen(portal, OTHER) == []


async def test_what_is_unseen_is_found_by_an_index(portal: Portal) -> None:
    cases = portal.database[REGISTER]
    for index in CASE_REGISTER.indexes:
        await cases.create_index(list(index))
    reader = seen.Reader(OFFICE.sub, portal.runtime.kept, "2025-03-01")
    shown = portal.runtime.authorization.visible(OFFICE, "read-case").as_filter()
    found = cases.find({"$and": [shown, await reader.unseen(cases)]}).sort("due", 1).limit(21)
    plan = str((await found.explain())["queryPlanner"]["winningPlan"])
    assert "IXSCAN" in plan
    assert "COLLSCAN" not in plan


async def test_the_last_fact_of_all_parts_is_the_news(portal: Portal) -> None:
    facts = lived(9)
    await keep(portal.database, facts)
    kept = await portal.database[REGISTER].find_one({"_id": case_id(9)})
    assert kept["news_at"] == stamp(max(fact.recorded_at for fact in facts))


async def test_numbers_sort_as_people_count(portal: Portal) -> None:
    for number, label in enumerate(("第10号", "第2号", None, "第1号"), 1):
        facts = lived(20 + number, 2)
        await keep(portal.database, facts)
        fields = {
            "label": label,
            "label_order": natural(label and f"2025年{label}"),
            "subject": "x",
        }
        await portal.database[REGISTER].update_one({"_id": case_id(20 + number)}, {"$set": fields})
    listed = (await portal.get("/worklist", OFFICE, sort="number", subject="x", limit=2)).json()
    rest = (
        await portal.get("/worklist", OFFICE, sort="number", subject="x", after=listed["next"])
    ).json()
    labels = [line["label"] for line in (*listed["items"], *rest["items"])]
    assert labels == ["第1号", "第2号", "第10号", None]
    back = (await portal.get("/worklist", OFFICE, sort="-number", subject="x")).json()["items"]
    assert [line["label"] for line in back] == labels[::-1]
