"""Publishes commits of the log once more: consumers skip them, and a new topic is filled."""

import asyncio
import logging
from collections.abc import AsyncIterator, Callable

from shared.kafka.broker_access import BrokerAccess
from shared.kafka.envelope import NoCommit
from shared.kafka.namespace import Namespace
from shared.kafka.resilient_producer import ResilientProducer
from shared.kafka.stream_publisher import CommitDocument, StreamPublisher

log = logging.getLogger(__name__)

MOST_OUTSTANDING = 1_000

OnConfirmed = Callable[[int], None]


async def republish(
    commits: AsyncIterator[CommitDocument],
    access: BrokerAccess,
    namespace: Namespace,
    on_confirmed: OnConfirmed = lambda count: None,
) -> int:
    """Returns the number of commits when the bus has acknowledged all of them. A document that is
    no commit is left out aloud.

    `on_confirmed` is called with the number so far. Raises what `StreamPublisher.check` raises.
    """
    producer = ResilientProducer(access, "republish")
    publisher = StreamPublisher(producer, namespace)
    slots = asyncio.Semaphore(MOST_OUTSTANDING)
    confirmed = 0

    def on_published() -> None:
        nonlocal confirmed
        confirmed += 1
        slots.release()
        on_confirmed(confirmed)

    try:
        async for commit in commits:
            publisher.check()
            await slots.acquire()
            _put(publisher, commit, on_published, slots.release)
        for _ in range(MOST_OUTSTANDING):
            await slots.acquire()
        publisher.check()
    finally:
        await publisher.close()
        await producer.close()
    return confirmed


def _put(
    publisher: StreamPublisher,
    commit: CommitDocument,
    on_published: Callable[[], None],
    on_left_out: Callable[[], None],
) -> None:
    try:
        publisher.put(commit, on_published)
    except NoCommit as error:
        log.error("not published, it is no commit: %s", error)
        on_left_out()
