"""Faust as it is used here: nothing is measured, watched or written that is done elsewhere."""

from typing import Any

import faust

from shared.kafka.access import BrokerAccess
from shared.kafka.direct import DirectConsumer, Unmeasured
from shared.kafka.stream import PatientStream


def application(group: str, instance: str | None, access: BrokerAccess) -> faust.App:
    return _Application(
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
        consumer_auto_offset_reset="earliest",
        consumer_group_instance_id=instance,
        Stream=PatientStream,
        Monitor=Unmeasured,
    )


class _Application(faust.App):
    def _new_transport(self) -> Any:
        transport = super()._new_transport()
        transport.Consumer = DirectConsumer  # type: ignore[misc]
        return transport

    def _create_directories(self) -> None:
        """Faust's own would be for tables; there are none, and the disk may be read-only."""


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
