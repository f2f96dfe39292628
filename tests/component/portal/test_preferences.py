"""Columns and saved views of a person: whole documents, by version, bounded."""

from collections.abc import AsyncIterator
from typing import Any

import pytest
import pytest_asyncio

from services.portal.ledger import COLUMNS
from shared.kernel.actor import Actor
from tests.component.portal.conftest import Portal, open_portal

ONE, OTHER = Actor("p-1"), Actor("p-2")
VIEW = {"name": "本周到期", "query": "kind=proposal&light=yellow&q=%E6%B0%B4"}
CHOICE = {"columns": ["label", "title", "due"], "views": [VIEW]}
pytestmark = pytest.mark.asyncio(loop_scope="module")


@pytest_asyncio.fixture(loop_scope="module")
async def portal(mongo_url: str) -> AsyncIterator[Portal]:
    async with open_portal(mongo_url) as made:
        yield made


async def put(portal: Portal, choice: Any, seen: int | None, who: Actor = ONE) -> Any:
    headers = {} if seen is None else {"if_match": f'"{seen}"'}
    return await portal.put("/preferences", choice, as_=who, **headers)


async def test_a_choice_is_kept_for_its_person_alone(portal: Portal) -> None:
    first = await portal.get("/preferences", ONE)
    assert first.json() == {"version": 0, "columns": [], "views": []}
    assert first.headers["etag"] == '"0"'
    kept = await put(portal, CHOICE, 0)
    assert (kept.status_code, kept.headers["etag"]) == (200, '"1"')
    assert kept.json() == (await portal.get("/preferences", ONE)).json() == {"version": 1, **CHOICE}
    assert (await portal.get("/preferences", OTHER)).json()["version"] == 0


async def test_names_of_views_and_words_that_they_search_for_are_sealed(portal: Portal) -> None:
    """The store names nobody for whom a person has looked."""
    await put(portal, {"views": [{"name": "唐宏伟的信", "query": "q=%E5%94%90"}]}, 0)
    [kept] = await portal.database["preferences"].find({}).to_list(None)
    assert set(kept) == {"_id", "version", "used", "ref", "nonce", "cipher"}
    assert "唐宏伟".encode() not in kept["cipher"]


async def test_another_window_is_not_overwritten(portal: Portal) -> None:
    await put(portal, CHOICE, 0)
    other = await put(portal, {"columns": ["due"]}, 0)
    assert (other.status_code, other.json()["rule"]) == (412, "stale")
    assert (await portal.get("/preferences", ONE)).json()["columns"] == CHOICE["columns"]
    assert (await put(portal, {"columns": ["due"]}, 1)).json()["version"] == 2


async def test_the_same_choice_sent_again_after_a_lost_answer_is_taken(portal: Portal) -> None:
    await put(portal, CHOICE, 0)
    again = await put(portal, CHOICE, 0)
    assert (again.status_code, again.json()["version"]) == (200, 1)


async def test_a_choice_without_the_version_seen_is_refused(portal: Portal) -> None:
    answer = await put(portal, CHOICE, None)
    assert (answer.status_code, answer.json()["rule"]) == (409, "preferences-version")


@pytest.mark.parametrize(
    ("choice", "field"),
    [
        ({"columns": ["password"]}, "columns.0"),
        ({"columns": ["due", "due"]}, "columns"),
        ({"columns": [*COLUMNS, "due"]}, "columns"),
        ({"views": [VIEW, VIEW]}, "views"),
        ({"views": [{**VIEW, "name": f"{n}"} for n in range(51)]}, "views"),
        ({"views": [{**VIEW, "name": "长" * 21}]}, "views.0.name"),
        ({"views": [{**VIEW, "query": "kind=" + "x" * 1_000}]}, "views.0.query"),
        ({"views": [{**VIEW, "query": "after=x"}]}, "views.0.query"),
        ({"views": [{**VIEW, "query": "//evil.test"}]}, "views.0.query"),
        ({"views": [{**VIEW, "query": "kind"}]}, "views.0.query"),
        ({"theme": "dark"}, "theme"),
    ],
)
async def test_what_the_worklist_would_not_understand_is_refused(
    portal: Portal, choice: dict[str, Any], field: str
) -> None:
    answer = await put(portal, choice, 0)
    assert answer.status_code == 422, answer.text
    assert answer.json()["errors"][0]["field"] == field
    assert (await portal.get("/preferences", ONE)).json()["version"] == 0


async def test_every_column_that_there_is_may_be_chosen(portal: Portal) -> None:
    who = Actor("p-all")
    answer = await put(portal, {"columns": [*COLUMNS]}, 0, who)
    assert answer.status_code == 200, answer.text
    assert (await portal.get("/preferences", who)).json()["columns"] == [*COLUMNS]
