"""The vault's collections in MongoDB: `vault_keys`, `vault_texts`, and the audit `reads`."""

import asyncio
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from pymongo import ASCENDING, ReadPreference, WriteConcern
from pymongo.asynchronous.collection import AsyncCollection
from pymongo.asynchronous.database import AsyncDatabase
from pymongo.errors import BulkWriteError, DuplicateKeyError
from pymongo.read_concern import ReadConcern

from shared.vault.keys import SealedText, WrappedKey
from shared.vault.vault import Destroyed

Document = dict[str, Any]
DUPLICATE = 11000
PAUSE_SECONDS = 0.01
PAGE = 200


class MongoVaultStore:
    """By majority: a fact must never refer to a text that a failover takes back."""

    def __init__(self, database: AsyncDatabase[Document]) -> None:
        self._keys = _majority(database, "vault_keys")
        self._texts = _majority(database, "vault_texts")
        self._reads = _majority(database, "reads")

    async def prepare(self) -> None:
        await self._texts.create_index([("subject", ASCENDING)])
        await self._keys.create_index([("master", ASCENDING)])
        await self._reads.create_index([("subject", ASCENDING), ("at", ASCENDING)])

    async def key(self, subject: str) -> WrappedKey | None:
        found = await self._keys.find_one({"_id": subject})
        return _wrapped(found) if found else None

    async def add_key(self, key: WrappedKey) -> WrappedKey:
        while True:
            try:
                await self._keys.insert_one({"_id": key.subject, **_stored(key)})
                return key
            except DuplicateKeyError:
                if found := await self.key(key.subject):
                    return found
            await asyncio.sleep(PAUSE_SECONDS)  # it is there, but a majority does not have it yet

    async def add_texts(self, subject: str, texts: Sequence[SealedText]) -> None:
        documents = [
            {"_id": t.ref, "subject": subject, "nonce": t.nonce, "cipher": t.cipher} for t in texts
        ]
        try:
            await self._texts.insert_many(documents, ordered=False)
        except BulkWriteError as error:
            faults = error.details.get("writeErrors", [])
            if error.details.get("writeConcernErrors") or any(
                fault["code"] != DUPLICATE for fault in faults
            ):
                raise

    async def text(self, subject: str, ref: str) -> SealedText | None:
        found = await self._texts.find_one({"_id": ref, "subject": subject})
        return SealedText(ref, found["nonce"], found["cipher"]) if found else None

    async def destroy(self, subject: str) -> None:
        """The key first: from then on the texts are noise, even if they are not deleted."""
        await self._keys.replace_one({"_id": subject}, {"destroyed": True}, upsert=True)
        await self._texts.delete_many({"subject": subject})

    async def masters(self) -> Sequence[str]:
        """The names of all master keys that are still needed; what is destroyed needs none."""
        return await self._keys.distinct("master", {"master": {"$exists": True}})

    async def foreign_keys(self, current: str) -> Sequence[WrappedKey]:
        foreign = {"master": {"$exists": True, "$ne": current}}
        return [_wrapped(found) for found in await self._keys.find(foreign).limit(PAGE).to_list()]

    async def replace_key(self, old: WrappedKey, new: WrappedKey) -> None:
        await self._keys.replace_one({"_id": old.subject, "master": old.master}, _stored(new))

    async def note_read(self, subject: str, ref: str, reader: str, at: datetime) -> None:
        await self._reads.insert_one({"subject": subject, "ref": ref, "reader": reader, "at": at})


def _majority(database: AsyncDatabase[Document], name: str) -> AsyncCollection[Document]:
    return database.get_collection(
        name,
        write_concern=WriteConcern("majority", wtimeout=5_000, j=True),
        read_concern=ReadConcern("majority"),
        read_preference=ReadPreference.PRIMARY,
    )


def _stored(key: WrappedKey) -> Document:
    return {"master": key.master, "nonce": key.nonce, "cipher": key.cipher}


def _wrapped(found: Mapping[str, Any]) -> WrappedKey:
    if found.get("destroyed"):
        raise Destroyed(found["_id"])
    return WrappedKey(found["_id"], found["master"], found["nonce"], found["cipher"])
