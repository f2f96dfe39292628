"""Preferences of a person at the worklist: columns and saved views, one document a person (ADR
53)."""

import inspect
from datetime import datetime, timedelta
from typing import Annotated, Any
from urllib.parse import parse_qsl

from pydantic import AfterValidator, BaseModel, Field
from pymongo import ASCENDING, ReturnDocument
from pymongo.asynchronous.database import AsyncDatabase
from pymongo.errors import DuplicateKeyError

from services.portal.filters import Wanted
from services.portal.ledger import Key
from shared.http.fields import Short
from shared.http.forms import Form
from shared.kernel.errors import RuleViolated, StaleMatch
from shared.mongo.clock_store import real_time
from shared.mongo.connect import Document

COLLECTION = "preferences"
MOST_COLUMNS, MOST_VIEWS, LONGEST_QUERY = 20, 50, 1_000
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

    @classmethod
    def of(cls, kept: Document | None) -> "Preferences":
        return cls.model_validate(kept or {"version": 0, "columns": [], "views": []})


async def prepare(database: AsyncDatabase[Document]) -> None:
    seconds = UNUSED_DAYS * 24 * 3600
    await database[COLLECTION].create_index([("used", ASCENDING)], expireAfterSeconds=seconds)


async def preferences_of(database: AsyncDatabase[Document], person: str) -> Preferences:
    kept = await database[COLLECTION].find_one({"_id": person})
    if kept and kept["used"] < real_time() - USE_NOTED:
        used = {"$max": {"used": real_time()}}
        await database[COLLECTION].update_one({"_id": person}, used)
    return Preferences.of(kept)


async def keep(
    database: AsyncDatabase[Document], person: str, chosen: Chosen, expected: int | None
) -> Preferences:
    """Keeps the choice where `expected` is the last version; the same choice again is no conflict.
    Raises RuleViolated without `expected`, and StaleMatch."""
    if expected is None:
        raise RuleViolated("preferences-version", "请带上所见的版本（If-Match），以免覆盖另一窗口")
    fields = chosen.model_dump(mode="json")
    kept = await _put(database, person, fields, expected, real_time())
    if kept is None:
        kept = await database[COLLECTION].find_one({"_id": person})
        if not kept or any(kept[name] != value for name, value in fields.items()):
            raise StaleMatch("preferences", expected, kept["version"] if kept else 0)
    return Preferences.of(kept)


async def _put(
    database: AsyncDatabase[Document],
    person: str,
    fields: Document,
    expected: int,
    now: datetime,
) -> Document | None:
    """Returns the document; None where another version is the last one."""
    change = {"$set": {**fields, "version": expected + 1, "used": now}}
    try:
        return await database[COLLECTION].find_one_and_update(
            {"_id": person, "version": expected},
            change,
            upsert=expected == 0,
            return_document=ReturnDocument.AFTER,
        )
    except DuplicateKeyError:
        return None
