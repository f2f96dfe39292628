"""The progress of consumer groups on every partition, kept for waiting until all have caught up."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Collection

from pymongo import WriteConcern
from pymongo.asynchronous.database import AsyncDatabase
from pymongo.errors import PyMongoError

from shared.mongo.connect import Document
from shared.parallel import in_parallel

log = logging.getLogger(__name__)

PAUSE_SECONDS = 0.1
"""The time in which notes gather: ten groups note the same fact one after the other."""

WIDTH = 8
"""Flushes at once."""

Flush = Callable[[], Awaitable[None]]
GroupOffsets = dict[tuple[str, str, int], int]
"""(group, topic, partition) → the offset after the last one applied."""


class GroupProgress:
    """Keeps notes in memory and writes them together, off the path of the facts.

    Notes that a crash loses come again with the next batch: a group may look late, never early.
    """

    def __init__(self, control: AsyncDatabase[Document]) -> None:
        self._progress = control.get_collection("progress", write_concern=WriteConcern(1))
        self._notes: GroupOffsets = {}
        self._noted = asyncio.Event()
        self._flushes: dict[str, Flush] = {}
        self._writing = asyncio.Lock()

    def flush_first(self, group: str, flush: Flush) -> None:
        """Has `flush` called before notes are written: what it writes was done before them."""
        self._flushes[group] = flush

    def end(self, group: str) -> None:
        """Ends what `flush_first` has begun."""
        self._flushes.pop(group, None)

    def note(self, group: str, topic: str, partition: int, offset: int) -> None:
        """Notes the offset after the last message that the group has applied."""
        self._notes[group, topic, partition] = offset
        self._noted.set()

    async def write_for_ever(self) -> None:
        """Writes notes shortly after they were made."""
        while True:
            await self._noted.wait()
            await asyncio.sleep(PAUSE_SECONDS)
            self._noted.clear()
            await self.write()

    async def write(self) -> None:
        """Writes the notes; keeps them for the next time when the store fails."""
        async with self._writing:
            notes, self._notes = self._notes, {}
            if notes:
                await self._write_all(notes)

    async def _write_all(self, notes: GroupOffsets) -> None:
        try:
            await in_parallel(_called, list(self._flushes.values()), WIDTH)
            for document in {_document_of(group) for group, _, _ in notes}:
                await self._write(document, notes)
        except PyMongoError as error:
            log.warning("progress is not written: %s", error)
            self._notes = notes | self._notes
            self._noted.set()

    async def _write(self, document: str, notes: GroupOffsets) -> None:
        offsets = {
            f"offsets.{group}/{topic}/{partition}": offset
            for (group, topic, partition), offset in notes.items()
            if _document_of(group) == document
        }
        await self._progress.update_one({"_id": document}, {"$set": offsets}, upsert=True)

    async def of_all_groups(self) -> GroupOffsets:
        """Returns the stored progress of all groups. Raises PyMongoError."""
        documents = await self._progress.find({}).to_list()
        return {
            _key(name): offset
            for document in documents
            for name, offset in document.get("offsets", {}).items()
        }

    async def forget(self, groups: Collection[str]) -> None:
        """Removes the stored progress of groups, which then begin with the first message. Raises
        PyMongoError."""
        for document in {_document_of(group) for group in groups}:
            stored = await self._progress.find_one({"_id": document}) or {}
            gone = [name for name in stored.get("offsets", {}) if _key(name)[0] in groups]
            if gone:
                fields = {f"offsets.{name}": "" for name in gone}
                await self._progress.update_one({"_id": document}, {"$unset": fields})

    async def of(self, group: str) -> dict[tuple[str, int], int]:
        """Returns the stored progress of one group, by topic and partition. Raises PyMongoError."""
        offsets = await self.of_all_groups()
        return {(topic, n): offset for (name, topic, n), offset in offsets.items() if name == group}


def _document_of(group: str) -> str:
    """Returns one id for all groups of a kind of worker: whatever a process has done since its last
    notes is one write."""
    in_reactions = group.endswith(("-reactions", "-deliveries"))
    return "reactions" if in_reactions else "projections"


async def _called(flush: Flush) -> None:
    await flush()


def _key(name: str) -> tuple[str, str, int]:
    group, topic, partition = name.split("/")
    return group, topic, int(partition)
