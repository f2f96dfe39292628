"""Creates the declared topics on a broker, and lists where the broker differs from them."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

from kafka import KafkaAdminClient
from kafka.admin import ConfigResource, ConfigResourceType
from kafka.errors import TopicAlreadyExistsError

from shared.kafka.broker_access import BrokerAccess
from shared.kafka.topics import TOPICS, Topic

MOST_REPLICAS = 3
ANSWER_WITHIN_MS = 10_000


@contextmanager
def admin_of(access: BrokerAccess) -> Iterator[Any]:
    """Connects an admin client, and disconnects it. Raises KafkaError."""
    admin = KafkaAdminClient(
        client_id="duban-admin", bootstrap_timeout_ms=ANSWER_WITHIN_MS, **access.for_kafka_python()
    )
    try:
        yield admin
    finally:
        admin.close()


def create_topics(access: BrokerAccess, topics: Sequence[Topic] = TOPICS) -> list[str]:
    """Creates the topics that are missing; returns their names. Raises KafkaError.

    Leaves existing topics as they are.
    """
    with admin_of(access) as admin:
        existing = set(admin.list_topics())
        missing = [topic for topic in topics if topic.name not in existing]
        return [topic.name for topic in missing if created(admin, topic, replicas_on(admin))]


def created(admin: Any, topic: Topic, replicas: int) -> bool:
    """Returns False when another process has created the topic meanwhile."""
    request = {
        "num_partitions": topic.partitions,
        "replication_factor": replicas,
        "configs": dict(topic.settings(replicas)),
    }
    try:
        admin.create_topics({topic.name: request}, wait_for_metadata=True)
    except TopicAlreadyExistsError:
        return False
    return True


def replicas_on(admin: Any) -> int:
    return min(MOST_REPLICAS, len(admin.describe_cluster()["brokers"]))


def differences(access: BrokerAccess, topics: Sequence[Topic] = TOPICS) -> list[str]:
    """Returns one sentence for each difference from the declaration. Raises KafkaError."""
    with admin_of(access) as admin:
        existing = {row["name"]: row for row in admin.describe_topics() if not row["error_code"]}
        return [
            sentence
            for topic in topics
            for sentence in differences_of(admin, topic, existing.get(topic.name))
        ]


def differences_of(admin: Any, topic: Topic, existing: Mapping[str, Any] | None) -> Iterator[str]:
    """Yields a sentence for each difference; `existing` is the broker's description, if any."""
    if existing is None:
        yield f"{topic.name} does not exist"
        return
    partitions = existing["partitions"]
    if len(partitions) != topic.partitions:
        yield f"{topic.name} has {len(partitions)} partitions, not {topic.partitions}"
    replicas = min(len(partition["replica_nodes"]) for partition in partitions)
    actual = settings_of(admin, topic.name)
    for name, wanted in topic.settings(replicas).items():
        if actual.get(name) != wanted:
            yield f"{topic.name} has {name}={actual.get(name)}, not {wanted}"


def settings_of(admin: Any, topic: str) -> dict[str, str]:
    """Returns the settings that the broker has for the topic."""
    resource = ConfigResource(ConfigResourceType.TOPIC, topic)
    described = admin.describe_configs([resource], config_filter="all")
    return {name: entry["value"] for name, entry in described["topic"][topic].items()}
