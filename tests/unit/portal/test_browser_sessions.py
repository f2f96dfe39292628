"""Sessions of browsers: their end is decided by the record and a clock; the store opens nothing."""

import base64
from dataclasses import asdict
from datetime import timedelta

import pytest

from services.portal.console.secret import Secret
from services.portal.console.sessions import Bounds, Sessions
from services.portal.console.sign_in import SignedIn
from tests.unit.portal.browsers import MemorySessions, Watch

TOKEN = "a.token.of-somebody"
BOUNDS = Bounds(timedelta(minutes=30), timedelta(hours=10), most=3)


class Desk:
    def __init__(self) -> None:
        self.store, self.watch = MemorySessions(), Watch()
        self.sessions = Sessions(self.store, BOUNDS, self.watch.now)

    async def begin(self, person: str = "p-1", **lasts: float) -> Secret:
        until = self.watch.now() + timedelta(**(lasts or {"hours": 12}))
        return (await self.sessions.begin(SignedIn(person, TOKEN, until))).secret

    async def lives(self, secret: Secret) -> bool:
        return await self.sessions.find(secret) is not None

    async def works(self, secret: Secret) -> None:
        live = await self.sessions.find(secret)
        assert live
        await self.sessions.keep_alive(live)


@pytest.fixture
def desk() -> Desk:
    return Desk()


async def test_the_record_is_stored_before_anybody_has_the_secret(desk: Desk) -> None:
    secret = await desk.begin()
    live = await desk.sessions.find(secret)
    assert live
    assert (live.session.person, live.token) == ("p-1", TOKEN)


async def test_the_store_alone_opens_no_token(desk: Desk) -> None:
    secret = await desk.begin()
    kept = desk.store.kept[secret.id]
    stored = repr(asdict(kept)) + kept.token.decode("latin-1")
    for hidden in (TOKEN, secret.cookie, secret.csrf):
        assert hidden not in stored
    assert Secret.new().opened(kept.token) is None
    assert Secret(bytes.fromhex(kept.id)).opened(kept.token) is None
    assert secret.opened(kept.token[:-1]) is None
    assert secret.opened(b"") is None


async def test_a_token_is_opened_at_its_own_record_only(desk: Desk) -> None:
    mine, other = await desk.begin("p-1"), await desk.begin("p-2")
    assert mine.opened(desk.store.kept[other.id].token) is None


async def test_a_session_ends_when_nobody_uses_it(desk: Desk) -> None:
    secret = await desk.begin()
    desk.watch.later(minutes=29)
    assert await desk.lives(secret)
    await desk.works(secret)
    desk.watch.later(minutes=29)
    assert await desk.lives(secret)
    desk.watch.later(minutes=1, seconds=1)
    assert not await desk.lives(secret)
    assert secret.id in desk.store.kept, "the record is still there, and does not count"


async def test_a_session_ends_after_some_hours_however_busy(desk: Desk) -> None:
    secret = await desk.begin()
    for _ in range(29):
        desk.watch.later(minutes=20)
        await desk.works(secret)
    desk.watch.later(minutes=20, seconds=1)
    assert not await desk.lives(secret)


async def test_a_session_never_outlives_its_token(desk: Desk) -> None:
    secret = await desk.begin(minutes=5)
    desk.watch.later(minutes=5, seconds=1)
    assert not await desk.lives(secret)


async def test_a_busy_page_is_stored_once_a_minute(desk: Desk) -> None:
    secret = await desk.begin()
    for _ in range(100):
        desk.watch.later(seconds=1)
        await desk.works(secret)
    assert desk.store.notes == 1


async def test_a_further_session_ends_the_oldest_of_the_same_person(desk: Desk) -> None:
    other = await desk.begin("p-2")
    secrets = []
    for _ in range(5):
        secrets.append(await desk.begin())
        desk.watch.later(seconds=1)
    ended = await desk.sessions.end_oldest("p-1")
    assert {each.id for each in ended} == {each.id for each in secrets[:2]}
    assert await desk.sessions.end_oldest("p-1") == []
    assert [await desk.lives(each) for each in secrets] == [False, False, True, True, True]
    assert await desk.lives(other)


async def test_only_what_is_over_expires_and_once(desk: Desk) -> None:
    idle = await desk.begin("p-1")
    desk.watch.later(minutes=20)
    busy = await desk.begin("p-2")
    desk.watch.later(minutes=11)
    assert [each.id for each in await desk.sessions.expire()] == [idle.id]
    assert await desk.sessions.expire() == []
    assert await desk.lives(busy)


async def test_signing_out_ends_it_for_one_of_two_callers(desk: Desk) -> None:
    live = await desk.sessions.find(await desk.begin())
    assert live
    assert [await desk.sessions.end(live), await desk.sessions.end(live)] == [True, False]
    assert not await desk.lives(live.secret)


@pytest.mark.parametrize(
    "cookie",
    ["", "x", "a" * 42, "a" * 44, "督" * 43, "=" * 43, base64.b64encode(b"\xff" * 32).decode()],
)
def test_a_cookie_that_is_none_is_no_secret(cookie: str) -> None:
    assert Secret.read(cookie) is None


def test_a_secret_is_read_as_it_was_written_and_never_printed() -> None:
    secret = Secret.new()
    assert Secret.read(secret.cookie) == secret
    assert secret.proves(secret.csrf)
    assert not any(secret.proves(each) for each in (None, "", secret.cookie, "督", "\ud800"))
    assert repr(secret) == "Secret()"
