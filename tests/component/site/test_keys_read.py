"""A search of the public site reads what it finds, not all that is public."""

from collections.abc import AsyncIterator
from typing import Any

import pytest
import pytest_asyncio

from services.disclosure import queries
from services.disclosure.domain.projections import PUBLIC_SITE, PUBLIC_UNITS
from shared.mongo.read_models.model import ReadModel
from shared.testing.fold import folded
from tests.component.site.conftest import Visited, visited
from tests.component.site.published import Log, case_id, disclosed, tell_units

pytestmark = pytest.mark.asyncio(loop_scope="module")
PAGES, FEW, AT_ONCE = 1_000, 60, 100
"""A page of the list reads some more cases than it shows."""
RARE = 20


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def many(mongo_url: str) -> AsyncIterator[Visited]:
    """Copies of one page, each with a number of its own; one in fifty is about drains."""
    async for site in visited(mongo_url, "manypages"):
        model = ReadModel(site.database, PUBLIC_SITE.name, 1)
        await model.prepare(PUBLIC_SITE.indexes)
        pages = site.database[f"{PUBLIC_SITE.name}_g1"]
        for begin in range(0, PAGES, AT_ONCE):
            await pages.insert_many([copied(n) for n in range(begin, begin + AT_ONCE)])
        log = Log()
        tell_units(log)
        units = folded(PUBLIC_UNITS, log.facts)
        await site.database[f"{PUBLIC_UNITS.name}_g1"].insert_many(list(units.values()))
        yield site


def copied(n: int) -> dict[str, Any]:
    about = "雨水管网" if n % (PAGES // RARE) == 0 else "电梯加装"
    log = Log()
    title, label = f"关于{about}的建议", f"2025年第{n}号建议"
    log.tell(f"disclosure-{case_id('suggestion', n)}", disclosed(n, title=title, label=label))
    [page] = folded(PUBLIC_SITE, log.facts).values()
    return {**page, "_id": case_id("suggestion", n)}


async def read(site: Visited, **query: str) -> tuple[int, str]:
    """Returns how many keys of the pages the store read, and the answer."""
    database = site.database
    await site.text("/cases", **query)  # the store tries its plans
    await database.command("profile", 2)
    answer = await site.text("/cases", **query)
    await database.command("profile", 0)
    asked = database["system.profile"].find(
        {"ns": f"{database.name}.{PUBLIC_SITE.name}_g1", "command.distinct": {"$exists": False}}
    )
    keys = [max(each.get("keysExamined", 0), each.get("docsExamined", 0)) async for each in asked]
    await database["system.profile"].drop()
    return sum(keys), answer


@pytest.mark.parametrize("q", ["不存在的词", "龘", "2031年第777777号建议", "停车 不存在"])
async def test_a_search_without_a_hit_reads_next_to_nothing(many: Visited, q: str) -> None:
    keys, page = await read(many, q=q)
    assert "没有符合条件" in page
    assert keys <= FEW, keys


@pytest.mark.parametrize(
    ("q", "hits"), [("雨水管网", RARE), ("管网 雨水", RARE), ("2025年第234号建议", 1)]
)
async def test_a_search_reads_the_pages_that_it_finds(many: Visited, q: str, hits: int) -> None:
    """Once for the page and once for the number."""
    keys, page = await read(many, q=q)
    assert f"共 {hits} 件" in page
    assert keys <= 3 * hits + FEW, keys


async def test_a_word_of_every_page_is_counted_up_to_a_bound(
    many: Visited, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(queries, "MOST_FOUND", 100)
    keys, page = await read(many, q="建议")
    assert "超过 100 件" in page
    assert keys <= 100 + 2 * FEW, keys
