"""Leadership: of all processes that could do a work, the one that holds its lease does it."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from contextlib import suppress

from pymongo.errors import PyMongoError

from shared.cancelling import end
from shared.mongo.leases import Leases
from shared.mongo.transient import is_transient
from shared.pauses import pauses

log = logging.getLogger(__name__)

Work = Callable[[], Awaitable[None]]


class Leadership:
    """`leading` is a callback: 1 when this process begins to lead, 0 when it ends.

    Two processes may work for some seconds after a pause of one: the work has to stand that.
    """

    def __init__(self, leases: Leases, name: str, leading: Callable[[int], None]) -> None:
        self._leases = leases
        self._name = name
        self._leading = leading

    async def run(self, work: Work) -> None:
        """Endless: waits for the lease, works while it is held, begins again after an error that
        may pass. Raises any other error of the work or the store."""
        self._leading(0)
        for pause in pauses():
            try:
                await self._run_once(work)
            except Exception as error:
                if not is_transient(error):
                    raise
                log.warning("%s starts again: %r", self._name, error)
            await asyncio.sleep(pause)

    async def _run_once(self, work: Work) -> None:
        try:
            while not await self._leases.take(self._name):  # noqa: ASYNC110 - others give it back
                await asyncio.sleep(self._leases.seconds / 5)
            await self._work_while_held(work)
        finally:
            with suppress(PyMongoError):
                await self._leases.give_back(self._name)

    async def _work_while_held(self, work: Work) -> None:
        working = asyncio.ensure_future(work())
        self._leading(1)
        try:
            while not (await asyncio.wait([working], timeout=self._leases.seconds / 3))[0]:
                if not await self._still_held():
                    log.warning("%s: another process leads", self._name)
                    return
            working.result()
        finally:
            self._leading(0)
            await end([working])

    async def _still_held(self) -> bool:
        """While the store does not answer, going on does no harm."""
        try:
            return await self._leases.take(self._name)
        except PyMongoError as error:
            if not is_transient(error):
                raise
            return True
