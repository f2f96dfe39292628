"""HTTP route of similar cases: registered titles that share words with one that is being typed."""

from collections.abc import Sequence
from typing import Annotated, Any

from fastapi import Query

from services.portal import queries
from services.portal.domain.likeness import pairs_of, shared_words
from services.portal.filters import visible
from services.portal.queries import REGISTER
from services.portal.routers import portal_router
from services.portal.schemas import said
from services.portal.views import Similar, SimilarCase
from shared.http.fields import Line
from shared.mongo.read_models.reader import ReadCollection
from shared.parallel import in_parallel
from shared.service.api.request_context import Edge

router = portal_router()
MOST_SHOWN = 8
MOST_ASKED = 16
"""Pairs of a title whose frequency is looked up."""
FREQUENT = 1_000
MOST_COMPARED = 2_000
"""Cases that are compared: the rarest pairs choose them."""
ALIKE = 0.4
"""Part of the title's pairs that a similar one has."""
FEWEST = 2
AT_ONCE = 4
SHOWN = {name: 0 for name in queries.UNLISTED if name != "pairs"}


@router.get("/similar", summary="相似办件 Similar cases")
async def similar(
    edge: Edge, title: Annotated[Line, Query(min_length=2, description="正在登记的案由")]
) -> Similar:
    """本人可见的、案由有相同词语的办件，最相似的在前；`shared` 为相同的词语。案由仍加密的不在其中；
    内容相同的来件，在登记时核对。"""
    edge.admit("read-worklist")
    pairs, live = pairs_of(title), await edge.live(REGISTER)
    rows = await alike(live, visible(edge), pairs)
    found = [(SimilarCase.of(row, said), row["pairs"]) for row in rows]
    for case, theirs in found:
        case.shared = shared_words(title, theirs)
    return Similar(items=[case for case, _ in found])


async def alike(
    cases: ReadCollection, conditions: Sequence[queries.Filter], pairs: Sequence[str]
) -> list[dict[str, Any]]:
    """Returns the cases that have most of the pairs."""
    needed = max(FEWEST, round(ALIKE * len(pairs)))
    chosen = await rarest(cases, pairs)
    pipeline: list[dict[str, Any]] = [
        {"$match": {"$and": [{"pairs": {"$in": chosen}}, *conditions]}},
        {"$limit": MOST_COMPARED},
        {"$addFields": {"alike": {"$size": {"$setIntersection": ["$pairs", list(pairs)]}}}},
        {"$match": {"alike": {"$gte": needed}}},
        {"$sort": {"alike": -1, "registered_at": -1, "_id": 1}},
        {"$limit": MOST_SHOWN},
        {"$project": SHOWN},
    ]
    return [row async for row in cases.aggregate(pipeline)]


async def rarest(cases: ReadCollection, pairs: Sequence[str]) -> list[str]:
    """Returns the rarest pairs, of which together about `MOST_COMPARED` cases have one."""

    async def number(pair: str) -> int:
        return await cases.count_documents({"pairs": pair}, limit=FREQUENT)

    asked = list(pairs[:MOST_ASKED])
    numbers = await in_parallel(number, asked, AT_ONCE) if asked else []
    chosen, together = list[str](), 0
    for count, pair in sorted(zip(numbers, asked, strict=True)):
        if together and together + count > MOST_COMPARED:
            break
        chosen.append(pair)
        together += count
    return chosen
