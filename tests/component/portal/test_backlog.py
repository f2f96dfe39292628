"""Petitions in the charge of a leader (包案), and the list of old cases (积案): their filters,
numbers and columns."""

from collections.abc import AsyncIterator
from typing import Any

import pytest
import pytest_asyncio

from services.portal.domain.derived import OVER
from shared.contracts import charges as c
from shared.contracts.reviews import ReviewOpened, ReviewRequested
from shared.kernel.actor import Actor, Post
from shared.kernel.messages import Recorded
from shared.testing.samples import sample
from tests.component.portal.conftest import REGISTER, Portal, case_id, keep, lived, open_portal
from tests.component.portal.test_notices import ORGAN, PETITION, UNIT, later, mark
from tests.unit.portal.life import LEAD

LEADER = Actor("p-leader-1", (Post("leader", "u-city", ("u-city",)),))
OTHER = Actor("p-leader-2", LEADER.posts)
KEYS = Actor("p-chair", (Post("leader", "u-npcsc-dep", ("u-npcsc-dep",)),))
NEW, OLD, CHARGED, ENDED, REVIEWED, SUGGESTION, KEY = range(1, 8)
pytestmark = pytest.mark.asyncio(loop_scope="module")


def followed(number: int, owner: str, *facts: type[Any], **changes: Any) -> list[Recorded]:
    told = lived(number, 9, **PETITION)
    for fact in facts:
        event = sample(fact).model_copy(update={**mark(told), **changes})
        told = [*told, later(told, owner, event)]
    return told


def led_by_two(number: int) -> list[Recorded]:
    told = lived(number, 9)
    for charge, scheme, leader in (("a" * 12, "key-chairs", "p-1"), ("b" * 12, "key-lead", "p-2")):
        changes = {"charge": charge, "scheme": scheme, "leader": leader, **mark(told)}
        told = [*told, later(told, "assignment", sample(c.ChargeTaken).model_copy(update=changes))]
    return told


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def portal(mongo_url: str) -> AsyncIterator[Portal]:
    review = {"task": LEAD, "level": "review"}
    facts = [
        *lived(NEW, 9, **PETITION),
        *lived(OLD, 9, **PETITION),
        *followed(CHARGED, "assignment", c.ChargeTaken, c.ChargeReported),
        *followed(ENDED, "assignment", c.ChargeTaken, c.ChargeEnded),
        *followed(REVIEWED, "feedback", ReviewOpened, ReviewRequested, **review),
        *lived(SUGGESTION, 9),
        *led_by_two(KEY),
    ]
    async with open_portal(mongo_url) as made:
        await keep(made.database, facts)
        cases = made.database[REGISTER]
        for old in (OLD, SUGGESTION):
            await cases.update_one({"_id": case_id(old)}, {"$set": {"received_on": "2024-01-02"}})
        yield made


async def listed(portal: Portal, who: Actor = ORGAN, **query: str) -> set[str]:
    page = (await portal.get("/worklist", who, total="true", **query)).json()
    tally = (await portal.get("/tally", who, **query)).json()
    found = {line["case_id"] for line in page["items"]}
    assert len(found) == page["total"] == tally["total"]
    return found


async def test_old_cases_are_those_of_the_policy_row(portal: Portal) -> None:
    """By age and by review; a suggestion of the same age is none, as its row has no such rule."""
    assert await listed(portal, backlog="true") == {case_id(OLD), case_id(REVIEWED)}
    assert await listed(portal, UNIT, backlog="true") == {case_id(OLD), case_id(REVIEWED)}
    assert await listed(portal, backlog="true", review="in-review") == {case_id(REVIEWED)}


async def test_a_case_that_is_over_is_old_by_its_review_alone(portal: Portal) -> None:
    cases = portal.database[REGISTER]
    for number in (OLD, REVIEWED):
        before = await cases.find_one({"_id": case_id(number)})
        await cases.update_one({"_id": case_id(number)}, {"$set": {"status": "closed"}})
        found = await listed(portal, backlog="true")
        await cases.replace_one({"_id": before["_id"]}, before)
        assert (case_id(number) in found) == (number == REVIEWED)
    assert "closed" in OVER


async def test_cases_in_charge_are_found_by_their_leader(portal: Portal) -> None:
    assert await listed(portal, charged="true") == {case_id(CHARGED)}
    assert await listed(portal, KEYS, charged="true") == {case_id(KEY)}
    assert await listed(portal, charge="p-leader-1") == {case_id(CHARGED)}
    assert await listed(portal, charge="p-leader-2") == set()
    line = (await portal.get("/worklist", ORGAN, charged="true")).json()["items"][0]
    assert (line["charge"], line["schemes"]) == (["p-leader-1"], ["charge"])


async def test_a_key_case_has_its_leaders_and_their_schemes(portal: Portal) -> None:
    for query in ({"scheme": "key-chairs"}, {"scheme": "key-lead"}, {"charge": "p-2"}):
        assert await listed(portal, KEYS, **query) == {case_id(KEY)}
    assert await listed(portal, KEYS, scheme="charge") == set()
    [line] = (await portal.get("/worklist", KEYS, charged="true")).json()["items"]
    assert (line["charge"], line["schemes"]) == (["p-1", "p-2"], ["key-chairs", "key-lead"])


async def test_the_desk_of_the_leader_has_the_cases_in_his_charge(portal: Portal) -> None:
    rows = {row["action"]: row["count"] for row in (await portal.get("/waiting", LEADER)).json()}
    assert rows.get("report-charge") == 1
    others = [row["action"] for row in (await portal.get("/waiting", OTHER)).json()]
    assert "report-charge" not in others
    assert await listed(portal, LEADER, waiting_for="report-charge") == {case_id(CHARGED)}


async def test_the_ledger_has_the_leader_in_charge(portal: Portal) -> None:
    answer = await portal.get("/worklist/export", ORGAN, charged="true", columns="charge")
    assert answer.text.split() == ["\ufeff牵头领导", "p-leader-1"]
