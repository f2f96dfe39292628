"""Audit of hash chain and signatures: reads the whole log once a day, at 5 % of a processor."""

import asyncio
import logging
import time
from collections.abc import AsyncIterator

from pymongo.errors import PyMongoError

from shared.kernel.chain import Chain, ChainFault, SignatureFault
from shared.mongo.clock_store import real_time
from shared.mongo.commits import Commits, commits_of
from shared.service.observability.metrics import CHAIN_CHECKED, CHAIN_FAULTS
from shared.service.resources.connections import Connections

log = logging.getLogger(__name__)

FIRST_AFTER, EVERY, AGAIN_AFTER = 15.0, 86_400.0, 300.0
AT_ONCE = 50
SHARE = 0.05
"""Of one processor, at most."""


class ChainAudit:
    """`duban verify` at leisure, in the API process. Faults are alerted, never repaired."""

    def __init__(self, service: str, connections: Connections) -> None:
        self._service = service
        self._commits = commits_of(connections.database(service))
        self._ring = connections.keys.ring
        self._last = 0

    async def run(self) -> None:
        """Endless; waits out errors of the store."""
        CHAIN_FAULTS.labels(self._service).set(0)
        await asyncio.sleep(FIRST_AFTER)
        while True:
            try:
                await self.check()
                pause = EVERY
            except PyMongoError as error:
                log.warning("%s: the audit begins again later: %r", self._service, error)
                pause = AGAIN_AFTER
            await asyncio.sleep(pause)

    async def check(self) -> int:
        """Returns the number of faults; each is logged and alerted at once."""
        gauge, number = CHAIN_FAULTS.labels(self._service), 0
        async for fault in faults(self._commits, self._ring.commit_fault):
            number += 1
            gauge.set(max(number, self._last))
            log.error("%s: %s %s: %s", self._service, fault.commit, fault.rule, fault.detail)
        gauge.set(number)
        self._last = number
        CHAIN_CHECKED.labels(self._service).set(real_time().timestamp())
        return number


async def faults(
    commits: Commits, signature_fault: SignatureFault, share: float = SHARE
) -> AsyncIterator[ChainFault]:
    """Reads stream by stream, so that one head is kept in memory at a time."""
    chain, began, number = Chain(signature_fault), time.perf_counter(), 0
    async for document in commits.find({}, batch_size=AT_ONCE).sort([("stream", 1), ("first", 1)]):
        if document.get("stream") not in chain.heads:
            chain = Chain(signature_fault)
        for fault in chain.faults_of(document):
            yield fault
        number += 1
        if number % AT_ONCE == 0:
            await asyncio.sleep((time.perf_counter() - began) * (1 / share - 1))
            began = time.perf_counter()
