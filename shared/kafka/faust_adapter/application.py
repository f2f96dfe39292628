"""Faust applications of this house: one consumer group each, without Faust's web, tables, files
and monitor."""

from typing import Any

import faust
from faust.exceptions import ConsumerNotStarted
from mode import Service

from shared.kafka.broker_access import METADATA_AGE_MS, BrokerAccess
from shared.kafka.faust_adapter.direct_consumer import DirectConsumer, SilentMonitor
from shared.kafka.faust_adapter.waiting_stream import WaitingStream


class Application(faust.App):
    """A Faust application that reads by `DirectConsumer` and writes no files."""

    def committed_offsets(self, always: bool = True) -> dict[tuple[str, int], int]:
        """Returns (topic, partition) → the offset committed last, for all that are assigned here;
        nothing until the consumer has started. Where none was committed, it is 0, or left out
        when not `always`."""
        consumer: Any = self._consumer
        if consumer is None or not self.started:
            return {}
        try:
            assigned = consumer.assignment()
        except ConsumerNotStarted:  # the client comes up after the application has
            return {}
        committed = consumer._committed_offset
        return {
            (at.topic, at.partition): committed[at] or 0
            for at in assigned
            if always or committed[at] is not None
        }

    def abandon(self) -> None:
        """Marks all services of the application as stopped, after `stop` was cut short. A loop that
        closes cancels every task once; Mode's supervisors swallow that and run on for ever while
        they are not marked."""
        for node in self.beacon.traverse():
            if isinstance(service := getattr(node, "data", node), Service):
                service._stopped.set()

    def _new_transport(self) -> Any:
        transport = super()._new_transport()
        transport.Consumer = DirectConsumer  # type: ignore[misc]
        return transport

    def _create_directories(self) -> None:
        """Makes no directories: there are no tables, and the disk may be read-only."""


def application(group: str, instance: str | None, access: BrokerAccess) -> Application:
    """Returns the application of a group; `instance` is this member's own id over restarts."""
    return Application(
        group,
        broker=[f"kafka://{server}" for server in access.servers],
        broker_credentials=_credentials(access),
        autodiscover=False,
        web_enabled=False,
        topic_allow_declare=False,
        topic_disable_leader=True,
        table_standby_replicas=0,
        stream_wait_empty=True,  # False loses what is under way at SIGTERM
        broker_commit_interval=1.0,
        broker_max_poll_records=1000,
        broker_session_timeout=10.0,
        broker_heartbeat_interval=3.0,
        broker_request_timeout=20.0,
        broker_rebalance_timeout=20.0,
        consumer_metadata_max_age_ms=METADATA_AGE_MS,
        consumer_auto_offset_reset="earliest",
        consumer_group_instance_id=instance,
        Stream=WaitingStream,
        Monitor=SilentMonitor,
    )


def _credentials(access: BrokerAccess) -> Any:
    context = access.for_aiokafka()["ssl_context"]
    if access.username is None:
        return faust.SSLCredentials(context) if context else None
    return faust.SASLCredentials(
        mechanism=access.mechanism,
        username=access.username,
        password=access.password,
        ssl_context=context,
    )
