"""The topic `log-heads`: the last commit that each relay has published.

A log that lacks it is a backup, and its service refuses to start. An announcement is signed like a
commit: anybody who may write to the topic could stop a service otherwise.
"""

import json
import logging
from collections.abc import Awaitable, Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from aiokafka import AIOKafkaConsumer, TopicPartition

from shared.kafka.broker_access import BrokerAccess
from shared.kafka.message import Outgoing
from shared.kafka.namespace import Namespace
from shared.kafka.topics import LOG_HEADS
from shared.kernel.errors import Unstorable
from shared.kernel.log_position import LogHead
from shared.kernel.moment import stamp
from shared.kernel.storable import canonical
from shared.signing.key_pair import HEAD, KeyPair
from shared.signing.key_ring import KeyRing

log = logging.getLogger(__name__)

FIRST_LOOK_BACK = 500
POLL_MS = 500
NO_ANNOUNCEMENT = (
    ValueError, KeyError, TypeError, AttributeError, RecursionError, Unstorable,
)  # fmt: skip
"""Errors of reading a message that anybody may have written."""

HashOf = Callable[[str], Awaitable[str | None]]
"""The hash of a commit of the own log by its id; None when the log has no such commit."""


class BehindBus(Exception):
    """The log lacks a commit that it has published: it is a backup, and going on would record
    other facts under versions that the bus has already."""

    def __init__(self, service: str, commit: str) -> None:
        super().__init__(
            f"{service}：总线上已有本服务发布的 {commit}，事件库中却没有（或内容不同）。"
            "事件库是较早的备份，已拒绝启动。"
            f"请执行 duban refill {service}，从总线补回缺失的事件；"
            "make run 的单机安装请先执行 duban parts。\n"
            f"{service}: the bus has {commit}, which this log lacks or holds with another hash: "
            f"the log is a backup. Run `duban refill {service}`: it fills the log from the bus; "
            "where `make run` has started everything, run `duban parts` first."
        )
        self.service, self.commit = service, commit


@dataclass(frozen=True, slots=True)
class Announced:
    """A message of the topic: the head, None while nothing was published, and its real time."""

    head: LogHead | None
    at: datetime


def head_message(service: str, head: LogHead | None, at: datetime, pair: KeyPair) -> Outgoing:
    """Returns the message that announces the head, signed by the service; `at` is real time."""
    payload: dict[str, Any] = {"service": service, "time": stamp(at)}
    if head:
        payload |= {"commit": head.commit, "hash": head.hash, "seq": list(head.seq)}
    signature = pair.signature(HEAD, canonical(payload))
    signed = {**payload, "key_id": pair.id, "signature": signature}
    return Outgoing(service.encode(), canonical(signed), [])


async def read_heads(
    access: BrokerAccess, namespace: Namespace, services: Collection[str], ring: KeyRing
) -> Mapping[str, Announced]:
    """Returns the newest announcement that each of the services has signed. Raises KafkaError.

    Reads from the end backwards: relays announce every few seconds, and compaction is slow.
    """
    consumer = AIOKafkaConsumer(**access.for_aiokafka(), enable_auto_commit=False)
    try:
        await consumer.start()
        partition = TopicPartition(namespace.topic(LOG_HEADS.name), 0)
        consumer.assign([partition])
        end = (await consumer.end_offsets([partition]))[partition]
        return await _newest(consumer, partition, end, set(services), ring)
    finally:
        await consumer.stop()


async def refuse_if_behind(
    service: str, announced: Mapping[str, Announced], hash_of: HashOf
) -> None:
    """Raises BehindBus unless the log holds the commit that its own relay has announced last."""
    own = announced.get(service)
    if own and own.head and await hash_of(own.head.commit) != own.head.hash:
        raise BehindBus(service, own.head.commit)


async def _newest(
    consumer: AIOKafkaConsumer, partition: TopicPartition, end: int, wanted: set[str], ring: KeyRing
) -> dict[str, Announced]:
    newest: dict[str, Announced] = {}
    begin, look_back = end, FIRST_LOOK_BACK
    while begin > 0 and wanted - newest.keys():
        until, begin = begin, max(0, begin - look_back)
        records = await _between(consumer, partition, begin, until)
        for service, announced in _announcements(records, ring).items():
            newest[service] = newer(announced, newest.get(service))
        look_back *= 4
    return newest


async def _between(
    consumer: AIOKafkaConsumer, partition: TopicPartition, begin: int, until: int
) -> list[Any]:
    messages: list[Any] = []
    consumer.seek(partition, begin)
    while await consumer.position(partition) < until:
        for records in (await consumer.getmany(timeout_ms=POLL_MS)).values():
            messages += [record for record in records if record.offset < until]
    return messages


def _announcements(records: Iterable[Any], ring: KeyRing) -> dict[str, Announced]:
    """Returns the last announcement by service; leaves out, with a warning, what is not signed."""
    announced: dict[str, Announced] = {}
    for record in records:
        try:
            service, announcement = signed_head(record.key, record.value, ring)
            announced[service] = newer(announced.get(service), announcement)
        except NO_ANNOUNCEMENT as error:
            log.warning("log-heads %s is no announcement: %r", record.offset, error)
    return announced


def newer(one: Announced | None, other: Announced | None) -> Announced:
    """Returns the announcement with the later head, of two that the bus has in this order. A relay
    that stood still while another one took over repeats an older head when it wakes."""
    if one is None or other is None:
        found = one or other
        assert found is not None, "an announcement is compared with nothing"
        return found
    return one if one.head and (not other.head or one.head.seq > other.head.seq) else other


def signed_head(key: bytes | None, value: bytes | None, ring: KeyRing) -> tuple[str, Announced]:
    """Returns the service and its announcement. Raises one of NO_ANNOUNCEMENT for a message that
    the service has not signed."""
    payload = json.loads(value or b"")
    key_id, signature = payload.pop("key_id", ""), payload.pop("signature", "")
    service = payload["service"]
    fault = ring.fault_of(service, HEAD, canonical(payload), key_id, signature)
    if fault or (key or b"") != service.encode():
        raise ValueError(fault or "wrong-key")
    return service, _announced(payload)


def _announced(payload: Mapping[str, Any]) -> Announced:
    head = None
    if "commit" in payload:
        seq = payload["seq"]
        head = LogHead(payload["commit"], payload["hash"], (seq[0], seq[1]))
    return Announced(head, datetime.fromisoformat(payload["time"]))
