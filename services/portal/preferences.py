"""Preferences of a person at the worklist: columns and saved views, one document a person (ADR
53)."""

import inspect
import json
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Annotated, Any, Protocol, get_args
from urllib.parse import parse_qsl

from pydantic import AfterValidator, BaseModel, Field
from pymongo import ASCENDING
from pymongo.asynchronous.collection import AsyncCollection
from pymongo.asynchronous.database import AsyncDatabase
from pymongo.errors import DuplicateKeyError

from services.portal.filters import Wanted
from services.portal.ledger import Key
from shared.http.fields import Short
from shared.http.forms import Form
from shared.kernel.errors import RuleViolated, StaleMatch
from shared.mongo.clock_store import real_time
from shared.mongo.connect import Document
from shared.mongo.transient import patiently
from shared.vault.keys import DataKey, SealedText

COLLECTION = "preferences"
MOST_COLUMNS = len(get_args(Key))
"""Each column once."""
MOST_VIEWS, LONGEST_QUERY = 50, 1_000
UNUSED_DAYS = 400
"""The store removes preferences so long after they were used last."""
USE_NOTED = timedelta(days=1)
"""A use is written so seldom."""
IN_ADDRESSES = frozenset({*inspect.signature(Wanted).parameters, "sort", "limit"})
"""Parameters that the query of a view may have."""


def known_query(query: str) -> str:
    """Raises ValueError for a query that the worklist would not understand."""
    try:
        names = {name for name, _ in parse_qsl(query, strict_parsing=True)} if query else set()
    except ValueError as error:
        raise ValueError("这不是台账的筛选条件") from error
    if unknown := sorted(names - IN_ADDRESSES):
        raise ValueError(f"台账没有这样的筛选条件：{'、'.join(unknown)[:80]}")
    return query


def all_different(values: tuple[Any, ...]) -> tuple[Any, ...]:
    """Raises ValueError where one comes twice."""
    names = [getattr(value, "name", value) for value in values]
    if len(set(names)) < len(names):
        raise ValueError("同一项出现了两次")
    return values


class View(Form):
    """A saved filter: its name, and the query of the worklist."""

    name: Annotated[Short, Field(title="名称", max_length=20, examples=["本周到期的提案"])]
    query: Annotated[
        str,
        Field(
            title="筛选条件",
            max_length=LONGEST_QUERY,
            pattern=r"^[A-Za-z0-9_.~%+=&*-]*$",
            examples=["kind=proposal&light=yellow"],
        ),
        AfterValidator(known_query),
    ]


class Chosen(Form):
    """Columns and views of a person; no columns: the usual ones."""

    columns: Annotated[
        tuple[Key, ...],
        Field(title="列", max_length=MOST_COLUMNS, description="按所列顺序；空：常用的列"),
        AfterValidator(all_different),
    ] = ()
    views: Annotated[
        tuple[View, ...],
        Field(title="保存的筛选", max_length=MOST_VIEWS),
        AfterValidator(all_different),
    ] = ()


class Preferences(BaseModel):
    """`version` goes into If-Match of the next PUT; 0 before the first."""

    version: int
    columns: list[Key]
    views: list[View]


@patiently
async def prepare(database: AsyncDatabase[Document]) -> None:
    seconds = UNUSED_DAYS * 24 * 3600
    await database[COLLECTION].create_index([("used", ASCENDING)], expireAfterSeconds=seconds)


class Keys(Protocol):
    async def key_of(self, subject: str) -> DataKey:
        """Returns the key of a subject that is no case."""
        ...


@dataclass(frozen=True)
class PreferenceStore:
    """Preferences, each sealed under a key of its person: names of views and words that they search
    for may be about people. Methods raise what the store raises."""

    database: AsyncDatabase[Document]
    keys: Keys

    async def of(self, person: str) -> Preferences:
        kept = await self._kept.find_one({"_id": person})
        if kept and kept["used"] < real_time() - USE_NOTED:
            await self._kept.update_one({"_id": person}, {"$max": {"used": real_time()}})
        return await self._opened(person, kept)

    async def keep(self, person: str, chosen: Chosen, expected: int | None) -> Preferences:
        """Keeps the choice where `expected` is the last version; the same choice again is no
        conflict. Raises RuleViolated without `expected`, and StaleMatch."""
        if expected is None:
            sentence = "请带上所见的版本（If-Match），以免覆盖另一窗口"
            raise RuleViolated("preferences-version", sentence)
        words = chosen.model_dump_json()
        _, sealed = (await self._key(person)).seal(words, COLLECTION)
        if await self._put(person, sealed, expected, real_time()):
            return Preferences(version=expected + 1, **chosen.model_dump())
        kept = await self._kept.find_one({"_id": person})
        if not kept or kept["ref"] != sealed.ref:  # the reference is that of the words
            raise StaleMatch("preferences", expected, kept["version"] if kept else 0)
        return await self._opened(person, kept)

    @property
    def _kept(self) -> AsyncCollection[Document]:
        return self.database[COLLECTION]

    async def _key(self, person: str) -> DataKey:
        return await self.keys.key_of(f"{COLLECTION}-{person}")

    async def _opened(self, person: str, kept: Document | None) -> Preferences:
        if kept is None:
            return Preferences(version=0, columns=[], views=[])
        words = (await self._key(person)).open(SealedText.of(kept))
        return Preferences(version=kept["version"], **json.loads(words))

    async def _put(self, person: str, sealed: SealedText, expected: int, now: datetime) -> bool:
        """Returns False where another version is the last one."""
        change = {"$set": {**sealed.stored(), "version": expected + 1, "used": now}}
        last = {"_id": person, "version": expected}
        try:
            done = await self._kept.update_one(last, change, upsert=expected == 0)
        except DuplicateKeyError:
            return False
        return bool(done.matched_count or done.upserted_id)
