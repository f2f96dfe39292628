"""Fills a log again from the bus, after a restored backup: what was published is not lost."""

from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from bson import Timestamp

from shared.contracts.catalogue import BY_NAME
from shared.kafka.bus_reader import BusReader
from shared.kafka.commit_restorer import Restorer
from shared.mongo.checkpoints import Checkpoints
from shared.mongo.commits import Commits, commits_of
from shared.service.resources.connections import Connections

SET_ASIDE = "commits_set_aside"

Document = dict[str, Any]


@dataclass
class Refilled:
    """`other`: the streams of which the log tells another story than the bus, and from which
    version on; then nothing is done. `aside`: commits that gave way to the bus's story."""

    known: int = 0
    added: int = 0
    other: dict[str, int] = field(default_factory=dict)
    aside: int = 0


async def refill(
    service: str, connections: Connections, told: Callable[[Refilled], None] = lambda so_far: None
) -> Refilled:
    """Nobody may write to the log meanwhile. Can be run again. It looks first and fills then: a log
    filled by half would pass for whole, and its other story would be published."""
    commits = commits_of(connections.database(service))
    seen = Refilled()
    async for documents in _on_bus(service, connections):
        await _missing(commits, documents, seen)
    if seen.other:
        return seen
    result = Refilled()
    async for documents in _on_bus(service, connections):
        if missing := await _missing(commits, documents, result):
            # in the order of the bus: `seq` has to grow along each stream
            await commits.insert_many(missing, ordered=True)
            result.added += len(missing)
        told(result)
    return result


async def _on_bus(service: str, connections: Connections) -> AsyncIterator[Sequence[Document]]:
    """The commits that the bus has of the service, in its order."""
    reader, restorer = BusReader(connections.access), Restorer(service)
    try:
        async for batch in reader.scan(connections.namespace.topic(BY_NAME[service].topic)):
            yield list(restorer.commits(batch))
    finally:
        await reader.close()


async def _missing(
    commits: Commits, documents: Sequence[Document], result: Refilled
) -> list[Document]:
    """What the log lacks."""
    ids = [document["_id"] for document in documents]
    found = await commits.find({"_id": {"$in": ids}}, {"hash": 1}).to_list()
    there = {commit["_id"]: commit["hash"] for commit in found}
    missing: list[Document] = []
    for document in documents:
        seal = there.setdefault(document["_id"], "")
        if not seal:
            there[document["_id"]] = document["hash"]
            missing.append({**document, "seq": Timestamp(0, 0)})
        elif seal == document["hash"]:
            result.known += 1
        else:
            _note_other(document, result)
    return missing


def _note_other(document: Document, result: Refilled) -> None:
    stream, first = document["stream"], document["first"]
    result.other[stream] = min(first, result.other.get(stream, first))


async def give_way(service: str, connections: Connections, other: Mapping[str, int]) -> int:
    """Moves what was never published out of the way of what was, into a collection beside the log.

    The relay loses its place: its tail would still bring what has been moved, a sweep does not.
    """
    database = connections.database(service)
    commits, beside = commits_of(database), database[SET_ASIDE]
    moved = 0
    for stream, version in other.items():
        wanted = {"stream": stream, "first": {"$gte": version}}
        for commit in await commits.find(wanted).to_list():
            await beside.replace_one(
                {"_id": commit["hash"]}, {**commit, "_id": commit["hash"]}, True
            )
            moved += 1
    await Checkpoints(database).lose_token()
    for stream, version in other.items():
        await commits.delete_many({"stream": stream, "first": {"$gte": version}})
    return moved
