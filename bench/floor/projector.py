"""The floor's projector: Faust, one find and one bulk write for a batch; nothing is folded."""

import json
import os
from collections.abc import Sequence
from typing import Any

import faust
from pymongo import UpdateOne

from shared.mongo.read_models.reader import connect_reader

NAME = os.environ["FLOOR"]
app = faust.App(
    f"{NAME}-projector",
    broker=f"kafka://{os.environ['KAFKA']}",
    web_enabled=False,
    topic_disable_leader=True,
    topic_allow_declare=False,
    datadir=os.environ["FLOOR_FOLDER"],
    broker_commit_interval=1.0,
    table_standby_replicas=0,
    broker_max_poll_records=1000,
    consumer_auto_offset_reset="earliest",
)
topic = app.topic(
    NAME, key_type=bytes, value_type=bytes, key_serializer="raw", value_serializer="raw"
)
clients: list[Any] = []


@app.agent(topic)
async def project(stream: Any) -> None:
    clients.append(connect_reader(os.environ["MONGO_URL"]))
    async for events in stream.take_events(500, within=0.005):
        await apply([json.loads(event.value) for event in events])


async def apply(facts: Sequence[dict[str, Any]]) -> None:
    newest: dict[str, int] = {}
    for fact in facts:
        newest[fact["sid"]] = max(fact["v"], newest.get(fact["sid"], 0))
    cases = clients[0][NAME].cases
    await cases.find({"_id": {"$in": list(newest)}}).to_list(None)
    updates = [
        UpdateOne({"_id": key}, {"$max": {"v": v}}, upsert=True) for key, v in newest.items()
    ]
    await cases.bulk_write(updates, ordered=False)


if __name__ == "__main__":
    app.main()
