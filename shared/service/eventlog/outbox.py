"""The outbox of a service: its relay, run by one process at a time."""

from shared.kafka.metric_hooks import RelayMetricHooks
from shared.kafka.relay import Relay, RelayParts
from shared.mongo.checkpoints import Checkpoints
from shared.mongo.clock_store import real_time
from shared.mongo.commits import commits_of
from shared.mongo.leases import Leases
from shared.mongo.log_feed import LogFeed
from shared.mongo.shared_tail import SharedTail
from shared.service.observability import metrics
from shared.service.observability.failpoints import crash_point
from shared.service.resources.connections import Connections
from shared.service.resources.leadership import Leadership


class Outbox:
    """`run()` is endless, a task of the API process. Raises BehindBus, and any error that does not
    pass."""

    def __init__(
        self, service: str, connections: Connections, shared: SharedTail | None = None
    ) -> None:
        database = connections.database(service)
        self._commits = commits_of(database)
        self._leadership = Leadership(
            Leases(connections.database("control")),
            f"relay/{service}",
            metrics.RELAY_LEADING.labels(service).set,
        )
        parts = RelayParts(
            service=service,
            access=connections.access,
            namespace=connections.namespace,
            feed=LogFeed(database, shared),
            checkpoints=Checkpoints(database),
            hash_of=self._hash_of,
            real_time=real_time,
            keys=connections.keys,
            metric_hooks=RelayCounters(service),
            crash_point=crash_point,
        )
        self.relay = Relay(parts)

    async def run(self) -> None:
        await self._leadership.run(self.relay.run)

    async def _hash_of(self, commit: str) -> str | None:
        document = await self._commits.find_one({"_id": commit}, {"hash": 1})
        return document.get("hash") if document else None


class RelayCounters(RelayMetricHooks):
    """The relay's metrics."""

    def __init__(self, service: str) -> None:
        self._service = service

    def published(self, facts: int) -> None:
        metrics.PUBLISHED.labels(self._service).inc(facts)

    def waiting(self, commits: int, oldest_seconds: float) -> None:
        metrics.PUBLISH_LAG_EVENTS.labels(self._service).set(commits)
        metrics.PUBLISH_LAG_SECONDS.labels(self._service).set(oldest_seconds)

    def failed(self, error: BaseException) -> None:
        metrics.PUBLISH_FAILURES.labels(self._service).inc()

    def left_out(self) -> None:
        metrics.NO_COMMITS.labels(self._service).inc()
