"""Consumer: applies batches of facts that their owners signed.

A case that cannot go on is set aside, neighbours go on; a message that is no fact is set aside
alone."""

import logging
from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from typing import Protocol

from shared.kafka.envelope_reader import key_of, source_of
from shared.kafka.message import BusMessage, position_of
from shared.kernel.log_position import BusPosition
from shared.mongo.parking import ParkedCase, Parking, State
from shared.service.observability.failpoints import crash_point
from shared.service.observability.logging import bound
from shared.service.observability.metrics import REFUSED_MESSAGES
from shared.service.subscriptions.gate import DROPPED, Gate, Refusal
from shared.service.subscriptions.ordering import Cases, Rest

log = logging.getLogger(__name__)

CHUNK = 500


class Bus(Protocol):
    async def fetch(self, places: Sequence[BusPosition]) -> Sequence[BusMessage]: ...


class Effect(Protocol):
    """Reactions, deliveries, or a read model."""

    async def apply(self, cases: Cases) -> Mapping[str, Rest]:
        """Handles facts, each once; returns what is left of a case that cannot go on."""
        ...

    async def flush(self) -> None:
        """Writes what was kept in memory of facts that were handled."""
        ...

    def forget(self, keys: Collection[str] | None = None) -> None:
        """Drops cached state of these cases (None: of all): other processes may have changed it."""
        ...


class Consumer:
    """`listens` are the owners whose facts are applied; a message without an owner is looked at,
    too, and set aside."""

    def __init__(
        self,
        name: str,
        listens: frozenset[str],
        effect: Effect,
        *,
        parking: Parking,
        bus: Bus,
        gate: Gate,
    ) -> None:
        self.name = name
        self._listens = listens
        self._effect = effect
        self._parking = parking
        self._bus = bus
        self._gate = gate
        self._aside: dict[str, State] | None = None

    async def apply(self, batch: Sequence[BusMessage]) -> None:
        """On return every fact is handled or set aside; after `flush` its offset may be noted."""
        cases = self._by_case(await self._believed(batch))
        if not cases:
            return
        states = await self._set_aside_of(cases.keys())
        held = {key for key, state in states.items() if state == "held"}
        await self._apply_cases(
            {k: m for k, m in cases.items() if k not in states or k in held}, held
        )
        for key in states.keys() - held:
            await self._follow(key, cases[key])
        crash_point("after_effect_before_ack")

    async def flush(self) -> None:
        """Writes what is kept in memory of facts that were applied; before their offsets are."""
        await self._effect.flush()

    def forget(self) -> None:
        """Drops all cached state: partitions were assigned anew."""
        self._aside = None
        self._gate.forget()
        self._effect.forget()

    async def replay(self, key: str) -> Rest | None:
        """Applies the facts that are kept of a case, in the order of the bus, or a message that was
        set aside alone.

        Returns None when all are handled, else the rest. New facts may be appended meanwhile.
        """
        self._gate.forget()
        rest = await (self._replayed_alone(key) if is_place(key) else self._replayed(key))
        self._effect.forget({key})
        if rest is None and self._aside:
            self._aside.pop(key, None)
        return rest

    async def _replayed(self, key: str) -> Rest | None:
        while case := await self._parking.case(self.name, key):
            places = await self._parking.positions(self.name, key)
            rest = await self._apply_kept(key, places)
            if rest is None:
                await self._parking.close(case)
            elif rest.state == "parked" or len(rest.messages) == len(places):
                await self._stopped(case, rest)
                return rest
        return None

    async def _replayed_alone(self, key: str) -> Rest | None:
        """Applies a message that the gate refused before: the ring may have learned its key."""
        case = await self._parking.case(self.name, key)
        if case is None:
            return None
        places = await self._parking.positions(self.name, key)
        messages = await self._bus.fetch(places)
        await self.apply(messages)
        if left := [message for message in messages if await self._refusal_of(message)]:
            after = await self._parking.case(self.name, key) or case
            return Rest(left, "parked", after.reason, after.detail)
        await self._parking.forget(self.name, places)
        await self._parking.close(case)
        return None

    async def _refusal_of(self, message: BusMessage) -> Refusal | None:
        """Returns the refusal of a message that waits for an operator."""
        refusal = await self._gate.refusal_of(message)
        return None if refusal == DROPPED else refusal

    async def _set_aside_of(self, keys: Collection[str]) -> dict[str, State]:
        """Read once, then cached: a case set aside by another process shows as a gap, a case taken
        back by another as a missing document."""
        if self._aside is None:
            states = await self._parking.states(self.name)
            self._aside = states if self._aside is None else self._aside
        return {key: state for key in keys if (state := self._aside.get(key))}

    async def _believed(self, messages: Sequence[BusMessage]) -> list[BusMessage]:
        """Returns the facts of those that this consumer listens to; each message that is no fact
        is set aside alone, unless it was dropped."""
        believed: list[BusMessage] = []
        for message in messages:
            source = source_of(message)
            if source is not None and source not in self._listens:
                continue
            refusal = await self._gate.refusal_of(message)
            if refusal is None:
                believed.append(message)
            elif refusal != DROPPED:
                await self._refuse(message, refusal)
        return believed

    def _by_case(self, messages: Sequence[BusMessage]) -> dict[str, list[BusMessage]]:
        cases: defaultdict[str, list[BusMessage]] = defaultdict(list)
        for message in messages:
            cases[key_of(message)].append(message)
        return cases

    async def _apply_cases(self, cases: Cases, held: set[str]) -> None:
        """Applies also the facts of held cases that are not behind the gap; if there were any, the
        gap may be closed, and the case is replayed."""
        if not cases:
            return
        rests = await self._effect.apply(cases)
        for key, rest in rests.items():
            await self._set_aside(key, rest)
        self._effect.forget(held | rests.keys())
        for key in held | {key for key, rest in rests.items() if rest.state == "held"}:
            left = rests[key].messages if key in rests else ()
            if len(left) < len(cases[key]):
                await self.replay(key)

    async def _set_aside(self, key: str, rest: Rest) -> None:
        with bound(case_id=key):
            log.warning("%s: %s is %s: %s %s", self.name, key, rest.state, rest.reason, rest.detail)
        places = [position_of(message) for message in rest.messages]
        await self._parking.open(self.name, key, places, rest.state, rest.reason, rest.detail)
        if self._aside is not None:
            self._aside[key] = "parked" if rest.state == "parked" else self._aside.get(key, "held")

    async def _follow(self, key: str, messages: Sequence[BusMessage]) -> None:
        places = [position_of(message) for message in messages]
        if not await self._parking.append(self.name, key, places):
            (self._aside or {}).pop(key, None)
            await self._apply_cases({key: messages}, set())

    async def _apply_kept(self, key: str, places: Sequence[BusPosition]) -> Rest | None:
        """Applies before it forgets: a crash in between only repeats facts."""
        waiting: list[BusMessage] = []
        for begin in range(0, len(places), CHUNK):
            messages = await self._bus.fetch(places[begin : begin + CHUNK])
            believed = await self._believed(messages)
            rest = (await self._effect.apply({key: believed})).get(key)
            await self._effect.flush()
            left = {position_of(message) for message in rest.messages} if rest else set()
            done = [place for message in messages if (place := position_of(message)) not in left]
            await self._parking.forget(self.name, done)
            if rest and rest.state == "parked":
                return rest
            waiting += rest.messages if rest else ()
        return Rest(waiting, "held", "gap") if waiting else None

    async def _stopped(self, case: ParkedCase, rest: Rest) -> None:
        if rest.state == "parked":
            await self._parking.open(self.name, case.key, [], "parked", rest.reason, rest.detail)
        else:
            await self._parking.turn(self.name, case.key, ["replay"], "held")

    async def _refuse(self, message: BusMessage, refusal: Refusal) -> None:
        place, reason, detail = position_of(message), refusal.reason, refusal.detail
        REFUSED_MESSAGES.labels(self.name, reason).inc()
        log.error("%s: %s is no fact: %s %s", self.name, place, reason, detail)
        await self._parking.open(self.name, name_of_place(place), [place], "parked", reason, detail)


def name_of_place(place: BusPosition) -> str:
    """Returns the name under which a message is set aside alone: `topic/partition/offset`."""
    return "/".join(map(str, place))


def is_place(key: str) -> bool:
    """Returns whether a parked name is that of a message; the id of a case has no slash."""
    return "/" in key
