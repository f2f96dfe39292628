"""Apache Kafka in KRaft mode on loopback: one node, or several that replicate."""

import subprocess
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from kafka import KafkaAdminClient
from kafka.errors import KafkaError

from shared.ops.base.errors import PartFailed
from shared.ops.base.ports import LOOPBACK, is_open
from shared.ops.base.process import Server
from shared.ops.embedded.broker_properties import properties
from shared.ops.embedded.class_archive import ClassArchive

CLUSTER_ID = "duban-local-cluster-id"
ANSWER_WITHIN_MS = 2000
TOOL = 0
"""The number of no node: the tool that formats folders uses the archive and writes none."""


@dataclass(frozen=True)
class BrokerSettings:
    java: Path
    class_path: str
    folder: Path
    logs: Path
    ports: Sequence[int]
    controller_ports: Sequence[int]
    memory_mb: int = 384
    quick_start: bool = False
    """Compiles each method once and plainly: ready sooner, slower under load."""
    archive: ClassArchive | None = None
    extra: Mapping[str, str] = field(default_factory=dict)
    """Properties that win over ours: SASL listeners, an authorizer."""
    format_arguments: Sequence[str] = ()
    """Arguments that only the first start of a folder takes: `--add-scram ...`."""
    credentials: Mapping[str, Any] = field(default_factory=dict)
    """With which kafka-python asks whether a node is ready, once listeners ask who is there."""


@dataclass(frozen=True)
class Cluster:
    nodes: Sequence[Server]
    settings: BrokerSettings

    @property
    def bootstrap(self) -> str:
        return ",".join(f"{LOOPBACK}:{port}" for port in self.settings.ports)

    def start(self) -> None:
        format_storage(self.settings)
        for node in self.nodes:
            node.launch()
        for node in self.nodes:
            node.wait_until_ready()

    def stop(self) -> None:
        for node in self.nodes:
            node.ask_to_stop()
        for node in self.nodes:
            node.wait_until_stopped()
        if self.settings.archive:
            self.settings.archive.keep(self.settings.ports[0])


def cluster(settings: BrokerSettings) -> Cluster:
    nodes = [
        Server(
            name=f"kafka-{number}",
            argv=[
                *java(settings, *archived(settings, number)),
                *("kafka.Kafka", str(write_properties(settings, number))),
            ],
            log=settings.logs / f"kafka-{number}.log",
            is_ready=readiness(number, port, settings.credentials),
        )
        for number, port in enumerate(settings.ports, start=1)
    ]
    return Cluster(nodes, settings)


def java(settings: BrokerSettings, *more: str) -> list[str]:
    """The command line up to the class; `more` options of the JVM."""
    options = (
        "-Xms64m",
        f"-Xmx{settings.memory_mb}m",
        "-XX:+UseSerialGC",
        *(["-XX:TieredStopAtLevel=1"] if settings.quick_start else []),
        "-Dorg.slf4j.simpleLogger.defaultLogLevel=warn",
        "-Dorg.slf4j.simpleLogger.showDateTime=true",
        "-Dorg.slf4j.simpleLogger.dateTimeFormat=yyyy-MM-dd'T'HH:mm:ss.SSSXXX",
        f"-Dkafka.logs.dir={settings.folder}",
    )
    return [str(settings.java), *options, *more, "-cp", settings.class_path]


def archived(settings: BrokerSettings, node: int) -> list[str]:
    return settings.archive.options(node, settings.ports[0]) if settings.archive else []


def write_properties(settings: BrokerSettings, number: int) -> Path:
    settings.folder.mkdir(parents=True, exist_ok=True)
    path = settings.folder / f"node-{number}.properties"
    data = settings.folder / f"node-{number}"
    own = properties(number, data, settings.ports, settings.controller_ports)
    rows = {**own, **settings.extra}
    path.write_text("".join(f"{name}={value}\n" for name, value in rows.items()))
    return path


def format_storage(settings: BrokerSettings) -> None:
    """Formats the folders without a cluster's mark, all nodes at once: it takes seconds."""
    new = [n for n in range(1, len(settings.ports) + 1) if not is_formatted(settings, n)]
    for tool in [start_formatting(settings, number) for number in new]:
        output, _ = tool.communicate(timeout=60)
        if tool.returncode:
            raise PartFailed(
                "Kafka 数据目录未能初始化。", f"Kafka could not format its folder:\n{output}"
            )


def start_formatting(settings: BrokerSettings, number: int) -> subprocess.Popen[str]:
    configuration = str(settings.folder / f"node-{number}.properties")
    options = ("--ignore-formatted", "-t", CLUSTER_ID, "-c", configuration)
    tool = ("kafka.tools.StorageTool", "format", *options, *settings.format_arguments)
    return subprocess.Popen(
        [*java(settings, *archived(settings, TOOL)), *tool],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )


def is_formatted(settings: BrokerSettings, number: int) -> bool:
    return (settings.folder / f"node-{number}" / "meta.properties").exists()


def readiness(
    number: int, port: int, credentials: Mapping[str, Any] | None = None
) -> Callable[[], bool]:
    """Returns a check: a node is ready when it answers and the controller lets it serve."""

    def is_ready() -> bool:
        return is_open(port) and number in serving(port, credentials or {})

    return is_ready


def serving(port: int, credentials: Mapping[str, Any]) -> set[int]:
    patience = {"bootstrap_timeout_ms": ANSWER_WITHIN_MS, "request_timeout_ms": ANSWER_WITHIN_MS}
    try:
        admin = KafkaAdminClient(
            **{**credentials, **patience, "bootstrap_servers": f"{LOOPBACK}:{port}"}
        )
    except KafkaError:
        return set()
    try:
        brokers = admin.describe_cluster()["brokers"]
        return {broker["broker_id"] for broker in brokers if not broker.get("is_fenced")}
    except KafkaError:
        return set()
    finally:
        admin.close()
