"""Properties of an embedded broker: messages are never deleted, and groups form at once."""

from collections.abc import Sequence
from pathlib import Path

from shared.kafka.topics import MAX_MESSAGE_BYTES
from shared.ops.base.ports import LOOPBACK

FOR_EVER = "-1"
MOST_MINUTES = 2**31 - 1
CLIENTS, QUORUM = "CLIENTS", "QUORUM"


def properties(
    number: int, data: Path, ports: Sequence[int], controller_ports: Sequence[int]
) -> dict[str, object]:
    own, control = ports[number - 1], controller_ports[number - 1]
    return {
        "process.roles": "broker,controller",
        "node.id": number,
        "controller.quorum.voters": voters(controller_ports),
        "listeners": f"{CLIENTS}://{LOOPBACK}:{own},{QUORUM}://{LOOPBACK}:{control}",
        "advertised.listeners": f"{CLIENTS}://{LOOPBACK}:{own}",
        "controller.listener.names": QUORUM,
        "inter.broker.listener.name": CLIENTS,
        "listener.security.protocol.map": f"{CLIENTS}:PLAINTEXT,{QUORUM}:PLAINTEXT",
        "log.dirs": data,
        **KEPT,
        **QUICK,
        **replication(len(ports)),
    }


KEPT: dict[str, object] = {
    "auto.create.topics.enable": "false",
    "log.retention.ms": FOR_EVER,
    "offsets.retention.minutes": MOST_MINUTES,
    "message.max.bytes": MAX_MESSAGE_BYTES,
}

QUICK: dict[str, object] = {
    "group.initial.rebalance.delay.ms": 0,
    "offsets.topic.num.partitions": 4,
    "transaction.state.log.num.partitions": 4,
    # A killed broker registers again after its old session has ended.
    "broker.session.timeout.ms": 2000,
    "broker.heartbeat.interval.ms": 400,
    # Preallocated per partition, twice; a year's facts need a fraction.
    "log.index.size.max.bytes": 1_048_576,
}


def replication(nodes: int) -> dict[str, object]:
    copies = min(nodes, 3)
    in_sync = max(1, copies - 1)
    return {
        "default.replication.factor": copies,
        "min.insync.replicas": in_sync,
        "offsets.topic.replication.factor": copies,
        "transaction.state.log.replication.factor": copies,
        "transaction.state.log.min.isr": in_sync,
    }


def voters(controller_ports: Sequence[int]) -> str:
    return ",".join(
        f"{number}@{LOOPBACK}:{port}" for number, port in enumerate(controller_ports, start=1)
    )
