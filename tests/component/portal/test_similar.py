"""Cases with a similar title, while one is typed: what the ledger shows, and nothing else."""

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from services.portal import similar
from shared.kernel.actor import Actor, Post
from shared.testing.service import at_organs
from tests.component.portal.conftest import REGISTER, Portal, case_id, keep, lived, open_portal

OFFICE = Actor("p-office", at_organs("office"))
STRANGER = Actor("p-tra", (Post("handler", "u-tra", ("u-tra", "u-city")),))
TITLES = (
    "关于在高铁站周边完善城市排水防涝设施的建议",
    "关于加快高铁站片区排水防涝改造的提案",
    "关于增加公交线路的建议",
    "关于高铁站公交接驳的建议",
)
pytestmark = pytest.mark.asyncio(loop_scope="module")


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def portal(mongo_url: str) -> AsyncIterator[Portal]:
    async with open_portal(mongo_url) as made:
        for number, title in enumerate(TITLES, 1):
            await keep(made.database, lived(number, 2, title=title))
        kept = {"$set": {"against": [OFFICE.sub]}}
        await keep(made.database, lived(9, 2, title=TITLES[0]))
        await made.database[REGISTER].update_one({"_id": case_id(9)}, kept)
        yield made


async def found(portal: Portal, title: str, who: Actor = OFFICE) -> dict[int, list[str]]:
    answer = await portal.get("/similar", who, title=title)
    assert answer.status_code == 200, answer.text
    return {int(case["case_id"], 16): case["shared"] for case in answer.json()["items"]}


async def test_the_most_similar_comes_first_with_the_words_that_both_have(portal: Portal) -> None:
    cases = await found(portal, "高铁站周边排水防涝设施改造")
    assert list(cases) == [1, 2]
    assert cases[1] == ["高铁站周边", "排水防涝设施"]
    assert cases[2] == ["高铁站", "排水防涝", "改造"]


async def test_a_case_that_is_kept_from_me_is_not_among_them(portal: Portal) -> None:
    other = Actor("p-other", at_organs("office"))
    assert 9 in await found(portal, TITLES[0], other)
    assert 9 not in await found(portal, TITLES[0])
    assert await found(portal, TITLES[0], STRANGER) == {}


async def test_empty_words_find_nothing(portal: Portal) -> None:
    assert await found(portal, "关于进一步加强工作的建议") == {}


async def test_rare_words_choose_the_cases_that_are_compared(
    portal: Portal, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(similar, "MOST_COMPARED", 2)
    cases = portal.database[REGISTER]
    assert await similar.rarest(cases, ["高铁", "接驳"]) == ["接驳"]
    assert await similar.rarest(cases, ["高铁"]) == ["高铁"]
