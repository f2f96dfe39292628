"""Drop of a message that is no fact: remembered for all consumers, now and at every rebuild."""

from collections.abc import Iterable

from shared.kafka.message import BusMessage
from shared.kafka.message_check import MessageCheck, content_of
from shared.kernel.log_position import BusPosition
from shared.mongo.clock_store import real_time
from shared.mongo.dropped import DroppedMessages
from shared.mongo.parking import ParkedCase, Parking
from shared.ops.base.errors import OpsError
from shared.ops.cli.parked_cases import listed, message_at, place_written
from shared.service.processes.registry import SERVICES
from shared.service.resources.connections import Connections
from shared.service.subscriptions.consumer import is_place, name_of_place

FORKED = "hash-mismatch"
"""Of two histories under one version, one has to be dropped, though its owner has signed it."""


class IsAFact(OpsError):
    """Raised for a fact that its owner has signed: without it, its case would wait for ever."""

    def __init__(self, place: BusPosition) -> None:
        name = name_of_place(place)
        super().__init__(
            f"{name} 是由其所属服务签名的事实，丢弃后该办件将永远缺少一个版本；请排除原因后重放。",
            f"{name} is a fact that its owner has signed: mend the cause and replay it.",
        )


async def dropped(connections: Connections, place: BusPosition) -> int:
    """Drops the message for all consumers; returns the number of those that kept it.

    May be repeated: a crash in between leaves the message remembered, and some consumers keep it.
    Raises NoMessage, IsAFact.
    """
    message = await message_at(connections, place)
    keeping = await _keeping(connections, place)
    reasons = {case.reason for _, case in keeping}
    _check_droppable(connections, message, place, reasons)
    memory = DroppedMessages(connections.database("control"), real_time)
    reason = next(iter(sorted(reasons)), "unknown")
    await memory.add(content_of(message).hex(), place, reason)
    for parking, case in keeping:
        await _let_go(parking, case, place)
    return len(keeping)


async def places_alone(connections: Connections) -> list[BusPosition]:
    """Returns the places of all messages that were set aside alone."""
    asides = await listed(connections, SERVICES)
    names = {aside.case.key for aside in asides if is_place(aside.case.key)}
    return sorted(place_written(name) for name in names)


async def _keeping(
    connections: Connections, place: BusPosition
) -> list[tuple[Parking, ParkedCase]]:
    parkings = [Parking(connections.database(service), real_time) for service in SERVICES]
    return [(parking, case) for parking in parkings for case in await parking.at(place)]


def _check_droppable(
    connections: Connections, message: BusMessage, place: BusPosition, reasons: Iterable[str]
) -> None:
    is_fact = MessageCheck(connections.keys.ring).is_sound(message)
    if is_fact and FORKED not in reasons:
        raise IsAFact(place)


async def _let_go(parking: Parking, case: ParkedCase, place: BusPosition) -> None:
    """A message alone is gone at once; a case is replayed by its worker, without the message."""
    if is_place(case.key):
        await parking.forget(case.consumer, [place])
        await parking.close(case)
    else:
        await parking.turn(case.consumer, case.key, ["parked", "held"], "replay")
