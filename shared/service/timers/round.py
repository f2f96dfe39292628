"""One round of a timer: dispatches a command to every due case, in parallel, as of one moment."""

import logging
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from aiokafka.errors import KafkaError
from pymongo.errors import PyMongoError

from shared.contracts.reminder import CaseEscalated
from shared.kernel.calendar import business_day
from shared.kernel.errors import DomainError
from shared.kernel.messages import Command
from shared.kernel.moment import stamp
from shared.parallel import in_parallel
from shared.service.commands.context import job_context
from shared.service.commands.runtime import ServiceRuntime
from shared.service.observability.metrics import (
    ESCALATIONS,
    TIMER_FAILURES,
    TIMER_LATENESS_SECONDS,
    TIMERS_FIRED,
)

log = logging.getLogger(__name__)

PASSING = (PyMongoError, KafkaError, OSError, TimeoutError)
"""Errors of store and bus, which the timer waits out."""

WIDTH = 16

Row = Mapping[str, Any]
Holders = Mapping[str, str]
"""`unit:role` → the person who holds the role at the unit."""

Delegates = Mapping[str, tuple[str, ...]]
"""`unit:role` → the people who act for that person in the role."""


@dataclass
class Round:
    """`command(at, holders)` makes the command of a case; `roles`: the roles whose holders it may
    name, by place. Holders are looked up once in a round."""

    runtime: ServiceRuntime
    at: datetime
    command: Callable[[datetime, Holders, Delegates], Command]
    roles: Mapping[str, tuple[str, ...]]
    cached: dict[tuple[str, str], str | None] = field(default_factory=dict)
    acting: dict[tuple[str, str], tuple[str, ...]] = field(default_factory=dict)

    async def dispatch(self, rows: Sequence[Row]) -> int:
        """Returns the number of cases that recorded facts."""
        return sum(await in_parallel(self._dispatch, rows, WIDTH))

    async def _dispatch(self, row: Row) -> bool:
        stream, name = row["stream"], self.runtime.name
        holders = await self._holders(row["places"])
        command = self.command(self.at, holders, await self._delegates(holders))
        context = job_context(name, command, stream, str(row["version"]), stamp(self.at))
        try:
            outcome = await self.runtime.handler.handle(stream, command, context)
        except DomainError as error:
            log.warning("%s is dispatched again later: %s", stream, error)
            return False
        except Exception as error:
            if isinstance(error, PASSING):
                raise
            # A bug that one case brings to light: its neighbours go on, and it shows as overdue.
            log.exception("%s cannot be decided, and is dispatched again later", stream)
            TIMER_FAILURES.labels(name).inc()
            return False
        facts = outcome.commit.facts if outcome.commit and not outcome.repeated else ()
        for fact in facts:
            measure(name, fact.type, fact.data)
        return bool(facts)

    async def _holders(self, places: Mapping[str, Sequence[str]]) -> Holders:
        """Returns the holders for every place that a rung may name."""
        wanted = [
            (unit, role)
            for place, units in places.items()
            for unit in units
            for role in self.roles[place]
        ]
        holders = {f"{unit}:{role}": await self._holder(unit, role) for unit, role in wanted}
        return {name: person for name, person in holders.items() if person}

    async def _delegates(self, holders: Holders) -> Delegates:
        delegates = {place: await self._acting(place, who) for place, who in holders.items()}
        return {place: people for place, people in delegates.items() if people}

    async def _acting(self, place: str, person: str) -> tuple[str, ...]:
        if (place, person) not in self.acting:
            unit, _, role = place.rpartition(":")
            self.acting[place, person] = await self.runtime.actors.delegates_of(
                person, role, unit, business_day(self.at)
            )
        return self.acting[place, person]

    async def _holder(self, unit: str, role: str) -> str | None:
        if (unit, role) not in self.cached:
            on = business_day(self.at)
            self.cached[unit, role] = await self.runtime.actors.holder_of(role, unit, on)
        return self.cached[unit, role]


def measure(service: str, fact: str, data: Mapping[str, Any]) -> None:
    """Observes the lateness of a rung; counts escalations by role."""
    if "lateness_seconds" in data:
        TIMERS_FIRED.labels(service, data["rule"]).inc()
        TIMER_LATENESS_SECONDS.labels(service).observe(data["lateness_seconds"])
    if fact == CaseEscalated.type:
        ESCALATIONS.labels(service, data["role"]).inc()
