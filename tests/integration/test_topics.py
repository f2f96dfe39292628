"""Topics on a real broker: created once, compared with their declaration, read by groups."""

from collections.abc import Iterator

import pytest
from kafka import KafkaConsumer, KafkaProducer, TopicPartition
from kafka.structs import OffsetAndMetadata

from shared.kafka.broker_access import BrokerAccess
from shared.kafka.group_offsets import (
    GroupIsActive,
    group_lag,
    group_offsets,
    groups,
    refuse_members,
)
from shared.kafka.topic_admin import admin_of, create_topics, differences
from shared.kafka.topics import Topic, partition_of
from shared.ops.embedded.part import Part


@pytest.fixture
def access(kafka_bootstrap: str) -> BrokerAccess:
    return BrokerAccess(kafka_bootstrap)


@pytest.fixture
def topic(access: BrokerAccess, space: str) -> Iterator[Topic]:
    declared = Topic(f"{space}-events", partitions=3)
    yield declared
    with admin_of(access) as admin:
        if declared.name in admin.list_topics():
            admin.delete_topics([declared.name])


def test_topics_are_made_once_and_are_then_as_declared(access: BrokerAccess, topic: Topic) -> None:
    assert differences(access, [topic]) == [f"{topic.name} does not exist"]
    assert create_topics(access, [topic]) == [topic.name]
    assert create_topics(access, [topic]) == []
    assert differences(access, [topic]) == []


def test_three_brokers_have_topics_as_declared(three_brokers: Part, space: str) -> None:
    access, topic = BrokerAccess(three_brokers.address), Topic(f"{space}-events", partitions=1)
    create_topics(access, [topic])
    assert differences(access, [topic]) == []


def test_a_topic_made_otherwise_is_described_in_sentences(
    access: BrokerAccess, topic: Topic
) -> None:
    with admin_of(access) as admin:
        other = {"num_partitions": 2, "replication_factor": 1, "configs": {"retention.ms": "1000"}}
        admin.create_topics({topic.name: other}, wait_for_metadata=True)
    sentences = differences(access, [topic])
    assert f"{topic.name} has 2 partitions, not 3" in sentences
    assert f"{topic.name} has retention.ms=1000, not -1" in sentences


def test_a_group_lags_by_what_it_has_not_read(
    access: BrokerAccess, topic: Topic, space: str
) -> None:
    create_topics(access, [topic])
    publish(access, topic, ["a", "b", "c", "d"])
    assert sum(row.lag for row in group_lag(access, space, [topic.name])) == 4
    read_all(access, topic, space)
    assert space in groups(access)
    assert sum(group_offsets(access, space).values()) == 4
    assert [row.lag for row in group_lag(access, space)] == [0, 0, 0]
    refuse_members(access, [space])


def test_members_of_a_group_are_seen(access: BrokerAccess, topic: Topic, space: str) -> None:
    create_topics(access, [topic])
    publish(access, topic, ["a"])
    member = KafkaConsumer(topic.name, group_id=space, **access.for_kafka_python())
    member.poll(timeout_ms=10_000)
    with pytest.raises(GroupIsActive, match=space):
        refuse_members(access, [space])
    member.close()
    refuse_members(access, [space])


def test_a_producer_puts_a_key_where_we_say(access: BrokerAccess, topic: Topic) -> None:
    create_topics(access, [topic])
    keys = [f"case-{number}" for number in range(20)]
    placed = publish(access, topic, keys)
    assert placed == [partition_of(key, topic.partitions) for key in keys]


def publish(access: BrokerAccess, topic: Topic, keys: list[str]) -> list[int]:
    producer = KafkaProducer(**access.for_kafka_python())
    sent = [producer.send(topic.name, key=key.encode(), value=b"{}") for key in keys]
    placed = [future.get(timeout=60).partition for future in sent]
    producer.close()
    return placed


def read_all(access: BrokerAccess, topic: Topic, group: str) -> None:
    consumer = KafkaConsumer(group_id=group, enable_auto_commit=False, **access.for_kafka_python())
    places = [TopicPartition(topic.name, number) for number in range(topic.partitions)]
    consumer.assign(places)
    ends = consumer.end_offsets(places)
    consumer.commit({at: OffsetAndMetadata(end, "", -1) for at, end in ends.items()})
    consumer.close()
