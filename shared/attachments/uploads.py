"""Records of uploads: each becomes an attachment of its case, or is erased after a day."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

UPLOADS = "uploads"
AT_ONCE = 200
State = Literal["uploading", "closed", "filed"]


@dataclass(frozen=True)
class Upload:
    """The record of an upload, without personal data: its name is sealed beside it.

    `uploading` takes pieces, `closed` none any more: its fact may be on its way. `filed` is an
    attachment. `since` is when this was noted, or found to be so.
    """

    id: str
    case_id: str
    person: str
    media: str
    size: int
    state: State
    since: datetime
    name: bytes


class UploadStore:
    """`database` is that of the service that keeps the files; all methods raise PyMongoError."""

    def __init__(self, database: Any) -> None:
        self._uploads = database[UPLOADS]

    async def prepare(self) -> None:
        await self._uploads.create_index([("person", 1), ("state", 1)])
        await self._uploads.create_index([("case_id", 1)])
        await self._uploads.create_index([("since", 1)])

    async def begin(self, new: Upload) -> Upload:
        """Returns the record under the id, which may have been there before."""
        fields = {**vars(new)}
        id_ = fields.pop("id")
        await self._uploads.update_one({"_id": id_}, {"$setOnInsert": fields}, upsert=True)
        return await self.find(id_) or new

    async def find(self, id_: str) -> Upload | None:
        return upload_of(await self._uploads.find_one({"_id": id_}))

    async def unfinished_of(self, person: str) -> int:
        """Returns how many uploads of a person are no attachments."""
        states = {"$in": ["uploading", "closed"]}
        found: int = await self._uploads.count_documents({"person": person, "state": states})
        return found

    async def turn(self, id_: str, before: Sequence[State], to: State, now: datetime) -> None:
        """Notes the next state of an upload that is in one of the states `before`."""
        found = {"_id": id_, "state": {"$in": [*before]}}
        await self._uploads.update_one(found, {"$set": {"state": to, "since": now}})

    async def left(self, before: datetime) -> Sequence[Upload]:
        """Returns some uploads that nobody has looked at since the moment, the oldest first."""
        cursor = self._uploads.find({"since": {"$lt": before}}).sort("since", 1)
        rows = await cursor.limit(AT_ONCE).to_list()
        return [each for row in rows if (each := upload_of(row))]

    async def erase(self, id_: str) -> None:
        await self._uploads.delete_one({"_id": id_})

    async def erase_case(self, case_id: str) -> None:
        await self._uploads.delete_many({"case_id": case_id})


def upload_of(document: Mapping[str, Any] | None) -> Upload | None:
    if document is None:
        return None
    return Upload(**{"id" if name == "_id" else name: each for name, each in document.items()})
