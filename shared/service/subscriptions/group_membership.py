"""Group membership: each instance id belongs to one living worker; two with one id would expel each
other."""

import asyncio
import logging
from collections.abc import Callable, Sequence

from pymongo.errors import PyMongoError

from shared.cancelling import end
from shared.mongo.leases import Leases
from shared.mongo.transient import is_transient

log = logging.getLogger(__name__)

PAUSE_SECONDS = 0.5


class NameLost(Exception):
    """Another worker has taken the instance id: this one did not renew its lease in time."""


class GroupMembership:
    """Holds the leases of this worker's instance ids."""

    def __init__(self, leases: Leases, on_fatal: Callable[[BaseException], None]) -> None:
        self._leases = leases
        self._on_fatal = on_fatal
        self._names: set[str] = set()
        self._keeping: asyncio.Task[None] | None = None

    async def join(self, instance: str) -> str:
        """Waits until the lease of a former holder is given back or has run out."""
        name = f"instance/{instance}"
        while not await self._leases.take(name):
            log.info("%s belongs to another worker", instance)
            await asyncio.sleep(PAUSE_SECONDS)
        self._names.add(name)
        self._keeping = self._keeping or asyncio.create_task(self._keep())
        return instance

    async def leave(self, instance: str) -> None:
        name = f"instance/{instance}"
        self._names.discard(name)
        await self._leases.give_back(name)

    async def close(self) -> None:
        if self._keeping:
            await end([self._keeping])
        await self._leases.give_back(*self._names)

    async def _keep(self) -> None:
        while True:
            await asyncio.sleep(self._leases.seconds / 3)
            await self._keep_all(sorted(self._names))

    async def _keep_all(self, names: Sequence[str]) -> None:
        try:
            if await self._leases.renew(*names):
                return
            for name in names:
                if name in self._names and not await self._leases.take(name):
                    self._on_fatal(NameLost(name))
        except PyMongoError as error:
            if not is_transient(error):
                self._on_fatal(error)
            log.warning("%s are not renewed: %s", ", ".join(names), error)
