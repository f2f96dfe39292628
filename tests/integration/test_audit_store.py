"""The audit trail on MongoDB: one chain of several writers, whole after a kill, provable after a
cut."""

import asyncio
import json
import subprocess
import sys
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta

import pytest
from pymongo import MongoClient
from pymongo.errors import AutoReconnect
from typer.testing import CliRunner

from shared.audit.chain import Break, Cut
from shared.audit.entry import Entry
from shared.audit.keeping import prune
from shared.audit.store import Appending, AuditStore, verified
from shared.mongo.connect import Document, connect
from shared.ops.cli.app import app

AT = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)


def entry(number: int = 0, days: int = 0) -> Entry:
    at = AT + timedelta(days=days)
    return Entry(at=at, kind="read", action="read-case", result="asked", subject=f"p-{number}")


@pytest.fixture
async def store(mongo_url: str, space: str) -> AsyncIterator[AuditStore]:
    async with connect(mongo_url) as client:
        store = AuditStore(client[f"{space}_audit"])
        await store.prepare()
        yield store
        await client.drop_database(f"{space}_audit")


async def test_writers_that_append_at_once_make_one_whole_chain(store: AuditStore) -> None:
    writers = [Appending(store, [entry(w * 10 + n) for n in range(5)]) for w in range(8)]
    await asyncio.gather(*[writer.finish() for writer in writers])
    follower = await verified(store, Cut())
    assert (follower.number, follower.breaks) == (40, [])
    subjects = [document["subject"] async for document in store.behind(0)]
    assert len(set(subjects)) == 40


class Unsure(AuditStore):
    """The connection breaks after the store has the first `kept` documents of a batch."""

    kept = 2
    broken = False

    async def insert(self, documents: list[Document]) -> int:  # type: ignore[override]
        if self.broken:
            return await super().insert(documents)
        self.broken = True
        await super().insert(documents[: self.kept])
        raise AutoReconnect("no answer")


async def test_an_append_of_unknown_outcome_is_finished_without_writing_twice(
    mongo_url: str, space: str
) -> None:
    async with connect(mongo_url) as client:
        store = Unsure(client[f"{space}_audit"])
        append = Appending(store, [entry(n) for n in range(5)])
        with pytest.raises(AutoReconnect):
            await append.finish()
        await Appending(store, [entry(99)]).finish()
        await append.finish()
        follower = await verified(store, Cut())
        subjects = [document["subject"] async for document in store.behind(0)]
        await client.drop_database(f"{space}_audit")
    assert follower.breaks == []
    assert subjects == ["p-0", "p-1", "p-99", "p-2", "p-3", "p-4"]


WRITER = """
import asyncio, sys
from shared.audit.store import Appending, AuditStore
from shared.mongo.connect import connect
from tests.integration.test_audit_store import entry

async def main():
    async with connect(sys.argv[1]) as client:
        store = AuditStore(client[sys.argv[2]])
        for number in range(100_000):
            await Appending(store, [entry(number), entry(number)]).finish()
            print(number, flush=True)

asyncio.run(main())
"""


async def test_writers_killed_in_the_middle_leave_a_whole_chain(
    store: AuditStore, mongo_url: str, space: str
) -> None:
    command = (sys.executable, "-c", WRITER, mongo_url, f"{space}_audit")
    writers = [
        await asyncio.create_subprocess_exec(*command, stdout=subprocess.PIPE) for _ in range(2)
    ]
    acknowledged = []
    for writer in writers:
        assert writer.stdout
        acknowledged += [await writer.stdout.readline() for _ in range(5)]
    for writer in writers:
        writer.kill()
        await writer.wait()
    await Appending(store, [entry(7)]).finish()
    follower = await verified(store, Cut())
    assert follower.breaks == []
    assert follower.number > 2 * len(acknowledged)


async def test_an_entry_changed_in_the_store_is_found(store: AuditStore) -> None:
    await Appending(store, [entry(n) for n in range(5)]).finish()
    await store._entries.update_one({"_id": 3}, {"$set": {"subject": "p-other"}})
    assert (await verified(store, Cut())).breaks == [Break(3, "hash")]
    await store._entries.delete_one({"_id": 3})
    assert (await verified(store, Cut())).breaks == [Break(4, "gap"), Break(4, "link")]


async def test_a_cut_closes_a_part_of_the_chain_and_the_rest_stays_provable(
    store: AuditStore,
) -> None:
    old, young = [entry(n) for n in range(3)], [entry(n, days=390) for n in range(2)]
    await Appending(store, [*old, *young]).finish()
    asked = Entry(at=AT + timedelta(days=400), kind="inspection", action="-", result="asked")
    assert await prune(store, asked, keep_days=200) == 3
    cut, fact = await store.cut()
    assert cut.number == 3
    assert fact
    assert fact["_id"] == 6
    follower = await verified(store, cut)
    assert (follower.number, follower.breaks) == (6, [])
    assert [d["_id"] async for d in store.behind(0)] == [4, 5, 6]
    assert await prune(store, asked, keep_days=200) == 0
    assert (await store.head()).number == 6


async def test_a_cut_that_was_killed_before_it_removed_anything_is_repeated(
    store: AuditStore,
) -> None:
    await Appending(store, [entry(0), entry(1, days=390)]).finish()
    asked = Entry(at=AT + timedelta(days=400), kind="inspection", action="-", result="asked")
    removing = store.remove

    async def killed(cut: Cut) -> int:
        raise KeyboardInterrupt

    store.remove = killed  # type: ignore[method-assign]
    with pytest.raises(KeyboardInterrupt):
        await prune(store, asked, keep_days=200)
    store.remove = removing  # type: ignore[method-assign]
    assert (await verified(store, (await store.cut())[0])).breaks == []
    assert await prune(store, asked, keep_days=200) == 1


def test_operators_list_prove_and_prune_the_trail_and_each_is_an_entry(
    mongo_url: str, space: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MONGO_URL", mongo_url)
    monkeypatch.setenv("DUBAN_SPACE", space)
    run = CliRunner().invoke
    assert run(app, ["audit", "verify"]).exit_code == 0
    listed = run(app, ["audit", "list", "--kind", "inspection", "--json"])
    entries = [json.loads(line) for line in listed.stdout.splitlines()]
    assert [(e["action"], e["result"]) for e in entries] == [
        ("list-trail", "asked"), ("verify-trail", "done"), ("verify-trail", "asked"),
    ]  # fmt: skip
    assert {e["subject"].partition(":")[0] for e in entries} == {"operator"}
    assert "已清理 0 条" in run(app, ["audit", "prune"]).stdout
    proof = json.loads(run(app, ["audit", "verify", "--json"]).stdout)
    assert proof["faults"] == []
    assert run(app, ["audit", "verify", "--expect", proof["head"]]).exit_code == 0
    number = proof["head"].partition(":")[0]
    replaced = run(app, ["audit", "verify", "--expect", f"{number}:{'0' * 64}"])
    assert replaced.exit_code == 1
    assert f"{number}:" in replaced.stdout
    with MongoClient[dict[str, object]](mongo_url) as client:
        client[f"{space}_audit"]["entries"].update_one({"_id": 1}, {"$set": {"result": "done"}})
        assert "1 hash" in run(app, ["audit", "verify"]).stdout
        client.drop_database(f"{space}_audit")
