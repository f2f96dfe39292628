"""Topics and keys: the partition of a stream must never change."""

from typing import Any, cast

import pytest

from shared.kafka.broker_access import BrokerAccess
from shared.kafka.topics import CASE_EVENTS, DIRECTORY_EVENTS, LOG_HEADS, partition_of
from shared.service.resources.connections import Connections
from shared.testing.signatures import KEYS


@pytest.mark.parametrize(
    ("key", "partition"),
    [("case-1", 8), ("0193f0c8-7e2a-7000-8000-000000000001", 0), ("督办", 1), ("", 9)],
)
def test_a_key_lies_where_every_kafka_client_puts_it(key: str, partition: int) -> None:
    assert partition_of(key, CASE_EVENTS.partitions) == partition


def test_case_events_have_the_partitions_of_day_one() -> None:
    assert (CASE_EVENTS.partitions, DIRECTORY_EVENTS.partitions, LOG_HEADS.partitions) == (24, 6, 1)


def test_facts_are_kept_for_ever_and_only_heads_are_compacted() -> None:
    assert CASE_EVENTS.settings(replicas=1)["retention.ms"] == "-1"
    assert DIRECTORY_EVENTS.settings(replicas=1)["cleanup.policy"] == "delete"
    assert LOG_HEADS.settings(replicas=1)["cleanup.policy"] == "compact"


def test_one_copy_is_flushed_at_once_and_three_must_be_two_in_sync() -> None:
    assert CASE_EVENTS.settings(replicas=1)["flush.messages"] == "1"
    assert CASE_EVENTS.settings(replicas=3)["min.insync.replicas"] == "2"
    assert "flush.messages" not in CASE_EVENTS.settings(replicas=3)


def test_both_client_libraries_are_told_the_same_credentials() -> None:
    access = BrokerAccess("one:9092, two:9092", username="intake", password="secret")
    for options in (access.for_kafka_python(), access.for_aiokafka()):
        assert options["bootstrap_servers"] == ["one:9092", "two:9092"]
        assert options["security_protocol"] == "SASL_PLAINTEXT"
        assert options["sasl_mechanism"] == "SCRAM-SHA-512"
    assert "secret" not in repr(access)


def test_a_member_that_wants_other_topics_is_another_member() -> None:
    """The broker would keep the old number of partitions."""
    connections = Connections(BrokerAccess("nowhere:1"), cast(Any, None), ordinal=2, keys=KEYS)
    before = connections.instance("intake-reactions", ["directory-events", "case-events"])
    assert before.startswith("intake-reactions-2-")
    assert connections.instance("intake-reactions", ["case-events", "directory-events"]) == before
    assert connections.instance("intake-reactions", ["directory-events", "case-events-2"]) != before
