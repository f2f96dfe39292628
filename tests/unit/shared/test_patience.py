"""Repeats what a start makes in the store, after an error that passes."""

from typing import Any, cast

import pytest
from pymongo.errors import AutoReconnect, OperationFailure, PyMongoError

from services.portal.console.session_store import MongoSessions
from shared.mongo.transient import patiently


class SlowStore:
    """A database and its collection at once; every call raises the next error, while there is
    one."""

    def __init__(self, *errors: PyMongoError) -> None:
        self._errors = list(errors)
        self.made: list[Any] = []

    def __getitem__(self, name: str) -> "SlowStore":
        return self

    async def create_index(self, keys: Any, **options: Any) -> None:
        if self._errors:
            raise self._errors.pop()
        self.made.append(keys)


async def test_a_start_goes_on_when_the_store_answers_again() -> None:
    store = SlowStore(AutoReconnect("operation cancelled"))
    await MongoSessions(cast(Any, store)).prepare()
    assert len(store.made) == 3


async def test_a_start_is_refused_what_the_store_will_never_do() -> None:
    async def prepare() -> None:
        raise OperationFailure("not authorized", 13)

    with pytest.raises(OperationFailure):
        await patiently(prepare)()
