"""The progress of consumers on every partition, kept for waiting until all have caught up."""

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable, Collection

from pymongo import WriteConcern
from pymongo.asynchronous.database import AsyncDatabase
from pymongo.errors import PyMongoError

from shared.mongo.connect import Document
from shared.parallel import in_parallel

log = logging.getLogger(__name__)

PAUSE_SECONDS = 0.1
"""The time in which notes gather: ten consumers note the same fact one after the other."""
BETWEEN_SECONDS = 0.25
"""From one writing to the next while facts keep coming."""

WIDTH = 8
"""Flushes at once."""

Flush = Callable[[], Awaitable[None]]
ConsumerOffsets = dict[tuple[str, str, int], int]
"""(consumer, topic, partition) → the offset after the last one applied."""


class ConsumerProgress:
    """Keeps notes in memory and writes them together, off the path of the facts.

    Notes that a crash loses come again with the next batch: a consumer may look late, never early.
    """

    def __init__(self, control: AsyncDatabase[Document]) -> None:
        self._progress = control.get_collection("progress", write_concern=WriteConcern(1))
        self._notes: ConsumerOffsets = {}
        self._noted = asyncio.Event()
        self._flushes: dict[str, Flush] = {}
        self._writing = asyncio.Lock()

    def flush_first(self, consumer: str, flush: Flush) -> None:
        """Has `flush` called before notes are written: what it writes was done before them."""
        self._flushes[consumer] = flush

    def end(self, consumer: str) -> None:
        """Ends what `flush_first` has begun. Notes that could not be written are dropped: nothing
        would be flushed before them any more."""
        self._flushes.pop(consumer, None)
        self._notes = {at: offset for at, offset in self._notes.items() if at[0] != consumer}

    def note(self, consumer: str, topic: str, partition: int, offset: int) -> None:
        """Notes the offset after the last message that the consumer has applied."""
        self._notes[consumer, topic, partition] = offset
        self._noted.set()

    async def write_for_ever(self) -> None:
        """Writes notes shortly after they were made, four times a second at most."""
        written = -BETWEEN_SECONDS
        while True:
            await self._noted.wait()
            since = time.monotonic() - written
            await asyncio.sleep(max(PAUSE_SECONDS, BETWEEN_SECONDS - since))
            self._noted.clear()
            await self.write()
            written = time.monotonic()

    async def write(self) -> None:
        """Writes the notes; keeps them for the next time when the store fails, or when whoever
        writes them is cancelled."""
        async with self._writing:
            notes, self._notes = self._notes, {}
            try:
                if notes:
                    await self._write_all(notes)
            except BaseException as error:
                self._notes = notes | self._notes
                self._noted.set()
                if not isinstance(error, PyMongoError):
                    raise
                log.warning("progress is not written: %s", error)

    async def _write_all(self, notes: ConsumerOffsets) -> None:
        await in_parallel(_called, list(self._flushes.values()), WIDTH)
        for document in {_document_of(consumer) for consumer, _, _ in notes}:
            await self._write(document, notes)

    async def _write(self, document: str, notes: ConsumerOffsets) -> None:
        offsets = {
            f"offsets.{consumer}/{topic}/{partition}": offset
            for (consumer, topic, partition), offset in notes.items()
            if _document_of(consumer) == document
        }
        await self._progress.update_one({"_id": document}, {"$set": offsets}, upsert=True)

    async def of_all(self) -> ConsumerOffsets:
        """Returns the stored progress of all consumers. Raises PyMongoError."""
        documents = await self._progress.find({}).to_list()
        return {
            _key(name): offset
            for document in documents
            for name, offset in document.get("offsets", {}).items()
        }

    async def forget(self, consumers: Collection[str]) -> None:
        """Removes the stored progress of consumers, which then begin with the first message. Raises
        PyMongoError."""
        for document in {_document_of(consumer) for consumer in consumers}:
            stored = await self._progress.find_one({"_id": document}) or {}
            gone = [name for name in stored.get("offsets", {}) if _key(name)[0] in consumers]
            if gone:
                fields = {f"offsets.{name}": "" for name in gone}
                await self._progress.update_one({"_id": document}, {"$unset": fields})

    async def of(self, consumer: str) -> dict[tuple[str, int], int]:
        """Returns the stored progress of one consumer, by topic and partition. Raises
        PyMongoError."""
        offsets = await self.of_all()
        return {
            (topic, n): offset for (name, topic, n), offset in offsets.items() if name == consumer
        }


def _document_of(consumer: str) -> str:
    """Returns one id for all consumers of a kind of worker: whatever a process has done since its
    last notes is one write."""
    in_reactions = consumer.endswith(("-reactions", "-deliveries"))
    return "reactions" if in_reactions else "projections"


async def _called(flush: Flush) -> None:
    await flush()


def _key(name: str) -> tuple[str, str, int]:
    consumer, topic, partition = name.split("/")
    return consumer, topic, int(partition)
