"""The relay loses its place, because the oplog has rolled over or the log is another collection
now: nothing stays unpublished."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from pymongo import AsyncMongoClient, WriteConcern

from shared.mongo.checkpoints import Checkpoints
from shared.mongo.commits import commits_of
from shared.mongo.event_store import MongoEventStore
from shared.ops.base.settings import OpsSettings
from shared.ops.embedded.mongod import ReplicaSet
from shared.ops.embedded.part import Part
from shared.service.resources.connections import Connections
from shared.testing.eventually import eventually
from shared.testing.isolation import isolated
from tests.faults.clients import (
    HEALS_WITHIN,
    SERVICE,
    Clients,
    a_store,
    objections,
    published_log,
    publishing,
)
from tests.nodes import own

pytestmark = pytest.mark.on_change("broker and disk faults")

OPLOG_MB = "8"
LOST = "the tail has lost its place"
PAGE = b"0" * 1_000_000


@pytest.fixture
def forgetful_store(own_settings: Callable[[str], OpsSettings]) -> Iterator[Part]:
    """Its oplog holds a few megabytes."""
    with own("store", own_settings("forgetful"), launch=False) as part:
        assert isinstance(part.own, ReplicaSet)
        for node in part.own.nodes:
            argv = list(node.argv)
            argv[argv.index("--oplogSize") + 1] = OPLOG_MB
            node.argv = argv
        part.start()
        yield part


@pytest.mark.long
async def test_the_oplog_rolls_over_while_no_relay_runs(
    forgetful_store: Part, kafka_bootstrap: str, space: str, caplog: pytest.LogCaptureFixture
) -> None:
    async with (
        isolated(forgetful_store.address, kafka_bootstrap, space) as here,
        a_store(here) as store,
    ):
        clients = Clients(store, seed=1)
        async with publishing(here), clients.at_work():
            await clients.hear(30)
        kept = await Checkpoints(here.database(SERVICE)).load()
        async with clients.at_work():
            await clients.hear(30)
        await rolls_over(here.mongo, kept)
        async with publishing(here), clients.at_work():
            await clients.hear(30)
        async with publishing(here):
            assert await objections(here, clients.history) == []
    assert LOST in caplog.text


async def rolls_over(mongo: AsyncMongoClient[Any], place: Any) -> None:
    """Other writers fill the oplog until the relay's place is no longer in it."""
    beside = mongo.get_database("beside", write_concern=WriteConcern(1))["beside"]

    async def is_gone() -> bool:
        await beside.insert_many([{"page": PAGE} for _ in range(8)])
        await mongo.admin.command("fsync")  # what a crash would need is kept
        oldest = await mongo["local"]["oplog.rs"].find_one({}, sort=[("$natural", 1)])
        return bool(oldest and oldest["ts"] > place.at)

    await eventually(is_gone, within=HEALS_WITHIN)


@pytest.mark.parametrize("how", ["dropped", pytest.param("renamed", marks=pytest.mark.long)])
async def test_the_log_is_restored_under_a_live_relay(
    mongo_url: str,
    kafka_bootstrap: str,
    space: str,
    how: str,
    caplog: pytest.LogCaptureFixture,
) -> None:
    """Commits come before the new collection, at once after it, and while the relay sweeps."""
    async with published_log(mongo_url, kafka_bootstrap, space) as (here, store):
        clients = Clients(store, seed=1)
        async with clients.at_work():
            await clients.hear(30)
        await restored(here, store, how)
        async with clients.at_work():
            await clients.hear(30)
        assert await objections(here, clients.history) == []
    assert LOST in caplog.text


async def restored(here: Connections, store: MongoEventStore, how: str) -> None:
    """As an operator does who puts a dump in the place of what is there."""
    commits = commits_of(here.database(SERVICE))
    dump = await commits.find({}).to_list()
    if how == "dropped":
        await commits.drop()
        await store.prepare()
        await commits.insert_many(dump)
        return
    beside = here.database(SERVICE)["restoring"]
    await beside.insert_many(dump)
    await commits.drop()
    await beside.rename("commits")
    await store.prepare()
