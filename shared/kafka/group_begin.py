"""Offsets at which a consumer group begins that has no members yet, committed by a lone client."""

from aiokafka import AIOKafkaConsumer, TopicPartition
from aiokafka.errors import CommitFailedError, IllegalGenerationError, UnknownMemberIdError

from shared.kafka.broker_access import BrokerAccess
from shared.kafka.message import PartitionOffsets

HAS_MEMBERS = (CommitFailedError, IllegalGenerationError, UnknownMemberIdError)


async def begin_at(access: BrokerAccess, group: str, offsets: PartitionOffsets) -> None:
    """Commits the offsets for the group; one with members keeps its own. Raises KafkaError."""
    places = {TopicPartition(*at): offset for at, offset in offsets.items()}
    client = AIOKafkaConsumer(group_id=group, enable_auto_commit=False, **access.for_aiokafka())
    try:
        await client.start()
        client.assign(list(places))
        await client.commit(places)
    except HAS_MEMBERS:
        return
    finally:
        await client.stop()
