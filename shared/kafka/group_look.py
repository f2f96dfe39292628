"""Looks at consumer groups as the broker keeps them, from inside a worker."""

from typing import Any

from aiokafka.admin import AIOKafkaAdminClient
from aiokafka.coordinator.protocol import ConsumerProtocolMemberAssignment

from shared.kafka.broker_access import BrokerAccess
from shared.kafka.message import PartitionOffsets

STABLE = "Stable"


class GroupLook:
    """Connects at its first call, and anew after an error. Its methods raise KafkaError and
    OSError."""

    def __init__(self, access: BrokerAccess) -> None:
        self._access = access
        self._admin: AIOKafkaAdminClient | None = None

    async def names(self) -> list[str]:
        """Returns the names of all groups."""
        return [name for name, _ in await self._asked("list_consumer_groups")]

    async def offsets(self, group: str) -> PartitionOffsets:
        """Returns what the group has committed, on all partitions."""
        committed = await self._asked("list_consumer_group_offsets", group)
        return {(at.topic, at.partition): kept.offset for at, kept in committed.items()}

    async def holds_nothing(self, group: str) -> bool:
        """Returns whether all members have joined and none of them has a partition."""
        (answer,) = await self._asked("describe_consumer_groups", [group])
        _, _, state, _, _, members = answer.groups[0][:6]
        return state == STABLE and not any(_partitions(member[-1]) for member in members)

    async def close(self) -> None:
        """Disconnects; the next call connects again."""
        admin, self._admin = self._admin, None
        if admin:
            await admin.close()

    async def _asked(self, question: str, *about: object) -> Any:
        try:
            return await getattr(await self._connected(), question)(*about)
        except BaseException:
            await self.close()
            raise

    async def _connected(self) -> AIOKafkaAdminClient:
        if self._admin is None:
            self._admin = AIOKafkaAdminClient(**self._access.for_aiokafka())
            await self._admin.start()
        return self._admin


def _partitions(assignment: bytes) -> int:
    """Returns the number of partitions in a member's assignment, which is empty until it is
    made."""
    if not assignment:
        return 0
    return len(ConsumerProtocolMemberAssignment.decode(assignment).partitions())
