"""What the stores say about the whole installation, read past every API."""

from collections import Counter
from collections.abc import AsyncIterator, Mapping
from typing import Any

from pymongo.asynchronous.database import AsyncDatabase

from shared.kernel.chain import Chain, ChainFault
from shared.kernel.projection import Projection, nothing_counted
from shared.mongo.commits import commits_of
from shared.mongo.read_models.counters import totals
from shared.mongo.read_models.model import ReadModel
from shared.service.processes.registry import SERVICES, definition_of
from tests.e2e.world import World

LOGS = tuple(name for name in SERVICES if definition_of(name).streams)
Commit = Mapping[str, Any]


def database(world: World, name: str) -> AsyncDatabase[dict[str, Any]]:
    return world.mongo[world.space.database(name)]


async def log_of(world: World, service: str) -> AsyncIterator[Commit]:
    in_order = [("stream", 1), ("first", 1)]
    async for commit in commits_of(database(world, service)).find({}).sort(in_order):
        yield commit


async def broken_links(world: World) -> list[ChainFault]:
    """Versions that are not contiguous, hashes that do not follow from what is stored."""
    faults: list[ChainFault] = []
    for service in LOGS:
        chain = Chain()
        async for commit in log_of(world, service):
            faults += chain.faults_of(commit)
    return faults


async def facts_of(world: World, case: str) -> Counter[str]:
    """How often each type of fact was recorded about a case, over all services."""
    found: Counter[str] = Counter()
    for service in LOGS:
        commits = commits_of(database(world, service)).find({"case_id": case})
        found.update([fact["type"] async for commit in commits for fact in commit["facts"]])
    return found


async def numbers(world: World, kind: str, period: str) -> list[int]:
    """Of one series, in the order in which they were issued."""
    stream = {"stream": f"series-u-city-{kind}-{period}"}
    commits = commits_of(database(world, "intake")).find(stream).sort("first", 1)
    return [fact["data"]["number"] async for commit in commits for fact in commit["facts"]]


async def miscounted(world: World) -> dict[str, tuple[int, int]]:
    """Dimension → (what the counter says, what the documents add up to), where they differ."""
    found: dict[str, tuple[int, int]] = {}
    for service in SERVICES:
        for projection in definition_of(service).projections:
            if projection.count is not nothing_counted:
                found |= await differences(world, service, projection)
    return found


async def differences(
    world: World, service: str, projection: Projection
) -> dict[str, tuple[int, int]]:
    model = ReadModel(database(world, projection.database or service), projection.name, 1)
    said, counted = await totals(model.counters), Counter[str]()
    async for document in model.documents.find({}):
        counted.update(projection.count(document))
    names = said.keys() | counted.keys()
    both = {name: (said.get(name, 0), counted[name]) for name in names}
    return {name: numbers for name, numbers in both.items() if len(set(numbers)) > 1}


async def set_aside(world: World) -> list[str]:
    """Cases that wait for an operator or for a missing version, at any consumer."""
    found: list[str] = []
    for service in SERVICES:
        heads = database(world, service)["parked"].find({})
        found += [f"{head['_id']}: {head['state']} {head['reason']}" async for head in heads]
    return found
