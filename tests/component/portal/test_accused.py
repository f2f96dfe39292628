"""A case is in no list, page, tally or export of those whom it is against."""

from collections.abc import AsyncIterator
from dataclasses import replace

import pytest
import pytest_asyncio

from shared.contracts.case_event import CaseMark
from shared.contracts.recusal import AgainstNamed
from shared.kernel.actor import Actor, Post
from tests.component.portal.conftest import Portal, case_id, keep, lived, open_portal

LEADER = Post("leader", "u-city", ("u-city",))
IMPARTIAL = Actor("p-leader", (LEADER,))
ACCUSED = (
    Actor("p-hou", (Post("handler", "u-hou", ("u-hou", "u-city")),)),
    Actor("p-section", (Post("handler", "u-hou-1", ("u-hou-1", "u-hou", "u-city")),)),
    Actor("p-boss", (LEADER,)),
    Actor("p-delegate", (replace(LEADER, held_by="p-boss"),)),
    Actor("p-both", (LEADER, Post("handler", "u-hou", ("u-hou", "u-city")))),
)
FIRST = f"/cases/{case_id(1)}"
pytestmark = pytest.mark.asyncio(loop_scope="module")


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def portal(mongo_url: str) -> AsyncIterator[Portal]:
    """Two cases at the same unit; the first is against it, and against a leader."""
    who = {"units": ("u-hou",), "persons": ("p-boss",), "by": "p-office"}
    [paper] = lived(1, 1)
    mark = paper.event.fields(CaseMark)  # type: ignore[attr-defined]
    named = AgainstNamed.model_validate({"at": paper.event.at, **mark, **who})
    known = replace(paper, version=2, event=named, id="against")
    async with open_portal(mongo_url) as made:
        await keep(made.database, [*lived(1, 9), known, *lived(2, 9)])
        yield made


async def numbers(portal: Portal, who: Actor) -> list[int]:
    lines = (await portal.get("/worklist", as_=who)).json()["items"]
    return sorted(int(line["case_id"], 16) for line in lines)


@pytest.mark.parametrize("accused", ACCUSED, ids=lambda who: who.sub)
async def test_it_is_hidden_from_them_in_whatever_post(portal: Portal, accused: Actor) -> None:
    assert await numbers(portal, accused) == [2]
    assert (await portal.get(FIRST, as_=accused)).status_code == 404
    assert case_id(1) not in (await portal.get("/worklist/export", as_=accused)).text
    tally = (await portal.get("/tally", as_=accused)).json()
    assert (tally["total"], sum(tally["status"].values())) == (1, 1)


async def test_others_see_it_and_the_page_does_not_say_whom_it_is_against(portal: Portal) -> None:
    assert await numbers(portal, IMPARTIAL) == [1, 2]
    assert (await portal.get("/tally", as_=IMPARTIAL)).json()["total"] == 2
    page = (await portal.get(FIRST, as_=IMPARTIAL)).json()
    [line] = [each for each in page["timeline"] if each["type"] == AgainstNamed.type]
    assert "against" not in page["intake"]
    assert "u-hou" not in str(line)
