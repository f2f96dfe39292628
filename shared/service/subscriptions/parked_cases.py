"""Parked cases of the consumers in this process: replays, attempts at held ones, gauges."""

import asyncio
import logging
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass
from itertools import count

from shared.mongo.parking import Parking
from shared.service.observability import metrics
from shared.service.subscriptions.consumer import Consumer

log = logging.getLogger(__name__)

LOOK_SECONDS = 2.0
HELD_EVERY = 8


@dataclass(frozen=True, slots=True)
class Replayable:
    """A consumer, and the database that keeps its parked cases."""

    service: str
    consumer: Consumer
    parking: Parking


class Replayer:
    """Queries each database once in two seconds, off the path of live facts. `passes` says whether
    an error may be waited out."""

    def __init__(self, passes: Callable[[BaseException], bool]) -> None:
        self._passes = passes
        self._watched: dict[str, Replayable] = {}

    def watch(self, replayable: Replayable) -> None:
        self._watched[replayable.consumer.name] = replayable

    def unwatch(self, name: str) -> None:
        if former := self._watched.pop(name, None):
            metrics.forget_consumer(former.service, name)

    async def run(self) -> None:
        """Endless; raises any error that does not pass."""
        for number in count():
            states = ["replay", "held"] if number % HELD_EVERY == 0 else ["replay"]
            for group in self._by_database():
                try:
                    await self._replay(group, states, counting="held" in states)
                except Exception as error:
                    if not self._passes(error):
                        raise
                    log.warning("%s: looking again later: %r", group[0].service, error)
            await asyncio.sleep(LOOK_SECONDS)

    def _by_database(self) -> list[list[Replayable]]:
        groups: defaultdict[Parking, list[Replayable]] = defaultdict(list)
        for replayable in self._watched.values():
            groups[replayable.parking].append(replayable)
        return list(groups.values())

    async def _replay(self, group: list[Replayable], states: list[str], counting: bool) -> None:
        """`group`: consumers of one database."""
        consumers = {each.consumer.name: each.consumer for each in group}
        for name, key in await group[0].parking.waiting(consumers.keys(), states):
            rest = await consumers[name].replay(key)
            log.info("%s: %s replayed: %s", name, key, rest.reason if rest else "done")
        for each in group if counting else ():
            await self._count(each)

    async def _count(self, replayable: Replayable) -> None:
        """Sets the gauges, unless the consumer was removed meanwhile."""
        name = replayable.consumer.name
        counts = await replayable.parking.counts(name)
        if name in self._watched:
            service = replayable.service
            metrics.HELD_CASES.labels(service, name).set(counts.pop("held", 0))
            metrics.PARKED_CASES.labels(service, name).set(sum(counts.values()))
