"""The vault's store in MongoDB: `vault_keys`, `vault_texts`, and the audit of `reads`."""

import asyncio
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from pymongo import ASCENDING, ReadPreference, UpdateOne, WriteConcern
from pymongo.asynchronous.collection import AsyncCollection
from pymongo.asynchronous.database import AsyncDatabase
from pymongo.errors import BulkWriteError, DuplicateKeyError
from pymongo.read_concern import ReadConcern

from shared.vault.keys import Origin, SealedText, WrappedKey
from shared.vault.vault import Destroyed

VaultDocument = dict[str, Any]
DUPLICATE_KEY = 11000
PAUSE_SECONDS = 0.01
PAGE = 200


class MongoVaultStore:
    """Implements the port `VaultStore`; its methods raise PyMongoError.

    Writes by majority: a fact must never refer to a text that a failover takes back.
    """

    def __init__(self, database: AsyncDatabase[VaultDocument]) -> None:
        self._keys = _majority(database, "vault_keys")
        self._texts = _majority(database, "vault_texts")
        self._reads = _majority(database, "reads")

    async def prepare(self) -> None:
        """Creates the indexes."""
        await self._texts.create_index([("subject", ASCENDING)])
        await self._texts.create_index([("unproven.at", ASCENDING)], sparse=True)
        await self._texts.create_index([("unproven.stream", ASCENDING)], sparse=True)
        await self._keys.create_index([("master", ASCENDING)])
        await self._reads.create_index([("subject", ASCENDING), ("at", ASCENDING)])

    async def key(self, subject: str) -> WrappedKey | None:
        document = await self._keys.find_one({"_id": subject})
        return _wrapped(document) if document else None

    async def add_key(self, key: WrappedKey) -> WrappedKey:
        while True:
            try:
                await self._keys.insert_one({"_id": key.subject, **_stored(key)})
                return key
            except DuplicateKeyError:
                if first := await self.key(key.subject):
                    return first
            await asyncio.sleep(PAUSE_SECONDS)  # it exists, but a majority does not have it yet

    async def add_texts(
        self, subject: str, texts: Sequence[SealedText], origin: Origin, at: datetime
    ) -> None:
        unproven = {"stream": origin.stream, "command": origin.command_id, "at": at}
        common = {"subject": subject, "unproven": unproven}
        documents = [{"_id": t.ref, "nonce": t.nonce, "cipher": t.cipher, **common} for t in texts]
        try:
            await self._texts.insert_many(documents, ordered=False)
        except BulkWriteError as error:
            await self._add_again([documents[n] for n in refused_in(error)])

    async def _add_again(self, documents: Sequence[VaultDocument]) -> None:
        """Notes that texts are unproven which exist; adds those that were dropped meanwhile."""
        upserts = []
        for document in documents:
            found = {"_id": document.pop("_id")}
            noted = {"$set": {"unproven": document.pop("unproven")}, "$setOnInsert": document}
            upserts.append(UpdateOne(found, noted, upsert=True))
        try:
            await self._texts.bulk_write(upserts, ordered=False)
        except BulkWriteError as error:
            refused_in(error)

    async def unproven(self, before: datetime) -> Sequence[Origin]:
        pipeline: list[VaultDocument] = [
            {"$match": {"unproven.at": {"$lt": before}}},
            {"$limit": PAGE},
            {"$group": {"_id": ["$unproven.stream", "$unproven.command"]}},
        ]
        cursor = await self._texts.aggregate(pipeline)
        return [Origin(*row["_id"]) async for row in cursor]

    async def prove(self, origin: Origin) -> None:
        await self._texts.update_many(_texts_of(origin), {"$unset": {"unproven": ""}})

    async def drop(self, origin: Origin, before: datetime) -> None:
        await self._texts.delete_many({**_texts_of(origin), "unproven.at": {"$lt": before}})

    async def text(self, subject: str, ref: str) -> SealedText | None:
        document = await self._texts.find_one({"_id": ref, "subject": subject})
        return SealedText(ref, document["nonce"], document["cipher"]) if document else None

    async def destroy(self, subject: str) -> None:
        """Replaces the key first: without it the texts are noise, even if they are not deleted."""
        await self._keys.replace_one({"_id": subject}, {"destroyed": True}, upsert=True)
        await self._texts.delete_many({"subject": subject})

    async def masters(self) -> Sequence[str]:
        """Returns the names of all master keys that some data key needs."""
        return await self._keys.distinct("master", {"master": {"$exists": True}})

    async def foreign_keys(self, current: str) -> Sequence[WrappedKey]:
        foreign = {"master": {"$exists": True, "$ne": current}}
        documents = await self._keys.find(foreign).limit(PAGE).to_list()
        return [_wrapped(document) for document in documents]

    async def replace_key(self, old: WrappedKey, new: WrappedKey) -> None:
        await self._keys.replace_one({"_id": old.subject, "master": old.master}, _stored(new))

    async def note_read(
        self, subject: str, ref: str, reader: str, at: datetime, reason: str
    ) -> None:
        read = {"subject": subject, "ref": ref, "reader": reader, "at": at}
        await self._reads.insert_one(read | ({"reason": reason} if reason else {}))


def refused_in(error: BulkWriteError) -> list[int]:
    """Returns the indexes of the writes that found their document there. Raises the error when it
    has another cause as well."""
    answers = error.details.get("writeErrors", [])
    codes = {answer["code"] for answer in answers}
    if error.details.get("writeConcernErrors") or codes != {DUPLICATE_KEY}:
        raise error
    return [answer["index"] for answer in answers]


def _majority(database: AsyncDatabase[VaultDocument], name: str) -> AsyncCollection[VaultDocument]:
    return database.get_collection(
        name,
        write_concern=WriteConcern("majority", wtimeout=5_000, j=True),
        read_concern=ReadConcern("majority"),
        read_preference=ReadPreference.PRIMARY,
    )


def _texts_of(origin: Origin) -> VaultDocument:
    return {"unproven.stream": origin.stream, "unproven.command": origin.command_id}


def _stored(key: WrappedKey) -> VaultDocument:
    return {"master": key.master, "nonce": key.nonce, "cipher": key.cipher}


def _wrapped(document: Mapping[str, Any]) -> WrappedKey:
    if document.get("destroyed"):
        raise Destroyed(document["_id"])
    return WrappedKey(document["_id"], document["master"], document["nonce"], document["cipher"])
