"""Drafts of papers, and clues (草稿、线索), sealed for their author (ADR 80)."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Any

from fastapi import Path
from pydantic import AfterValidator, BaseModel, Field
from pymongo import ASCENDING, DESCENDING
from pymongo.asynchronous.collection import AsyncCollection
from pymongo.asynchronous.database import AsyncDatabase
from pymongo.errors import DuplicateKeyError

from services.portal.preferences import Keys, all_different
from shared.http.fields import Code, Words
from shared.http.forms import Form
from shared.kernel.errors import NotFound, RuleViolated, StaleMatch
from shared.kernel.moment import Moment
from shared.mongo.clock_store import real_time
from shared.mongo.connect import Document
from shared.mongo.transient import patiently
from shared.vault.keys import DataKey, SealedText

COLLECTION = "drafts"
MOST_DRAFTS, MOST_FIELDS = 50, 16
UNUSED_DAYS = 400
"""The store removes a draft so long after it was saved last."""
DraftId = Annotated[str, Path(pattern="^[0-9a-f]{32}$", examples=["5" * 32])]


class Written(Form):
    """One field of the paper as it was typed."""

    name: Annotated[str, Field(title="栏目", pattern="^[a-z_]{1,40}$", examples=["title"])]
    text: Annotated[Words, Field(title="内容", examples=["关于增设步道照明的建议"])]


class Draft(Form):
    """Words so far; without a kind they are a clue."""

    kind: Annotated[
        Code | None,
        Field(title="类别", description="不填的，为线索", json_schema_extra={"x-code": "kind"}),
    ] = None
    words: Annotated[
        tuple[Written, ...],
        Field(title="已写的内容", max_length=MOST_FIELDS),
        AfterValidator(all_different),
    ]


class DraftView(BaseModel):
    """`version` goes into If-Match of the next PUT."""

    draft: str
    kind: str | None = None
    version: int
    saved_at: Moment
    words: list[Written]


class DraftLine(BaseModel):
    """A draft as the list shows it."""

    draft: str
    kind: str | None
    title: str
    saved_at: Moment


@patiently
async def prepare(database: AsyncDatabase[Document]) -> None:
    seconds = UNUSED_DAYS * 24 * 3600
    await database[COLLECTION].create_index([("saved", ASCENDING)], expireAfterSeconds=seconds)
    await database[COLLECTION].create_index([("person", ASCENDING), ("saved", DESCENDING)])


@dataclass(frozen=True)
class DraftStore:
    """Drafts, each sealed under a key of its person. Methods raise what the store raises."""

    database: AsyncDatabase[Document]
    keys: Keys

    async def all_of(self, person: str) -> list[DraftLine]:
        """Returns the drafts of the person, the newest first."""
        newest = self._kept.find({"person": person}).sort("saved", DESCENDING).limit(MOST_DRAFTS)
        return [line_of(await self._opened(each)) async for each in newest]

    async def of(self, person: str, draft: str) -> DraftView:
        """Raises NotFound."""
        if kept := await self._kept.find_one({"_id": key(person, draft)}):
            return await self._opened(kept)
        raise NotFound(draft)

    async def keep(
        self, person: str, draft: str, written: Draft, expected: int | None
    ) -> DraftView:
        """Keeps the draft where `expected` is its last version; the same words again are no
        conflict. Raises RuleViolated without `expected` or for one too many, and StaleMatch."""
        if expected is None:
            sentence = "请带上所见的版本（If-Match），以免覆盖另一窗口"
            raise RuleViolated("draft-version", sentence)
        if expected == 0:
            await self._check_room(person, draft)
        _, sealed = (await self._key(person)).seal(written.model_dump_json(), COLLECTION, draft)
        if not await self._put(person, draft, sealed, expected):
            kept = await self._kept.find_one({"_id": key(person, draft)})
            if not kept or kept["ref"] != sealed.ref:  # the reference is that of the words
                raise StaleMatch("draft", expected, kept["version"] if kept else 0)
        return await self.of(person, draft)

    async def drop(self, person: str, draft: str, expected: int | None = None) -> None:
        """Removes the draft, if it is there; with `expected`, only where that is its last version:
        what another window has written meanwhile stays. Raises StaleMatch."""
        version = {} if expected is None else {"version": expected}
        done = await self._kept.delete_one({"_id": key(person, draft), **version})
        if expected is None or done.deleted_count:
            return
        if kept := await self._kept.find_one({"_id": key(person, draft)}):
            raise StaleMatch("draft", expected, kept["version"])

    @property
    def _kept(self) -> AsyncCollection[Document]:
        return self.database[COLLECTION]

    async def _key(self, person: str) -> DataKey:
        return await self.keys.key_of(f"{COLLECTION}-{person}")

    async def _check_room(self, person: str, draft: str) -> None:
        """Counts the other drafts: the last one may be saved again after a lost answer."""
        others = {"person": person, "draft": {"$ne": draft}}
        if await self._kept.count_documents(others, limit=MOST_DRAFTS) >= MOST_DRAFTS:
            sentence = f"草稿和线索最多保存 {MOST_DRAFTS} 份，请先删除不用的"
            raise RuleViolated("drafts-many", sentence)

    async def _opened(self, kept: Mapping[str, Any]) -> DraftView:
        words = (await self._key(kept["person"])).open(SealedText.of(kept))
        own = {"draft": kept["draft"], "version": kept["version"], "saved_at": kept["saved"]}
        return DraftView(**own, **json.loads(words))

    async def _put(self, person: str, draft: str, sealed: SealedText, expected: int) -> bool:
        """Returns False where another version is the last one."""
        own = {"person": person, "draft": draft, "version": expected + 1, "saved": real_time()}
        last = {"_id": key(person, draft), "version": expected}
        try:
            done = await self._kept.update_one(
                last, {"$set": {**sealed.stored(), **own}}, upsert=expected == 0
            )
        except DuplicateKeyError:
            return False
        return bool(done.matched_count or done.upserted_id)


def line_of(kept: DraftView) -> DraftLine:
    title = next((each.text for each in kept.words if each.name == "title"), "")
    return DraftLine(title=title, **kept.model_dump(include={"draft", "kind", "saved_at"}))


def key(person: str, draft: str) -> str:
    return f"{person}/{draft}"
