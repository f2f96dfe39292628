"""Grows an installation to many cases: documents of real cases, stored again under other names."""

import asyncio
from collections.abc import Iterator, Sequence
from typing import Any

import bson
from bson.raw_bson import RawBSONDocument

from bench.cases import Case
from bench.installation import Installation
from bench.lives import name_of
from services.portal.app import SERVICE as PORTAL
from shared.kernel.log_position import Checkpoint
from shared.mongo.change_tail import ChangeTail
from shared.mongo.checkpoints import Checkpoints
from shared.mongo.commits import commits_of, make_indexes
from shared.mongo.read_models.model import ReadModel
from shared.service.processes.registry import SERVICES

BATCH = 2_000
REGISTER = "case_register"
DUE, REGISTERED = "0001-01-01T00:00:00.001Z", "0001-01-01T00:00:00.002Z"
"""Where moments are put in."""


class Templates:
    """Of each case: its document in the register, its totals, and the commits of handling. Names
    and moments are as long as those that take their place, so bytes are enough."""

    def __init__(self, documents: Sequence[dict[str, Any]], commits: Sequence[dict[str, Any]]):
        self._documents = documents
        self._templates = [
            (
                document["_id"].encode(),
                bson.encode(document | {"due": DUE, "registered_at": REGISTERED}),
                [bson.encode(c) for c in commits if c["case_id"] == document["_id"]],
            )
            for document in documents
        ]

    @classmethod
    async def of(cls, running: Installation, cases: Sequence[Case]) -> "Templates":
        ids = [case.id for case in cases]
        register = running.database("portal")[f"{REGISTER}_g1"]
        documents = await register.find({"_id": {"$in": ids}}).to_list()
        commits = commits_of(running.database("handling")).find({"case_id": {"$in": ids}})
        return cls(documents, await commits.sort("first").to_list())

    def document(self, number: int) -> RawBSONDocument:
        """Due and registered at moments of their own, so that lists have something to sort."""
        name, document, _ = self._templates[number % len(self._templates)]
        made = document.replace(name, name_of(number).encode())
        made = made.replace(DUE.encode(), moment(number).encode())
        return RawBSONDocument(made.replace(REGISTERED.encode(), moment(number // 2).encode()))

    def commits(self, number: int) -> Iterator[RawBSONDocument]:
        name, _, commits = self._templates[number % len(self._templates)]
        for commit in commits:
            yield RawBSONDocument(commit.replace(name, name_of(number).encode()))

    def counted(self, cases: int) -> dict[str, int]:
        """Returns the counters of the statistics for this many cases."""
        totals: dict[str, int] = {}
        for place, document in enumerate(self._documents):
            copies = len(range(place, cases, len(self._documents)))
            for dimension, n in document.get("counted", ()):
                totals[dimension] = totals.get(dimension, 0) + n * copies
        return totals


def moment(number: int) -> str:
    """Spread over years, in an order that is not that of the names."""
    minutes = (number * 7_919) % (8 * 365 * 24 * 60)
    day, rest = divmod(minutes, 24 * 60)
    year, day = divmod(day, 365)
    month = min(day // 30, 11)
    hour, minute = divmod(rest, 60)
    return f"{2025 + year}-{month + 1:02d}-{day % 28 + 1:02d}T{hour:02d}:{minute:02d}:00.000Z"


async def grow(running: Installation, templates: Templates, cases: int) -> None:
    """The relay begins behind all this: it was published long ago."""
    model = ReadModel(running.database("portal"), REGISTER, 1)
    log = commits_of(running.database("handling"))
    for begin in range(0, cases, BATCH):
        numbers = range(begin, min(begin + BATCH, cases))
        documents = [templates.document(number) for number in numbers]
        commits = [commit for number in numbers for commit in templates.commits(number)]
        await asyncio.gather(
            model.documents.insert_many(documents, ordered=False),
            log.insert_many(commits, ordered=False),
        )
    await model.counters.insert_many(
        [
            {"_id": {"dimension": name, "partition": 0}, "dimension": name, "partition": 0, "n": n}
            for name, n in templates.counted(cases).items()
        ]
    )


async def settled_in(running: Installation, model: Installation) -> None:
    """The same people, and empty logs and read models with their indexes."""
    for name in SERVICES:
        target = running.settings.database(name)
        for collection in ("actors_g1", "generations"):
            copy = [{"$out": {"db": target, "coll": collection}}]
            await (await model.database(name)[collection].aggregate(copy)).to_list()
        await make_indexes(commits_of(running.database(name)))
    projection = PORTAL.projections[0]
    await ReadModel(running.database("portal"), REGISTER, 1).prepare(projection.indexes)


async def published(running: Installation) -> None:
    """Saves the place of handling's relay at the end of its log."""
    database = running.database("handling")
    async with ChangeTail(database).open(None) as changes:
        async for change in changes:
            await Checkpoints(database).save(Checkpoint(change.token, change.at))
            return
