"""Publishes commits of the log once more: consumers skip them, and a new topic is filled."""

import asyncio
import logging
from collections.abc import AsyncIterator, Callable
from contextlib import suppress

from shared.kafka.broker_access import BrokerAccess
from shared.kafka.envelope import NoCommit
from shared.kafka.namespace import Namespace
from shared.kafka.resilient_producer import ResilientProducer
from shared.kafka.stream_publisher import CommitDocument, StreamPublisher

log = logging.getLogger(__name__)

MOST_OUTSTANDING = 1_000

CHECK_SECONDS = 1.0
"""After which a commit that waits for its turn looks whether the publisher has failed."""

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
    window = Window(publisher, on_confirmed)
    try:
        async for commit in commits:
            await window.put(commit)
        await window.emptied()
    finally:
        await publisher.close()
        await producer.close()
    return window.confirmed


class Window:
    """Commits that the bus has not acknowledged, up to a bound; `confirmed` counts the others."""

    def __init__(self, publisher: StreamPublisher, on_confirmed: OnConfirmed) -> None:
        self._publisher = publisher
        self._on_confirmed = on_confirmed
        self._slots = asyncio.Semaphore(MOST_OUTSTANDING)
        self.confirmed = 0

    async def put(self, commit: CommitDocument) -> None:
        """Publishes the commit when there is room. Raises the error that ended the publisher."""
        await self._acquire()
        try:
            self._publisher.put(commit, self._confirm)
        except NoCommit as error:
            log.error("not published, it is no commit: %s", error)
            self._slots.release()

    async def emptied(self) -> None:
        """Waits until the bus has everything. Raises the error that ended the publisher."""
        for _ in range(MOST_OUTSTANDING):
            await self._acquire()

    async def _acquire(self) -> None:
        """Looks at the publisher meanwhile: what a queue held when it failed is never
        acknowledged."""
        while True:
            self._publisher.check()
            with suppress(TimeoutError):
                async with asyncio.timeout(CHECK_SECONDS):
                    await self._slots.acquire()
                return

    def _confirm(self) -> None:
        self.confirmed += 1
        self._on_confirmed(self.confirmed)
        self._slots.release()  # last: where the call fails, nobody takes the log for published
