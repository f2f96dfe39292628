"""Refill of a restored log from the bus."""

from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from dataclasses import dataclass, field

from bson import Timestamp

from shared.contracts.catalogue import BY_NAME
from shared.kafka.bus_reader import BusReader
from shared.kafka.commit_restorer import Restorer
from shared.kafka.message_check import MessageCheck
from shared.mongo.checkpoints import Checkpoints
from shared.mongo.commits import Commits, commits_of
from shared.mongo.connect import Document
from shared.service.resources.connections import Connections

SET_ASIDE = "commits_set_aside"


@dataclass
class Refilled:
    """Numbers of commits. `refused`: messages in the name of the service that it has not signed.
    `other`: stream → first version from which log and bus differ; then
    nothing was added. `aside`: commits that were moved out of the log."""

    known: int = 0
    added: int = 0
    other: dict[str, int] = field(default_factory=dict)
    aside: int = 0
    refused: int = 0


async def refill(
    service: str, connections: Connections, report: Callable[[Refilled], None] = lambda so_far: None
) -> Refilled:
    """Adds the commits that the log lacks, if it does not differ from the bus; may be repeated.

    The log must not be written meanwhile. All commits are compared before the first is added: a log
    filled by half would pass for whole, and its differing commits would be published.
    """
    commits = commits_of(connections.database(service))
    seen = Refilled()
    check = MessageCheck(connections.keys.ring)
    restorer = Restorer(service, check)
    async for documents in _on_bus(restorer, service, connections):
        await _missing(commits, documents, seen)
    if seen.other:
        return seen
    result = Refilled(refused=restorer.refused)
    async for documents in _on_bus(Restorer(service, check), service, connections):
        if missing := await _missing(commits, documents, result):
            # in the order of the bus: `seq` has to grow along each stream
            await commits.insert_many(missing, ordered=True)
            result.added += len(missing)
        report(result)
    return result


async def _on_bus(
    restorer: Restorer, service: str, connections: Connections
) -> AsyncIterator[Sequence[Document]]:
    """Yields the commits that the service has signed, in the order of the bus."""
    reader = BusReader(connections.access)
    try:
        async for batch in reader.scan(connections.namespace.topic(BY_NAME[service].topic)):
            yield list(restorer.commits(batch))
    finally:
        await reader.close()


async def _missing(
    commits: Commits, documents: Sequence[Document], result: Refilled
) -> list[Document]:
    """Returns the commits that the log lacks; counts the others in `result`."""
    ids = [document["_id"] for document in documents]
    stored = await commits.find({"_id": {"$in": ids}}, {"hash": 1}).to_list()
    hashes = {commit["_id"]: commit["hash"] for commit in stored}
    missing: list[Document] = []
    for document in documents:
        stored_hash = hashes.setdefault(document["_id"], "")
        if not stored_hash:
            hashes[document["_id"]] = document["hash"]
            missing.append({**document, "seq": Timestamp(0, 0)})
        elif stored_hash == document["hash"]:
            result.known += 1
        else:
            _note_other(document, result)
    return missing


def _note_other(document: Document, result: Refilled) -> None:
    stream, first = document["stream"], document["first"]
    result.other[stream] = min(first, result.other.get(stream, first))


async def give_way(service: str, connections: Connections, other: Mapping[str, int]) -> int:
    """Moves unpublished commits into a collection beside the log; returns their number.

    The relay loses its token: the change stream would still bring the moved commits, a sweep does
    not.
    """
    database = connections.database(service)
    commits, beside = commits_of(database), database[SET_ASIDE]
    moved = 0
    for stream, version in other.items():
        unpublished = {"stream": stream, "first": {"$gte": version}}
        for commit in await commits.find(unpublished).to_list():
            await beside.replace_one(
                {"_id": commit["hash"]}, {**commit, "_id": commit["hash"]}, True
            )
            moved += 1
    await Checkpoints(database).lose_token()
    for stream, version in other.items():
        await commits.delete_many({"stream": stream, "first": {"$gte": version}})
    return moved
