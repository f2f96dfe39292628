"""Takes care of cases that were set aside: replays those that an operator asked for, tries held
ones, counts all."""

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
class Charge:
    service: str
    consumer: Consumer
    parking: Parking


class Caretaker:
    """A round every two seconds asks each database once; nothing here is on the way of live
    facts."""

    def __init__(self, passes: Callable[[BaseException], bool]) -> None:
        self._passes = passes
        self._charges: dict[str, Charge] = {}

    def take(self, charge: Charge) -> None:
        self._charges[charge.consumer.name] = charge

    def release(self, name: str) -> None:
        if charge := self._charges.pop(name, None):
            metrics.forget_consumer(charge.service, name)

    async def care_for_ever(self) -> None:
        for number in count():
            states = ["replay", "held"] if number % HELD_EVERY == 0 else ["replay"]
            for charges in self._by_database():
                try:
                    await self._care(charges, states, counting="held" in states)
                except Exception as error:
                    if not self._passes(error):
                        raise
                    log.warning("%s: looking again later: %r", charges[0].service, error)
            await asyncio.sleep(LOOK_SECONDS)

    def _by_database(self) -> list[list[Charge]]:
        found: defaultdict[Parking, list[Charge]] = defaultdict(list)
        for charge in self._charges.values():
            found[charge.parking].append(charge)
        return list(found.values())

    async def _care(self, charges: list[Charge], states: list[str], counting: bool) -> None:
        """Of consumers that have one database."""
        consumers = {charge.consumer.name: charge.consumer for charge in charges}
        for name, key in await charges[0].parking.waiting(consumers.keys(), states):
            rest = await consumers[name].replay(key)
            log.info("%s: %s replayed: %s", name, key, rest.reason if rest else "done")
        for charge in charges if counting else ():
            await self._count(charge)

    async def _count(self, charge: Charge) -> None:
        """Unless it was released meanwhile."""
        name = charge.consumer.name
        counts = await charge.parking.counts(name)
        if name in self._charges:
            metrics.HELD_CASES.labels(charge.service, name).set(counts.pop("held", 0))
            metrics.PARKED_CASES.labels(charge.service, name).set(sum(counts.values()))
