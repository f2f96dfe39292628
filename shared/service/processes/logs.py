"""The logs that an API process owns: their relays, the audits of their chains, and the watch of the
directory."""

from collections.abc import Awaitable, Sequence
from dataclasses import dataclass

from shared.mongo.shared_tail import SharedTail
from shared.service.definition import ServiceDefinition
from shared.service.eventlog.chain_audit import ChainAudit
from shared.service.eventlog.outbox import Outbox
from shared.service.identity.remembered_entries import DirectoryWatch
from shared.service.resources.connections import Connections
from shared.service.resources.process_resources import ProcessResources

DIRECTORY = "directory"
"""The service whose facts say who may act."""


@dataclass(frozen=True)
class OwnLogs:
    """Logs by the names of their services; `tail` is the one change stream of several (ADR 70),
    `watch` hears the directory's where the tail reads it (ADR 66)."""

    resources: ProcessResources
    names: Sequence[str]
    tail: SharedTail | None
    watch: DirectoryWatch | None

    def work(self) -> list[Awaitable[None]]:
        """Returns the relays of the logs, the audits of their chains, and what the watch hears."""
        relays = [Outbox(name, self.resources, self.tail).run() for name in self.names]
        heard = [self.tail.attend()] if self.tail and self.watch else []
        return [*relays, *heard, *(ChainAudit(name, self.resources).run() for name in self.names)]


async def own_logs(
    resources: ProcessResources, definitions: Sequence[ServiceDefinition]
) -> OwnLogs:
    """Returns the logs of services that record facts. Raises PyMongoError."""
    names = [definition.name for definition in definitions if definition.streams]
    tail = await shared_tail(resources, names)
    watch = watch_by(tail, resources) if tail and DIRECTORY in names else None
    return OwnLogs(resources, names, tail, watch)


async def shared_tail(connections: Connections, logs: Sequence[str]) -> SharedTail | None:
    """Returns the one change stream of several logs; None for a single one, and where the account
    may not watch them together: then each relay has its own."""
    if len(logs) < 2:  # noqa: PLR2004
        return None
    names = [connections.namespace.database(name) for name in logs]
    tail = SharedTail(connections.mongo, names)
    return tail if await tail.is_allowed() else None


def watch_by(tail: SharedTail, connections: Connections) -> DirectoryWatch:
    """Returns the watch of the directory, which hears its log by the tail."""
    watch = DirectoryWatch()
    tail.listen(connections.namespace.database(DIRECTORY), watch.note)
    return watch
