"""Isolation of tests on real parts: topics and databases of their own, dropped afterwards."""

import asyncio
from collections.abc import AsyncIterator, Iterable, Mapping
from contextlib import asynccontextmanager
from dataclasses import replace
from typing import Any

import pymongo
from pymongo import AsyncMongoClient

from shared.contracts.catalogue import owner_of
from shared.kafka.broker_access import BrokerAccess
from shared.kafka.bus_reader import BusReader
from shared.kafka.envelope import to_messages
from shared.kafka.message import BusMessage, Outgoing
from shared.kafka.namespace import Namespace
from shared.kafka.resilient_producer import ResilientProducer
from shared.kafka.topic_admin import admin_of, create_topics
from shared.kafka.topics import TOPICS
from shared.mongo.connect import Document, connect
from shared.service.resources.connections import Connections
from shared.testing.signatures import KEYS

PARTITIONS = 4
DROP_SECONDS = 120.0


@asynccontextmanager
async def isolated(
    mongo_url: str, bootstrap: str, space: str, most: int = PARTITIONS
) -> AsyncIterator[Connections]:
    """Yields connections under the prefix; topics have `most` partitions at most."""
    access, own = BrokerAccess(bootstrap), Namespace(space)
    topics = [
        replace(topic, name=own.topic(topic.name), partitions=min(most, topic.partitions))
        for topic in TOPICS
    ]
    await asyncio.to_thread(create_topics, access, topics)
    client = connect(mongo_url)
    try:
        yield Connections(access, client, own, keys=KEYS)
    finally:
        await drop_databases(client, space)
        await client.close()
        await asyncio.to_thread(_remove, access, [topic.name for topic in topics])


async def drop_databases(client: AsyncMongoClient[Document], space: str) -> None:
    """Drops the databases of one prefix; on a busy disk it takes longer than any other call."""
    with pymongo.timeout(DROP_SECONDS):
        for name in await client.list_database_names():
            if name.startswith(f"{space}_"):
                await client.drop_database(name)


def _remove(access: BrokerAccess, names: list[str]) -> None:
    with admin_of(access) as admin:
        admin.delete_topics(names)


class Tap:
    """Writes to the bus and reads it."""

    def __init__(self, connections: Connections) -> None:
        self._connections = connections
        self._producers = ResilientProducer(connections.access, "tap")
        self._reader = BusReader(connections.access)

    async def put(self, *documents: Mapping[str, Any]) -> None:
        for document in documents:
            topic = self._connections.namespace.topic(owner_of(document["stream"]).topic)
            await self._producers.send(topic, to_messages(document))

    async def put_raw(self, *messages: Outgoing, topic: str = "case-events") -> None:
        await self._producers.send(self._connections.namespace.topic(topic), messages)

    async def messages(self, topic: str = "case-events") -> list[BusMessage]:
        ends = await self._reader.ends([self._connections.namespace.topic(topic)])
        places = [(*at, offset) for at, end in ends.items() for offset in range(end)]
        return list(await self._reader.fetch(places))

    async def close(self) -> None:
        await self._producers.close()
        await self._reader.close()


def versions(messages: Iterable[BusMessage]) -> dict[str, list[int]]:
    """Returns the versions of each stream in the order of the bus."""
    by_stream: dict[str, list[int]] = {}
    for message in messages:
        headers = dict(message.headers)
        by_stream.setdefault(headers["ce_stream"].decode(), []).append(int(headers["ce_version"]))
    return by_stream
