"""Begin of a shared group that is new on the bus: at the lowest checkpoint of its consumers."""

import logging
from collections.abc import Iterable, Sequence

from shared.kafka.broker_access import BrokerAccess
from shared.kafka.group_begin import begin_at
from shared.kafka.group_look import GroupLook
from shared.kafka.message import PartitionOffsets
from shared.mongo.consumer_progress import ConsumerOffsets
from shared.service.subscriptions.feed import Feed

log = logging.getLogger(__name__)


async def begin_group(
    access: BrokerAccess,
    look: GroupLook,
    group: str,
    others: Iterable[str],
    feeds: Sequence[Feed],
    stored: ConsumerOffsets,
) -> None:
    """Lets a group without offsets begin where the last of its consumers is, which `others`, groups
    of the same installation, have fed before. Raises KafkaError and OSError.

    A checkpoint that none of them has reached is not believed: the bus is a new one.
    """
    if await look.offsets(group):
        return
    reached: PartitionOffsets = {}
    for other in others:
        for at, offset in (await look.offsets(other)).items():
            reached[at] = max(offset, reached.get(at, 0))
    if begin := lowest(reached, feeds, stored):
        log.info("%s is new and begins at %s", group, begin)
        await begin_at(access, group, begin)


def lowest(
    reached: PartitionOffsets, feeds: Sequence[Feed], stored: ConsumerOffsets
) -> PartitionOffsets:
    """Returns the lowest checkpoint of each partition, where it is not the first offset."""
    checkpoints = {
        at: min(
            [
                min(offset, stored.get((feed.name, *at), 0))
                for feed in feeds
                if at[0] in feed.topics
            ],
            default=0,
        )
        for at, offset in reached.items()
    }
    return {at: offset for at, offset in checkpoints.items() if offset > 0}
