"""How far every group has come on every partition, for whoever waits until all have caught up."""

import asyncio
import logging

from pymongo import WriteConcern
from pymongo.asynchronous.database import AsyncDatabase
from pymongo.errors import PyMongoError

from shared.mongo.connect import Document

log = logging.getLogger(__name__)

PAUSE_SECONDS = 0.1
"""For company: ten groups note the same fact one after the other."""

GroupOffsets = dict[tuple[str, str, int], int]
"""(group, topic, partition) → the offset after the last one applied."""


class GroupProgress:
    """Notes are kept in memory and written together, off the path of the facts."""

    def __init__(self, control: AsyncDatabase[Document]) -> None:
        # Notes that a crash loses come again with the next batch: a group may look late by them,
        # never early.
        self._progress = control.get_collection("progress", write_concern=WriteConcern(1))
        self._notes: GroupOffsets = {}
        self._noted = asyncio.Event()

    def note(self, group: str, topic: str, partition: int, offset: int) -> None:
        self._notes[group, topic, partition] = offset
        self._noted.set()

    async def write_for_ever(self) -> None:
        while True:
            await self._noted.wait()
            await asyncio.sleep(PAUSE_SECONDS)
            self._noted.clear()
            await self.write()

    async def write(self) -> None:
        notes, self._notes = self._notes, {}
        if not notes:
            return
        try:
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

    async def everywhere(self) -> GroupOffsets:
        """Of all groups, in one question."""
        found = await self._progress.find({}).to_list()
        return {
            _place(name): offset
            for document in found
            for name, offset in document.get("offsets", {}).items()
        }

    async def of(self, group: str) -> dict[tuple[str, int], int]:
        done = await self.everywhere()
        return {(topic, n): offset for (of, topic, n), offset in done.items() if of == group}


def _document_of(group: str) -> str:
    """All groups of a kind of worker share one: what a process has done since its last note is
    one write, whatever it has done."""
    in_reactions = group.endswith(("-reactions", "-deliveries"))
    return "reactions" if in_reactions else "projections"


def _place(name: str) -> tuple[str, str, int]:
    group, topic, partition = name.split("/")
    return group, topic, int(partition)
