"""Sessions of browsers in a real store: found by several processes, removed by one of them."""

from collections.abc import AsyncIterator
from datetime import timedelta

import pytest
import pytest_asyncio

from services.portal.console.session_store import TIDIED_SECONDS, MongoSessions
from services.portal.console.sessions import Bounds, Sessions
from services.portal.console.sign_in import SignedIn
from shared.mongo.connect import connect
from tests.unit.portal.browsers import Watch

pytestmark = pytest.mark.on_change("machinery", "portal")

BOUNDS = Bounds(timedelta(minutes=30), timedelta(hours=10), most=2)


@pytest_asyncio.fixture
async def stores(mongo_url: str, space: str) -> AsyncIterator[tuple[MongoSessions, MongoSessions]]:
    """As two processes open it."""
    async with connect(mongo_url) as one, connect(mongo_url) as other:
        found = MongoSessions(one[space]), MongoSessions(other[space])
        for store in found:
            await store.prepare()
        yield found
        await one.drop_database(space)


async def test_a_session_begun_in_one_process_lives_and_ends_in_all(
    stores: tuple[MongoSessions, MongoSessions],
) -> None:
    watch = Watch()
    mine, other = (Sessions(store, BOUNDS, watch.now) for store in stores)
    until = watch.now() + timedelta(hours=12)
    begun = []
    for n in range(3):
        begun.append(await mine.begin(SignedIn("p-1", f"token {n}", until)))
        watch.later(seconds=1)
    assert [each.id for each in await other.end_oldest("p-1")] == [begun[0].session.id]
    assert await mine.end_oldest("p-1") == []
    found = [await other.find(each.secret) for each in begun]
    assert [each and each.token for each in found] == [None, "token 1", "token 2"]

    watch.later(minutes=20)
    assert found[1]
    await other.keep_alive(found[1])
    watch.later(minutes=15)
    assert await mine.find(begun[1].secret)
    expired = await mine.expire() + await other.expire()
    assert [each.id for each in expired] == [begun[2].session.id]

    assert await mine.end(begun[1])
    assert await other.find(begun[1].secret) is None
    assert not await other.end(begun[1])


async def test_a_late_note_brings_no_ended_session_back(
    stores: tuple[MongoSessions, MongoSessions],
) -> None:
    watch, store = Watch(), stores[0]
    sessions = Sessions(store, BOUNDS, watch.now)
    live = await sessions.begin(SignedIn("p-1", "token", watch.now() + timedelta(hours=1)))
    watch.later(minutes=2)
    await sessions.end(live)
    await sessions.keep_alive(live)
    assert await sessions.find(live.secret) is None


async def test_the_store_tidies_long_after_the_end(
    stores: tuple[MongoSessions, MongoSessions],
) -> None:
    indexes = await stores[0]._sessions.index_information()
    ttl = {name: each["expireAfterSeconds"] for name, each in indexes.items()
           if "expireAfterSeconds" in each}  # fmt: skip
    assert list(ttl.values()) == [TIDIED_SECONDS]
