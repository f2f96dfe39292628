"""The topic `log-heads`: how far the relay of each service has come, and whether a log is older
than that."""

import json
from collections.abc import Awaitable, Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from aiokafka import AIOKafkaConsumer, TopicPartition

from shared.kafka.access import BrokerAccess
from shared.kafka.ack_tracker import Head
from shared.kafka.message import Outgoing
from shared.kafka.space import Space
from shared.kafka.topics import LOG_HEADS
from shared.kernel.moment import stamp

FIRST_LOOK_BACK = 500

HashOf = Callable[[str], Awaitable[str | None]]
"""The hash of a commit of the own log by its id; None when the log has no such commit."""


class BehindBus(Exception):
    """The log lacks what it has published: it is a backup, and going on would tell two stories
    under one name."""

    def __init__(self, service: str, commit: str) -> None:
        super().__init__(
            f"{service}：总线上已有本服务发布的 {commit}，事件库中却没有（或内容不同）。"
            "事件库是较早的备份，已拒绝启动。"
            f"请执行 duban refill {service}，从总线补回缺失的事件。\n"
            f"{service}: the bus has {commit}, which this log lacks or holds with another hash: "
            f"the log is a backup. Run `duban refill {service}`: it fills the log from the bus."
        )
        self.service, self.commit = service, commit


@dataclass(frozen=True, slots=True)
class Announced:
    head: Head | None
    at: datetime


def head_message(service: str, head: Head | None, at: datetime) -> Outgoing:
    said: dict[str, Any] = {"time": stamp(at)}
    if head:
        said |= {"commit": head.commit, "hash": head.hash, "seq": list(head.seq)}
    return Outgoing(service.encode(), json.dumps(said).encode(), [])


async def read_heads(
    access: BrokerAccess, space: Space, services: Collection[str]
) -> Mapping[str, Announced]:
    """The newest word of each service. Read from the end backwards: relays repeat themselves every
    few seconds, and compaction takes its time."""
    consumer = AIOKafkaConsumer(**access.for_aiokafka(), enable_auto_commit=False)
    try:
        await consumer.start()
        place = TopicPartition(space.topic(LOG_HEADS.name), 0)
        consumer.assign([place])
        end = (await consumer.end_offsets([place]))[place]
        return await _newest(consumer, place, end, set(services))
    finally:
        await consumer.stop()


async def refuse_if_behind(
    service: str, announced: Mapping[str, Announced], hash_of: HashOf
) -> None:
    """Raises BehindBus unless the log holds what its own relay has announced last."""
    word = announced.get(service)
    if word and word.head and await hash_of(word.head.commit) != word.head.hash:
        raise BehindBus(service, word.head.commit)


async def _newest(
    consumer: AIOKafkaConsumer, place: TopicPartition, end: int, wanted: set[str]
) -> dict[str, Announced]:
    found: dict[str, Announced] = {}
    begin, look_back = end, FIRST_LOOK_BACK
    while begin > 0 and wanted - found.keys():
        until, begin = begin, max(0, begin - look_back)
        found = {**await _between(consumer, place, begin, until), **found}
        look_back *= 4
    return found


async def _between(
    consumer: AIOKafkaConsumer, place: TopicPartition, begin: int, until: int
) -> dict[str, Announced]:
    found: dict[str, Announced] = {}
    consumer.seek(place, begin)
    while await consumer.position(place) < until:
        for records in (await consumer.getmany(timeout_ms=500)).values():
            found |= {r.key.decode(): _announced(r.value) for r in records if r.offset < until}
    return found


def _announced(value: bytes) -> Announced:
    said = json.loads(value)
    head = None
    if "commit" in said:
        head = Head(said["commit"], said["hash"], (said["seq"][0], said["seq"][1]))
    return Announced(head, datetime.fromisoformat(said["time"]))
