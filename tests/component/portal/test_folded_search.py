"""Cases are found by words and numbers in whatever width, bracket, dot or space they are typed."""

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from shared.kernel.actor import Actor, Post
from tests.component.portal.conftest import Portal, keep, lived, open_portal

LEADER = Actor("p-leader", (Post("leader", "u-city", ("u-city",)),))
pytestmark = pytest.mark.asyncio(loop_scope="module")


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def portal(mongo_url: str) -> AsyncIterator[Portal]:
    """Two papers: one about a place with a middle dot and letters, one about something else."""
    named = {"title": "关于买买提·艾力巷 5G 基站的建议", "external_no": "临人建〔2025〕012号"}
    other = {"title": "关于己有电梯的建议", "external_no": "临人建〔2025〕013号"}
    async with open_portal(mongo_url) as made:
        await keep(made.database, [*lived(1, 2, **named), *lived(2, 2, **other)])
        yield made


async def numbers(portal: Portal, path: str, **params: str) -> list[int]:
    answer = await portal.get(path, as_=LEADER, **params)
    assert answer.status_code == 200, answer.text
    return sorted(int(line["case_id"], 16) for line in answer.json()["items"])


@pytest.mark.parametrize(
    "typed",
    [
        "买买提·艾力", "买买提・艾力", "买买提･艾力", "买买提.艾力", "买买提．艾力",
        "5G基站", "５Ｇ基站", "５ｇ\u3000基站", "基\u200b站",
        "临人建[2025]012号", "临人建﹝２０２５﹞１２号", "临人建（2025） 12 号",
    ],
)  # fmt: skip
async def test_a_case_is_found_however_it_is_typed(portal: Portal, typed: str) -> None:
    assert await numbers(portal, "/worklist", q=typed) == [1]


@pytest.mark.parametrize("typed", ["已有电梯", "临人建〔2025〕112号", "买买提艾力"])
async def test_what_only_resembles_it_does_not_find_it(portal: Portal, typed: str) -> None:
    assert await numbers(portal, "/worklist", q=typed) == []


@pytest.mark.parametrize(
    "typed", ["临人建(2025)12号", "临人建【2025】012号", "临人建〔２０２５〕12号"]
)
async def test_a_number_finds_its_case_in_any_brackets(portal: Portal, typed: str) -> None:
    assert await numbers(portal, f"/cases/by-number/{typed}") == [1]
