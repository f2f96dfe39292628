"""mongod processes as one replica set on loopback, on data that may have seen a crash."""

from collections.abc import Callable, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from pymongo import MongoClient
from pymongo.errors import OperationFailure, PyMongoError

from shared.ops.base.ports import LOOPBACK
from shared.ops.base.process import Server

REPLICA_SET = "duban"
NOT_YET_INITIALIZED = 94
OPLOG_MB = 1024
# Several nodes serve tests of failures: they notice each other's death within two seconds.
QUICK_ELECTION_MS = 2_000

COMPRESSORS = "snappy,zstd"
"""Without zlib, by which versions before 8.0.17 leak memory to anybody who reaches the port."""

PARAMETERS = (
    "diagnosticDataCollectionEnabled=false",
    # A stopping primary waits this long for a successor; when all stop, there is none.
    "shutdownTimeoutMillisForSignaledShutdown=1000",
)

Client = MongoClient[dict[str, Any]]


@dataclass(frozen=True)
class Guard:
    """Authentication of a set: with a key file, every client has to log in."""

    key_file: Path | None = None
    credentials: Mapping[str, Any] = field(default_factory=dict)
    """`username` and `password` of an administrator, with which a node is asked if it is ready."""


OPEN = Guard()


@dataclass(frozen=True)
class ReplicaSet:
    nodes: Sequence[Server]
    ports: Sequence[int]

    @property
    def url(self) -> str:
        return f"mongodb://{','.join(map(address, self.ports))}/?replicaSet={REPLICA_SET}"

    def start(self) -> None:
        for node in self.nodes:
            node.launch()
        for node in self.nodes:
            node.wait_until_ready()

    def stop(self) -> None:
        for node in self.nodes:
            node.ask_to_stop()
        for node in self.nodes:
            node.wait_until_stopped()


def replica_set(
    binary: Path,
    folder: Path,
    ports: Sequence[int],
    cache_gb: float = 0.5,
    log_folder: Path | None = None,
    guard: Guard = OPEN,
) -> ReplicaSet:
    folder = folder.resolve()
    logs = log_folder or folder
    nodes = [
        Server(
            name=f"mongod-{number}",
            argv=[
                *arguments(binary, folder / f"node-{number}", port, cache_gb),
                *(["--keyFile", str(guard.key_file)] if guard.key_file else []),
            ],
            log=logs / f"mongod-{number}.log",
            is_ready=readiness(port, ports, guard),
        )
        for number, port in enumerate(ports, start=1)
    ]
    for number in range(1, len(ports) + 1):
        (folder / f"node-{number}").mkdir(parents=True, exist_ok=True)
    return ReplicaSet(nodes, ports)


def arguments(binary: Path, data: Path, port: int, cache_gb: float) -> list[str]:
    options = {
        "--replSet": REPLICA_SET,
        "--dbpath": str(data),
        "--bind_ip": LOOPBACK,
        "--port": str(port),
        "--wiredTigerCacheSizeGB": str(cache_gb),
        "--oplogSize": str(OPLOG_MB),
        "--slowOpSampleRate": "0.0",  # the log would keep the words of a slow search
        "--networkMessageCompressors": COMPRESSORS,
    }
    flags = ["--quiet", "--nounixsocket", *(f"--setParameter={name}" for name in PARAMETERS)]
    return [str(binary), *flags, *(word for option in options.items() for word in option)]


def address(port: int) -> str:
    return f"{LOOPBACK}:{port}"


def readiness(port: int, ports: Sequence[int], guard: Guard = OPEN) -> Callable[[], bool]:
    """Returns a check: a node is ready when it belongs to the set on these ports and the set has
    a primary."""

    def is_ready() -> bool:
        try:
            with closing(direct(port, guard)) as client:
                join(client, port, ports)
                hello = client.admin.command("hello")
                serves = hello["isWritablePrimary"] or hello["secondary"]
                return bool(serves and hello.get("primary"))
        except PyMongoError:
            return False

    return is_ready


def direct(port: int, guard: Guard = OPEN) -> Client:
    patience: dict[str, Any] = {"serverSelectionTimeoutMS": 1000, "socketTimeoutMS": 5000}
    return MongoClient(LOOPBACK, port, directConnection=True, **patience, **guard.credentials)


def join(client: Client, port: int, ports: Sequence[int]) -> None:
    """Initiates the set at its first node; a set that was made on other ports is moved to these."""
    if port != ports[0]:
        return
    wanted = configuration(ports)
    try:
        current = client.admin.command("replSetGetConfig")["config"]
    except OperationFailure as refusal:
        if refusal.code != NOT_YET_INITIALIZED:
            raise
        client.admin.command("replSetInitiate", wanted)
        return
    if hosts(current) != hosts(wanted):
        moved = {**current, "members": wanted["members"], "version": current["version"] + 1}
        client.admin.command("replSetReconfig", moved, force=True)


def configuration(ports: Sequence[int]) -> dict[str, Any]:
    members = [{"_id": number, "host": address(port)} for number, port in enumerate(ports)]
    settings = {} if len(ports) == 1 else {"electionTimeoutMillis": QUICK_ELECTION_MS}
    return {"_id": REPLICA_SET, "members": members, "settings": settings}


def hosts(config: dict[str, Any]) -> list[str]:
    return [member["host"] for member in config["members"]]
