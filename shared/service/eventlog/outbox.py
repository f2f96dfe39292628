"""Starts the relay of a service: one is active at a time, and whatever passes only delays it."""

import asyncio
import logging
from contextlib import suppress

from pymongo.errors import PyMongoError

from shared.cancelling import end
from shared.kafka.metric_hooks import RelayMetricHooks
from shared.kafka.relay import Relay, RelayParts
from shared.mongo.checkpoints import Checkpoints
from shared.mongo.clock_store import real_time
from shared.mongo.commits import commits_of
from shared.mongo.leases import Leases
from shared.mongo.log_feed import LogFeed
from shared.mongo.transient import is_transient
from shared.pauses import pauses
from shared.service.observability import metrics
from shared.service.observability.failpoints import crash_point
from shared.service.resources.connections import Connections

log = logging.getLogger(__name__)


class Outbox:
    """`await run()` in a task of the API process; it ends only by being cancelled, or raises:
    BehindBus, or what the process cannot live with."""

    def __init__(self, service: str, connections: Connections) -> None:
        database = connections.database(service)
        self._service = service
        self._leases = Leases(connections.database("control"))
        self._name = f"relay/{service}"
        self._commits = commits_of(database)
        parts = RelayParts(
            service=service,
            access=connections.access,
            namespace=connections.namespace,
            feed=LogFeed(database),
            checkpoints=Checkpoints(database),
            hash_of=self._hash_of,
            real_time=real_time,
            metric_hooks=RelayCounters(service),
            crash_point=crash_point,
        )
        self.relay = Relay(parts)

    async def run(self) -> None:
        metrics.RELAY_LEADING.labels(self._service).set(0)
        for pause in pauses():
            try:
                await self._run_alone()
            except Exception as error:
                if not is_transient(error):
                    raise
                log.warning("%s: the relay starts again: %r", self._service, error)
            await asyncio.sleep(pause)

    async def _run_alone(self) -> None:
        try:
            while not await self._leases.take(self._name):  # noqa: ASYNC110 - others give it back
                await asyncio.sleep(self._leases.seconds / 5)
            await self._run_while_ours()
        finally:
            with suppress(PyMongoError):
                await self._leases.give_back(self._name)

    async def _run_while_ours(self) -> None:
        running = asyncio.create_task(self.relay.run())
        metrics.RELAY_LEADING.labels(self._service).set(1)
        try:
            while not (await asyncio.wait([running], timeout=self._leases.seconds / 3))[0]:
                if not await self._still_ours():
                    log.warning("%s: another relay is active", self._service)
                    return
            running.result()
        finally:
            metrics.RELAY_LEADING.labels(self._service).set(0)
            await end([running])

    async def _still_ours(self) -> bool:
        """While the store does not answer, going on does no harm."""
        try:
            return await self._leases.take(self._name)
        except PyMongoError as error:
            if not is_transient(error):
                raise
            return True

    async def _hash_of(self, commit: str) -> str | None:
        found = await self._commits.find_one({"_id": commit}, {"hash": 1})
        return found["hash"] if found else None


class RelayCounters(RelayMetricHooks):
    def __init__(self, service: str) -> None:
        self._service = service

    def published(self, facts: int) -> None:
        metrics.PUBLISHED.labels(self._service).inc(facts)

    def waiting(self, commits: int, oldest_seconds: float) -> None:
        metrics.PUBLISH_LAG_EVENTS.labels(self._service).set(commits)
        metrics.PUBLISH_LAG_SECONDS.labels(self._service).set(oldest_seconds)

    def failed(self, error: BaseException) -> None:
        metrics.PUBLISH_FAILURES.labels(self._service).inc()
