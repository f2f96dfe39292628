"""Clients that write to one log through whatever happens to it, and note what they hear."""

import asyncio
import random
from collections import Counter
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from itertools import count
from typing import Any

import pytest

from shared.cancelling import end
from shared.kernel.errors import Unavailable
from shared.mongo.event_store import MongoEventStore
from shared.service.eventlog.outbox import Outbox
from shared.service.resources.connections import Connections
from shared.testing.drafts import a_draft, a_fact, append_at_head
from shared.testing.eventually import eventually
from shared.testing.faults.checkers import findings
from shared.testing.faults.collector import Collector
from shared.testing.faults.evidence import Finding
from shared.testing.faults.history import History
from shared.testing.isolation import isolated
from shared.testing.signatures import sign
from tests.faults.toy import TOY

SERVICE = "handling"
LOG_AND_BUS = replace(TOY, listens=frozenset(), projections=())
HEALS_WITHIN = 120.0
"""Seconds; the machine may be busy with other tests."""


@dataclass
class Clients:
    """Several writers for each stream; a command of unknown outcome is asked again until somebody
    knows."""

    store: MongoEventStore
    seed: int
    writers: int = 6
    streams: int = 3
    history: History = field(default_factory=History)
    acknowledged: int = 0
    _working: asyncio.Future[Any] = field(init=False)
    _numbers: Iterator[int] = field(default_factory=count)

    @asynccontextmanager
    async def at_work(self) -> AsyncIterator["Clients"]:
        """When it ends, everybody has the answer to his last question."""
        stop = asyncio.Event()
        self._working = asyncio.gather(
            *[self._client(number, stop) for number in range(self.writers)]
        )
        try:
            yield self
        except BaseException:
            self._working.cancel()
            raise
        finally:
            stop.set()
        async with asyncio.timeout(HEALS_WITHIN):
            await self._working

    async def hear(self, more: int = 20) -> None:
        """Returns when so many more were acknowledged: whatever happened, it is over."""
        wanted = self.acknowledged + more
        await eventually(
            lambda: self.acknowledged >= wanted or self._working.done(), within=HEALS_WITHIN
        )
        assert not self._working.done(), "somebody was told what nobody may be told"

    async def _client(self, number: int, stop: asyncio.Event) -> None:
        chance = random.Random(self.seed * 1_000 + number)
        while not stop.is_set():
            stream = f"handling-s{chance.randrange(self.streams)}"
            await self._ask(stream, f"command-{next(self._numbers)}", chance.choice((1, 2, 3)))

    async def _ask(self, stream: str, command: str, facts: int) -> None:
        draft = a_draft(stream, command, [a_fact(by=command)] * facts)
        while True:
            self.history.note("invoke", command)
            try:
                commit = await self.store.twin(stream, command, draft.fingerprint)
                commit = commit or await append_at_head(self.store, draft)
            except Unavailable as error:
                self.history.note("unknown", command, why=str(error))
                await asyncio.sleep(0.05)
                continue
            types = tuple(fact.type for fact in commit.facts)
            self.history.note("ok", command, stream=stream, version=commit.last, facts=types)
            self.acknowledged += 1
            return


@asynccontextmanager
async def publishing(here: Connections) -> AsyncIterator[Outbox]:
    """By a relay in this process."""
    outbox = Outbox(SERVICE, here)
    task = asyncio.create_task(outbox.run())
    await eventually(lambda: outbox.relay.publishing or task.done(), within=HEALS_WITHIN)
    try:
        yield outbox
    finally:
        await end([task])


@asynccontextmanager
async def a_store(here: Connections, patience: float = 3.0) -> AsyncIterator[MongoEventStore]:
    """It gives up soon, so that its callers hear of the outage."""
    store = MongoEventStore(here.database(SERVICE), sign, patience=patience)
    await store.prepare()
    yield store
    await store.close()


@asynccontextmanager
async def published_log(
    store: str, bus: str, space: str
) -> AsyncIterator[tuple[Connections, MongoEventStore]]:
    """A log with its relay."""
    async with isolated(store, bus, space) as here, a_store(here) as log, publishing(here):
        yield here, log


async def objections(here: Connections, history: History) -> list[Finding]:
    """Of all checkers, when the relay has published everything or may be taken to be stuck."""
    collector = Collector(here, [LOG_AND_BUS])
    quiet = await collector.quiet(HEALS_WITHIN)
    found = findings(await collector.collect(), history)
    report(history, found)
    assert quiet or found, "somebody is behind, and no checker says so"
    return found


def report(history: History, found: Sequence[Finding]) -> None:
    """For whoever reads the run: what was asked, and how long nobody was answered."""
    attempts = Counter(entry.what for entry in history.entries)
    silence = history.longest_silence()
    print(f"\n{dict(attempts)}, longest silence {silence:.1f} s, findings {len(found)}")  # noqa: T201


def rounds(seed: int) -> int:
    """How often a node is killed: once in the smoke set, and in the long one also when it has come
    back."""
    return 1 if seed == 1 else 2


def seeds(*long: int) -> pytest.MarkDecorator:
    """One for every run, the others for the long set."""
    rest = [pytest.param(seed, marks=pytest.mark.long) for seed in long]
    return pytest.mark.parametrize("seed", [1, *rest])
