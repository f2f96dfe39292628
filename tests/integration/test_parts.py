"""Embedded MongoDB and Kafka: started, stopped, killed and started again, with what they kept."""

import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from time import monotonic, sleep
from typing import Any

import pytest
from kafka import KafkaConsumer, KafkaProducer, TopicPartition
from pymongo import MongoClient

from shared.kafka.broker_access import BrokerAccess
from shared.kafka.topic_admin import create_topics
from shared.kafka.topics import Topic
from shared.ops.base.errors import DownloadFailed, PartFailed, PartMissing, PortTaken
from shared.ops.base.settings import OpsSettings
from shared.ops.embedded.containers import broker_in_container, store_in_container
from shared.ops.embedded.jars import class_path, locked
from shared.ops.embedded.part import Part, Wanted, first_of
from shared.ops.embedded.parts import find_broker, find_store, mongod_of_wheel

pytestmark = pytest.mark.on_change("supervised processes")

TOPIC = Topic("kept", partitions=1)


@pytest.fixture
def settings(tmp_path: Path, parts_settings: OpsSettings) -> OpsSettings:
    ours = {"data": tmp_path, "mongo_url": None, "kafka_bootstrap_servers": None}
    return parts_settings.model_copy(update=ours)


@pytest.fixture
def store(settings: OpsSettings) -> Iterator[Part]:
    part = find_store(Wanted(settings))
    yield part
    part.stop()


@pytest.fixture
def broker(settings: OpsSettings) -> Iterator[Part]:
    part = find_broker(Wanted(settings))
    yield part
    part.stop()


def test_a_killed_store_keeps_its_data_and_is_told_of_new_ports(
    store: Part, settings: OpsSettings
) -> None:
    store.start()
    remember(store, "before")
    assert network_of(store)["bindIp"] == "127.0.0.1"
    # By zlib the wheel's version leaks memory to whoever reaches it, before a login.
    assert network_of(store)["compression"]["compressors"] == "snappy,zstd"
    store.nodes[0].kill()
    store.nodes[0].start()
    remember(store, "after")
    store.stop()
    moved = find_store(Wanted(settings))
    assert moved.address != store.address
    moved.start()
    try:
        assert remembered(moved) == {"before", "after"}
    finally:
        moved.stop()


def test_a_killed_broker_keeps_its_facts(broker: Part) -> None:
    broker.start()
    access = BrokerAccess(broker.address)
    create_topics(access, [TOPIC])
    publish(access, b"before")
    broker.nodes[0].kill()
    broker.nodes[0].start()
    publish(access, b"after")
    assert published(access) == [b"before", b"after"]


def test_nothing_of_a_killed_starter_is_left_behind(settings: OpsSettings) -> None:
    starter = subprocess.Popen(
        [sys.executable, "-c", STARTER], stdout=subprocess.PIPE, text=True,
        env={**os.environ, "DUBAN_DATA": str(settings.data), "DUBAN_MONGO_PORT": "0"},
    )  # fmt: skip
    assert starter.stdout is not None
    pid = int(starter.stdout.readline())
    assert is_running(pid)
    starter.send_signal(signal.SIGKILL)
    starter.wait()
    deadline = monotonic() + 5
    while is_running(pid) and monotonic() < deadline:
        sleep(0.05)
    assert not is_running(pid)


def test_a_taken_port_is_named_with_the_setting_that_changes_it(settings: OpsSettings) -> None:
    with closing(socket.socket()) as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        wanted = Wanted(settings.model_copy(update={"mongo_port": port}))
        with pytest.raises(PortTaken, match=f"{port} is taken.*DUBAN_MONGO_PORT"):
            mongod_of_wheel(wanted)


def test_a_store_that_cannot_start_says_why(store: Part, settings: OpsSettings) -> None:
    data = settings.data / "mongo" / "node-1"
    data.rmdir()
    data.write_text("not a folder")
    with pytest.raises(PartFailed, match="did not start"):
        store.start()


def test_what_the_operator_names_is_used_as_it_is(settings: OpsSettings) -> None:
    named = {"mongo_url": "mongodb://there/", "kafka_bootstrap_servers": "there:9092"}
    wanted = Wanted(settings.model_copy(update=named))
    assert find_store(wanted).address == "mongodb://there/"
    assert find_broker(wanted).address == "there:9092"
    assert find_broker(wanted).nodes == ()


def test_no_provider_at_all_says_every_reason_and_the_ways_on(settings: OpsSettings) -> None:
    with pytest.raises(PartMissing, match=r"no wheel; no program.*MONGO_URL"):
        first_of(
            [lambda _: "no wheel", lambda _: "no program"], Wanted(settings), "MongoDB", "MONGO_URL"
        )


def test_with_the_jars_there_nothing_is_asked_of_the_network(settings: OpsSettings) -> None:
    jars = settings.downloads / "jars"
    assert class_path(jars) == class_path(jars, repository="http://127.0.0.1:9/nowhere")


def test_a_failed_download_says_what_failed_and_the_ways_on(tmp_path: Path) -> None:
    lock = tmp_path / "jars.lock"
    lock.write_text(f"org.slf4j:slf4j-api:1.7.36 {locked()[0].sha256}\n")
    with pytest.raises(DownloadFailed, match=r"slf4j-api-1.7.36.jar(.|\n)*DUBAN_MAVEN_REPOSITORY"):
        class_path(tmp_path / "jars", repository="http://127.0.0.1:9/nowhere", lock=lock)


def test_the_store_that_is_deployed_offers_no_zlib_either() -> None:
    assert "--networkMessageCompressors snappy,zstd" in Path("deploy/mongo/start.sh").read_text()


def test_without_docker_the_setting_that_asks_for_it_is_named(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("DOCKER_HOST", "unix:///nowhere/docker.sock")
    for part in (store_in_container(), broker_in_container()):
        with pytest.raises(PartMissing, match="DUBAN_TEST_PARTS=docker needs a running Docker"):
            part.start()


STARTER = """
import time
from shared.ops.embedded.part import Wanted
from shared.ops.embedded.parts import find_store
from shared.ops.base.process import Server
from shared.ops.base.settings import OpsSettings
store = find_store(Wanted(OpsSettings()))
store.own.nodes[0].launch()
print(store.nodes[0].pid, flush=True)
time.sleep(60)
"""


def is_running(pid: int) -> bool:
    try:
        return "(zombie)" not in Path(f"/proc/{pid}/status").read_text()
    except FileNotFoundError:
        return False


def client_of(store: Part) -> MongoClient[dict[str, Any]]:
    return MongoClient(store.address, w="majority")


def network_of(store: Part) -> dict[str, Any]:
    with closing(client_of(store)) as client:
        return dict(client.admin.command("getCmdLineOpts")["parsed"]["net"])


def remember(store: Part, word: str) -> None:
    with client_of(store) as client:
        client.test.words.insert_one({"word": word})


def remembered(store: Part) -> set[str]:
    with client_of(store) as client:
        return {row["word"] for row in client.test.words.find()}


def publish(access: BrokerAccess, value: bytes) -> None:
    producer = KafkaProducer(acks="all", **access.for_kafka_python())
    producer.send(TOPIC.name, value=value).get(timeout=20)
    producer.close()


def published(access: BrokerAccess) -> list[bytes]:
    consumer = KafkaConsumer(consumer_timeout_ms=15_000, **access.for_kafka_python())
    place = TopicPartition(TOPIC.name, 0)
    consumer.assign([place])
    consumer.seek_to_beginning(place)
    end = consumer.end_offsets([place])[place]
    found = [next(consumer).value for _ in range(end)]
    consumer.close()
    return found
