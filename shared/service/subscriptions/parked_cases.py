"""Parked cases of the consumers in this process: replays, attempts at held ones, gauges."""

import logging
from asyncio import sleep as pause
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
    """Queries each database once in two seconds while it has parked cases, off the path of live
    facts, and otherwise once in sixteen: another process may have set one aside. `passes` says
    whether an error may be waited out."""

    def __init__(self, passes: Callable[[BaseException], bool]) -> None:
        self._passes = passes
        self._watched: dict[str, Replayable] = {}

    def watch(self, replayable: Replayable) -> None:
        self._watched[replayable.consumer.name] = replayable
        replayable.parking.may_wait = True

    def unwatch(self, name: str) -> None:
        if former := self._watched.pop(name, None):
            metrics.forget_consumer(former.service, name)

    async def run(self) -> None:
        """Endless; raises any error that does not pass."""
        for number in count():
            states = ["replay", "held"] if number % HELD_EVERY == 0 else ["replay"]
            for parking, group in self._by_database().items():
                try:
                    if parking.may_wait or "held" in states:
                        await self._replay(parking, group, states)
                except Exception as error:
                    if not self._passes(error):
                        raise
                    parking.may_wait = True
                    log.warning("%s: looking again later: %r", group[0].service, error)
            await pause(LOOK_SECONDS)

    def _by_database(self) -> dict[Parking, list[Replayable]]:
        groups: defaultdict[Parking, list[Replayable]] = defaultdict(list)
        for replayable in self._watched.values():
            groups[replayable.parking].append(replayable)
        return groups

    async def _replay(self, parking: Parking, group: list[Replayable], states: list[str]) -> None:
        """`group`: consumers of one database."""
        consumers = {each.consumer.name: each.consumer for each in group}
        for name, key in await parking.waiting(consumers.keys(), states):
            rest = await consumers[name].replay(key)
            log.info("%s: %s replayed: %s", name, key, rest.reason if rest else "done")
        if "held" in states:
            await self._count(parking, group)

    async def _count(self, parking: Parking, group: list[Replayable]) -> None:
        """Sets the gauges of consumers that were not removed meanwhile. What is set aside while it
        counts is either found or told by `may_wait`."""
        parking.may_wait = False
        counts = await parking.counts([each.consumer.name for each in group])
        parking.may_wait |= any(counts.values())
        for each in group:
            name, number = each.consumer.name, counts[each.consumer.name]
            if name in self._watched:
                metrics.HELD_CASES.labels(each.service, name).set(number["held"])
                others = number.total() - number["held"]
                metrics.PARKED_CASES.labels(each.service, name).set(others)
