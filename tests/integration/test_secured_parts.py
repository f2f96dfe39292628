"""The security settings of the deployment, on parts that run here: who is let in, and to what."""

import asyncio
from contextlib import closing
from typing import Any

import pytest
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer
from aiokafka.errors import (
    ClusterAuthorizationFailedError,
    GroupAuthorizationFailedError,
    KafkaError,
    TopicAuthorizationFailedError,
)
from kafka import KafkaAdminClient
from pymongo import MongoClient
from pymongo.errors import OperationFailure

from shared.audit.chain import Cut
from shared.audit.entry import Entry
from shared.audit.store import Appending, AuditStore, verified
from shared.kafka.broker_access import BrokerAccess
from shared.mongo.change_tail import ChangeTail
from shared.mongo.clock_store import real_time
from shared.mongo.connect import connect
from shared.mongo.event_store import MongoEventStore
from shared.testing.drafts import a_draft, after
from shared.testing.signatures import sign
from tests.integration.secured import Secured

pytestmark = pytest.mark.on_change("secured installation")

UNAUTHORIZED, LOGIN_FAILED = 13, 18


async def write(access: BrokerAccess, topic: str) -> None:
    producer = AIOKafkaProducer(acks="all", enable_idempotence=True, **access.for_aiokafka())
    try:
        await producer.start()
        await producer.send_and_wait(topic, b"said", key=b"c1")
    finally:
        await producer.stop()


async def read(access: BrokerAccess, topic: str, group: str) -> None:
    consumer = AIOKafkaConsumer(
        topic, group_id=group, auto_offset_reset="earliest", **access.for_aiokafka()
    )
    try:
        await consumer.start()
        await asyncio.wait_for(consumer.getone(), 15)
    finally:
        await consumer.stop()


@pytest.mark.parametrize("user", [None, "stranger", "intake"])
async def test_the_bus_lets_nobody_in_who_does_not_prove_who_he_is(
    secured_parts: Secured, user: str | None
) -> None:
    with pytest.raises((KafkaError, OSError, TimeoutError)):
        async with asyncio.timeout(8):
            await write(BrokerAccess(secured_parts.bootstrap, user, "wrong"), "case-events")


async def test_a_service_writes_its_own_topic_and_no_other(secured_parts: Secured) -> None:
    await write(secured_parts.access("intake"), "case-events")
    await write(secured_parts.access("directory"), "directory-events")
    with pytest.raises(TopicAuthorizationFailedError):
        await write(secured_parts.access("intake"), "directory-events")
    with pytest.raises(TopicAuthorizationFailedError):
        await write(secured_parts.access("directory"), "case-events")
    with pytest.raises(ClusterAuthorizationFailedError):
        await write(secured_parts.access("portal"), "case-events")


async def test_a_service_reads_by_its_own_groups_only(secured_parts: Secured) -> None:
    await write(secured_parts.access("intake"), "case-events")
    await read(secured_parts.access("assignment"), "case-events", "assignment-reactions")
    with pytest.raises(GroupAuthorizationFailedError):
        await read(secured_parts.access("assignment"), "case-events", "reminder-reactions")


def test_no_topic_comes_into_being_by_being_named(secured_parts: Secured) -> None:
    with pytest.raises(KafkaError):
        asyncio.run(asyncio.wait_for(write(secured_parts.access("intake"), "intake-secrets"), 8))
    with closing(KafkaAdminClient(**secured_parts.access("admin").for_kafka_python())) as admin:
        assert "intake-secrets" not in admin.list_topics()


def refused(url: str, database: str, work: Any) -> int | None:
    """The code with which the store refuses the work; None where it does not."""
    with closing(MongoClient[dict[str, Any]](url, serverSelectionTimeoutMS=5000)) as client:
        try:
            work(client[database])
        except OperationFailure as error:
            return error.code
    return None


def test_the_store_lets_nobody_in_who_does_not_prove_who_he_is(secured_parts: Secured) -> None:
    def look(database: Any) -> None:
        database.commits.find_one()

    assert refused(f"mongodb://{secured_parts.store}/", "duban_intake", look) == UNAUTHORIZED
    wrong = f"mongodb://intake:wrong@{secured_parts.store}/?authSource=admin"
    assert refused(wrong, "duban_intake", look) == LOGIN_FAILED
    assert refused(secured_parts.store_url("intake"), "duban_intake", look) is None


@pytest.mark.parametrize(
    "change",
    [
        lambda db: db.commits.update_one({}, {"$set": {"actor": "p-other"}}),
        lambda db: db.commits.replace_one({}, {"actor": "p-other"}),
        lambda db: db.commits.delete_one({}),
        lambda db: db.commits.drop(),
        lambda db: db.commits.drop_index("seq"),
        lambda db: db.commits.rename("former"),
        lambda db: db.commits.aggregate([{"$match": {}}, {"$out": "commits"}]),
        lambda db: db.client.drop_database(db.name),
    ],
    ids=["update", "replace", "delete", "drop", "drop index", "rename", "overwrite", "drop all"],
)
def test_a_service_cannot_change_what_it_has_recorded(secured_parts: Secured, change: Any) -> None:
    assert refused(secured_parts.store_url("intake"), "duban_intake", change) == UNAUTHORIZED


def test_a_service_sees_nothing_of_another(secured_parts: Secured) -> None:
    def look(database: Any) -> None:
        database.vault_keys.find_one()

    assert refused(secured_parts.store_url("intake"), "duban_handling", look) == UNAUTHORIZED
    assert refused(secured_parts.store_url("site"), "duban_disclosure", look) == UNAUTHORIZED
    assert refused(secured_parts.store_url("intake"), "duban_intake", look) is None


def test_the_public_site_only_reads_what_was_made_for_it(secured_parts: Secured) -> None:
    url, write = secured_parts.store_url("site"), {"_id": "c1"}
    found = "public_cases_g1"
    assert refused(url, "duban_site", lambda db: db[found].find_one()) is None
    assert refused(url, "duban_site", lambda db: db[found].insert_one(write)) == UNAUTHORIZED
    maker = secured_parts.store_url("disclosure")
    assert refused(maker, "duban_site", lambda db: db[found].insert_one(write)) is None


async def test_a_log_lives_with_an_account_that_can_only_add(secured_parts: Secured) -> None:
    async with connect(secured_parts.store_url("handling")) as client:
        database = client["duban_handling"]
        store = MongoEventStore(database, sign)
        await store.prepare()
        async with ChangeTail(database, heartbeat_ms=100).open() as changes:
            first = await store.append(a_draft())
            second = await store.append(after(first, a_draft(command_id="command-2")))
            assert [c.hash for c in await store.read("handling-c1")] == [first.hash, second.hash]
            async with asyncio.timeout(10):
                tailed = [await anext(changes) for _ in range(2)]
        assert [c.commit and c.commit["hash"] for c in tailed] == [first.hash, second.hash]
        await store.close()


@pytest.mark.parametrize(
    "change",
    [
        lambda db: db.entries.update_one({}, {"$set": {"subject": "p-other"}}),
        lambda db: db.entries.replace_one({}, {"subject": "p-other"}),
        lambda db: db.entries.delete_one({}),
        lambda db: db.entries.drop(),
        lambda db: db.entries.rename("former"),
        lambda db: db.client.drop_database(db.name),
    ],
    ids=["update", "replace", "delete", "drop", "rename", "drop all"],
)
def test_the_audit_trail_can_only_be_added_to(secured_parts: Secured, change: Any) -> None:
    assert refused(secured_parts.store_url("audit"), "duban_audit", change) == UNAUTHORIZED


async def test_the_account_of_the_trail_adds_and_reads_it_and_no_service_does(
    secured_parts: Secured,
) -> None:
    entry = Entry(at=real_time(), kind="process", action="start-test", result="done")
    async with connect(secured_parts.store_url("audit")) as client:
        store = AuditStore(client["duban_audit"])
        await Appending(store, [entry]).finish()
        assert (await verified(store, Cut())).breaks == []
    look = refused(
        secured_parts.store_url("directory"), "duban_audit", lambda db: db.entries.find_one()
    )
    assert look == UNAUTHORIZED


def test_a_service_cannot_forget_which_sealed_texts_were_read(secured_parts: Secured) -> None:
    url, read = secured_parts.store_url("intake"), {"subject": "c1", "ref": "r1"}
    assert refused(url, "duban_intake", lambda db: db.reads.insert_one(read)) is None
    for change in (
        lambda db: db.reads.delete_many({}),
        lambda db: db.reads.update_many({}, {"$set": {"reader": "p-other"}}),
        lambda db: db.reads.drop(),
    ):
        assert refused(url, "duban_intake", change) == UNAUTHORIZED
