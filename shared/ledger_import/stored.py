"""Stored imports: the record of each, its sealed files and the outcome of its rows."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Literal

from shared.mongo.transient import patiently
from shared.vault.keys import SealedText

IMPORTS, PIECES, ROWS = "imports", "import_pieces", "import_rows"
COLLECTIONS = (IMPORTS, PIECES, ROWS)
State = Literal[
    "uploading", "checking", "ready", "registering", "done", "cancelled", "unreadable"
]  # fmt: skip
AT_WORK = frozenset({"checking", "registering"})
SILENT = timedelta(seconds=15)
"""A run that has not been heard of for so long has ended with its process."""
NEVER = datetime(1970, 1, 1, tzinfo=UTC)
Marked = Literal["copy", "list"]


@dataclass(frozen=True)
class Import:
    """The record of an import. It holds no personal data: names, texts and faults are sealed.

    `suffix` is the end of the file's name; `done` of `total` rows are settled in the present step.
    `new`, `known` and `faulty` count rows: before the registration as it would be, afterwards as it
    was. `marked`: whether there is a marked copy, or only a list of the faults. `attempts` counts
    the runs of the registration. `why`: the reason for which the last run ended early.
    """

    id: str
    person: str
    agency: str
    suffix: str
    size: int
    state: State
    began: datetime
    ends: datetime
    done: int = 0
    total: int = 0
    new: int = 0
    known: int = 0
    faulty: int = 0
    marked: Marked | None = None
    attempts: int = 0
    why: str = ""
    beat: datetime = NEVER
    runner: str = ""
    stop: bool = False

    def is_interrupted(self, now: datetime) -> bool:
        """Returns whether a run has ended before its end, so that it may go on."""
        return self.state in AT_WORK and now - self.beat > SILENT


@dataclass(frozen=True)
class Outcome:
    """Outcome of a row: a case, which another import may have brought, or a sealed fault."""

    number: int
    case_id: str | None = None
    is_new: bool = False
    fault: SealedText | None = None


class ImportStore:
    """`database` is that of the service that keeps the imports; all methods raise PyMongoError."""

    def __init__(self, database: Any) -> None:
        self._imports, self._pieces, self._rows = (database[name] for name in COLLECTIONS)

    @patiently
    async def prepare(self) -> None:
        await self._imports.create_index([("person", 1), ("began", -1)])
        await self._imports.create_index([("ends", 1)])
        await self._pieces.create_index([("import", 1), ("name", 1), ("n", 1)])
        await self._rows.create_index([("import", 1)])
        await self._rows.create_index([("case_id", 1)])

    async def begin(self, new: Import) -> Import:
        """Returns the record under the id, which may have been there before."""
        fields = {**vars(new)}
        id_ = fields.pop("id")
        await self._imports.update_one({"_id": id_}, {"$setOnInsert": fields}, upsert=True)
        return import_of(await self._imports.find_one({"_id": id_})) or new

    async def find(self, id_: str) -> Import | None:
        return import_of(await self._imports.find_one({"_id": id_}))

    async def of_person(self, person: str) -> Sequence[Import]:
        """Returns the imports of a person, the newest first."""
        cursor = self._imports.find({"person": person}).sort([("began", -1), ("_id", 1)])
        return [each for row in await cursor.to_list(None) if (each := import_of(row))]

    async def over(self, now: datetime) -> Sequence[str]:
        """Returns ids of imports that are kept no longer."""
        rows = await self._imports.find({"ends": {"$lte": now}}, {"_id": 1}).to_list(None)
        return [str(row["_id"]) for row in rows]

    async def with_case(self, case_id: str) -> Sequence[str]:
        """Returns ids of imports of which a row is this case."""
        rows = await self._rows.find({"case_id": case_id}, {"import": 1}).to_list(None)
        return sorted({str(row["import"]) for row in rows})

    async def claim(
        self, id_: str, before: Sequence[State], to: State, runner: str, now: datetime
    ) -> Import | None:
        """Returns the import, now at work for the runner; None where it is in no such state, or
        another runner is at work. One of several callers gets it."""
        silent = {"state": to, "beat": {"$lt": now - SILENT}}
        free = {"_id": id_, "$or": [{"state": {"$in": [*before]}}, silent]}
        begun = {"state": to, "runner": runner, "beat": now, "stop": False, "why": "", "done": 0}
        more = {"$inc": {"attempts": 1}} if to == "registering" else {}
        return await self._changed(free, {"$set": begun, **more})

    async def beat(
        self, id_: str, runner: str, now: datetime, done: int, total: int
    ) -> Import | None:
        """Notes that the runner is at work; None where another has taken its place."""
        heard = {"beat": now, "done": done, "total": total}
        return await self._changed({"_id": id_, "runner": runner}, {"$set": heard})

    async def finish(self, id_: str, runner: str, **fields: Any) -> None:
        """Ends a run of the runner: with its state and counts, or with `why` it ended early."""
        own = {"_id": id_, "runner": runner}
        await self._imports.update_one(own, {"$set": {"runner": "", "beat": NEVER, **fields}})

    async def ask_to_stop(self, id_: str) -> None:
        await self._imports.update_one({"_id": id_}, {"$set": {"stop": True}})

    async def put_piece(self, id_: str, name: str, n: int, sealed: SealedText) -> None:
        fields = {"import": id_, "name": name, "n": n, **sealed.stored()}
        await self._pieces.replace_one({"_id": f"{id_}/{name}/{n}"}, fields, upsert=True)

    async def drop_pieces(self, id_: str, name: str, since: int) -> None:
        await self._pieces.delete_many({"import": id_, "name": name, "n": {"$gte": since}})

    async def pieces(self, id_: str, name: str) -> Sequence[SealedText]:
        cursor = self._pieces.find({"import": id_, "name": name}).sort([("n", 1)])
        return [SealedText.of(row) for row in await cursor.to_list(None)]

    async def note_row(self, id_: str, outcome: Outcome) -> None:
        fault = outcome.fault.stored() if outcome.fault else None
        fields = {"import": id_, **vars(outcome), "fault": fault}
        await self._rows.replace_one({"_id": f"{id_}/{outcome.number}"}, fields, upsert=True)

    async def rows(self, id_: str) -> Sequence[Outcome]:
        rows = await self._rows.find({"import": id_}).to_list(None)
        return [outcome_of(row) for row in rows]

    async def erase(self, id_: str) -> None:
        """Removes everything; the record goes last, so that a repetition finds what is left."""
        await self._pieces.delete_many({"import": id_})
        await self._rows.delete_many({"import": id_})
        await self._imports.delete_one({"_id": id_})

    async def _changed(self, where: Mapping[str, Any], update: Mapping[str, Any]) -> Import | None:
        return import_of(
            await self._imports.find_one_and_update(where, update, return_document=True)
        )


def import_of(document: Mapping[str, Any] | None) -> Import | None:
    if document is None:
        return None
    return Import(**{"id" if name == "_id" else name: each for name, each in document.items()})


def outcome_of(document: Mapping[str, Any]) -> Outcome:
    fault = SealedText.of(document["fault"]) if document["fault"] else None
    return Outcome(document["number"], document["case_id"], document["is_new"], fault)
