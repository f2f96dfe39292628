"""Drafts and clues: of one person alone, sealed, by version, bounded, and gone once handed in."""

from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest
import pytest_asyncio

from services.portal.drafts import MOST_DRAFTS
from shared.kernel.actor import Actor
from tests.component.portal.conftest import Portal, open_portal

ONE, OTHER = Actor("p-1"), Actor("p-2")
CLUE = {"words": [{"name": "title", "text": "步道无灯"}, {"name": "text", "text": "唐宏伟说的"}]}
PAPER = {"kind": "suggestion", **CLUE}
pytestmark = pytest.mark.asyncio(loop_scope="module")


@pytest_asyncio.fixture(loop_scope="module")
async def portal(mongo_url: str) -> AsyncIterator[Portal]:
    async with open_portal(mongo_url) as made:
        yield made


def at(number: int) -> str:
    return f"/drafts/{number:032x}"


async def put(
    portal: Portal, body: Any, seen: int | None = 0, number: int = 1, who: Actor = ONE
) -> httpx.Response:
    headers = {} if seen is None else {"if_match": f'"{seen}"'}
    answer: httpx.Response = await portal.put(at(number), body, as_=who, **headers)
    return answer


async def drop(portal: Portal, number: int = 1, who: Actor = ONE, **headers: str) -> httpx.Response:
    answer: httpx.Response = await portal.send("DELETE", at(number), None, who, **headers)
    return answer


async def test_a_draft_is_kept_for_its_person_alone(portal: Portal) -> None:
    kept = await put(portal, PAPER)
    assert (kept.status_code, kept.headers["etag"]) == (200, '"1"')
    assert (await portal.get(at(1), ONE)).json() == kept.json()
    assert (kept.json()["kind"], kept.json()["words"]) == ("suggestion", CLUE["words"])
    [line] = (await portal.get("/drafts", ONE)).json()
    assert (line["title"], line["kind"], line["draft"]) == ("步道无灯", "suggestion", f"{1:032x}")
    assert (await portal.get("/drafts", OTHER)).json() == []
    assert (await portal.get(at(1), OTHER)).status_code == 404
    await drop(portal, who=OTHER)
    assert (await portal.get(at(1), ONE)).is_success


async def test_two_people_may_have_drafts_of_one_id(portal: Portal) -> None:
    await put(portal, CLUE)
    await put(portal, PAPER, who=OTHER)
    assert (await portal.get(at(1), ONE)).json()["kind"] is None
    assert (await portal.get(at(1), OTHER)).json()["kind"] == "suggestion"


async def test_words_are_sealed_in_the_store(portal: Portal) -> None:
    await put(portal, CLUE)
    [kept] = await portal.database["drafts"].find({}).to_list(None)
    own = {"_id", "person", "draft", "version", "saved"}
    assert set(kept) == own | {"ref", "nonce", "cipher"}
    assert "唐宏伟".encode() not in kept["cipher"]


async def test_another_window_is_not_overwritten(portal: Portal) -> None:
    await put(portal, CLUE)
    stale = await put(portal, PAPER)
    assert (stale.status_code, stale.json()["rule"]) == (412, "stale")
    assert (await put(portal, PAPER, seen=1)).json()["version"] == 2
    assert (await put(portal, PAPER, seen=1)).json()["version"] == 2, "a lost answer"


async def test_a_dropped_draft_is_gone_and_can_be_written_anew(portal: Portal) -> None:
    await put(portal, CLUE)
    for _ in range(2):
        assert (await drop(portal)).status_code == 204
    assert (await portal.get("/drafts", ONE)).json() == []
    assert (await put(portal, CLUE)).json()["version"] == 1


async def test_what_another_window_has_written_is_not_dropped(portal: Portal) -> None:
    await put(portal, CLUE)
    await put(portal, PAPER, seen=1)
    stale = await drop(portal, if_match='"1"')
    assert (stale.status_code, stale.json()["rule"]) == (412, "stale")
    assert (await portal.get(at(1), ONE)).json()["version"] == 2
    assert [(await drop(portal, if_match='"2"')).status_code for _ in range(2)] == [204, 204]


async def test_drafts_are_bounded_in_number(portal: Portal) -> None:
    for number in range(MOST_DRAFTS):
        assert (await put(portal, CLUE, number=number)).is_success
    full = await put(portal, CLUE, number=MOST_DRAFTS)
    assert (full.status_code, full.json()["rule"]) == (409, "drafts-many")
    assert (await put(portal, PAPER, seen=1, number=0)).is_success, "one that is there"
    assert (await put(portal, CLUE, number=7)).is_success, "a save whose answer was lost"
    assert len((await portal.get("/drafts", ONE)).json()) == MOST_DRAFTS


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"words": [CLUE["words"][0]] * 2}, "words"),
        ({"words": [{"name": f"a{'b' * n}", "text": "字"} for n in range(17)]}, "words"),
        ({"words": [{"name": "Title", "text": "字"}]}, "words.0.name"),
        ({"words": [{"name": "text", "text": "字" * 100_000}]}, "words.0.text"),
        ({**CLUE, "kind": "Suggestion!"}, "kind"),
        ({}, "words"),
    ],
)
async def test_what_is_no_draft_is_refused(portal: Portal, body: Any, field: str) -> None:
    answer = await put(portal, body)
    assert answer.status_code == 422, answer.text
    assert field in {each["field"] for each in answer.json()["errors"]}
    assert (await portal.get("/drafts", ONE)).json() == []


async def test_a_draft_without_the_version_seen_is_refused(portal: Portal) -> None:
    answer = await put(portal, CLUE, seen=None)
    assert (answer.status_code, answer.json()["rule"]) == (409, "draft-version")
