"""The floor's relay: a change stream, and an idempotent producer; nothing is kept in order or
counted."""

import asyncio
import os
from typing import Any

from aiokafka import AIOKafkaProducer
from pymongo import AsyncMongoClient


async def main() -> None:
    client: AsyncMongoClient[dict[str, Any]] = AsyncMongoClient(os.environ["MONGO_URL"])
    commits = client[os.environ["FLOOR"]].commits
    topic = os.environ["FLOOR"]
    producer = AIOKafkaProducer(
        bootstrap_servers=os.environ["KAFKA"], enable_idempotence=True, acks="all", linger_ms=0
    )
    await producer.start()
    published: list[Any] = []
    marking = asyncio.create_task(mark_for_ever(commits, published))
    pipeline = [{"$match": {"operationType": "insert"}}]
    async with await commits.watch(pipeline, max_await_time_ms=1000, batch_size=1000) as changes:
        await commits.database.state.replace_one({"_id": "relay"}, {"ready": True}, upsert=True)
        while True:
            change = await changes.try_next()
            if change is not None:
                fact = change["fullDocument"]
                value = f'{{"sid":"{fact["case"]}","v":{fact["v"]}}}'
                sent = await producer.send(topic, value.encode(), fact["case"].encode())
                sent.add_done_callback(lambda _, key=fact["_id"]: published.append(key))
            if marking.done():
                return marking.result()


async def mark_for_ever(commits: Any, published: list[Any]) -> None:
    """So that what was published is known after a crash; no other bookkeeping."""
    while True:
        await asyncio.sleep(0.2)
        keys, published[:] = published[:], []
        if keys:
            await commits.update_many(
                {"_id": {"$in": keys}}, {"$set": {"published": True}}, hint="_id_"
            )


asyncio.run(main())
