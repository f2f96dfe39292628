"""Log and bus compared on real ones: alike after the relay, and every way to differ is found."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
from typer.testing import CliRunner

from shared.cancelling import end
from shared.mongo.event_store import MongoEventStore
from shared.ops.cli.app import app
from shared.service.eventlog.outbox import Outbox
from shared.service.resources.connections import Connections
from shared.testing.drafts import a_draft, after
from shared.testing.eventually import eventually
from shared.testing.signatures import sign

SERVICE = "handling"
ONE, TWO = "handling-" + "1" * 32, "handling-" + "2" * 32


@pytest.fixture
async def store(here: Connections) -> AsyncIterator[MongoEventStore]:
    made = MongoEventStore(here.database(SERVICE), sign)
    await made.prepare()
    yield made
    await made.close()


@asynccontextmanager
async def publishing(here: Connections) -> AsyncIterator[None]:
    task = asyncio.create_task(Outbox(SERVICE, here).run())
    try:
        yield
    finally:
        await end([task])


async def heads(here: Connections, mongo_url: str, patch: pytest.MonkeyPatch) -> tuple[int, str]:
    patch.setenv("MONGO_URL", mongo_url)
    patch.setenv("KAFKA_BOOTSTRAP_SERVERS", here.access.bootstrap)
    patch.setenv("DUBAN_SPACE", here.namespace.name)
    answer = await asyncio.to_thread(CliRunner().invoke, app, ["heads", SERVICE])
    return answer.exit_code, answer.stdout


@pytest.mark.usefixtures("signing_folder")
async def test_log_and_bus_agree_until_one_of_them_loses_something(
    here: Connections, store: MongoEventStore, mongo_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def agree() -> bool:
        code, _ = await heads(here, mongo_url, monkeypatch)
        return code == 0

    async with publishing(here):
        first = await store.append(a_draft(ONE, "one"))
        await store.append(after(first, a_draft(ONE, "two")))
        await store.append(a_draft(TWO, "three"))
        await eventually(agree, every=0.5)

    await store.append(a_draft("handling-" + "3" * 32, "four"))
    commits = here.database(SERVICE)["commits"]
    await commits.delete_one({"stream": ONE, "first": first.last + 1})
    await commits.update_one({"stream": TWO}, {"$set": {"hash": "f" * 64}})
    code, said = await heads(here, mongo_url, monkeypatch)
    assert code == 1
    for sentence in ("duban republish handling", "duban refill handling", "两种内容"):
        assert sentence in said
