"""Work on parked cases: list, show, replay, step over a fact."""

import asyncio
import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from aiokafka.errors import OffsetOutOfRangeError

from shared.kafka.bus_reader import BusReader
from shared.kafka.envelope_reader import Unkeyed, key_of
from shared.kafka.message import BusMessage, position_of
from shared.kernel.log_position import BusPosition
from shared.mongo.clock_store import real_time
from shared.mongo.parking import ParkedCase, Parking, short_id
from shared.ops.base.errors import OpsError
from shared.service.processes.registry import SERVICES
from shared.service.resources.connections import Connections
from shared.service.subscriptions.consumer import name_of_place

PAUSE_SECONDS = 0.2
SHOWN_HEADERS = ("ce_stream", "ce_version", "ce_type")


class NothingThere(OpsError):
    """Raised when no such case is parked."""

    def __init__(self, name: str) -> None:
        super().__init__(
            f"没有搁置 {name}，现有的见 duban parked list。", f"{name} is not set aside."
        )


class NoMessage(OpsError):
    """Raised when the bus has no message at this place."""

    def __init__(self, place: BusPosition) -> None:
        name = name_of_place(place)
        super().__init__(f"总线上没有 {name} 这条消息。", f"The bus has no message at {name}.")


@dataclass(frozen=True)
class Aside:
    """A case, or a message alone, that a consumer of a service has set aside."""

    service: str
    case: ParkedCase
    messages: int

    @property
    def id(self) -> str:
        """The short name that `list` prints and every other command takes."""
        return short_id(self.service, self.case)


async def listed(connections: Connections, services: Iterable[str]) -> list[Aside]:
    """Returns what was set aside, oldest first in each service."""
    found: list[Aside] = []
    for service in services:
        parking = _parking(connections, service)
        for case in await parking.cases():
            positions = await parking.positions(case.consumer, case.key)
            found.append(Aside(service, case, len(positions)))
    return found


async def named(connections: Connections, id_: str) -> Aside:
    """Returns what has this id. Raises NothingThere."""
    for aside in await listed(connections, SERVICES):
        if aside.id == id_:
            return aside
    raise NothingThere(id_)


async def shown(connections: Connections, aside: Aside) -> list[tuple[str, ...]]:
    """Returns place, stream, version and type of each message, in the order of the bus."""
    parking = _parking(connections, aside.service)
    places = await parking.positions(aside.case.consumer, aside.case.key)
    return [
        (name_of_place(position_of(m)), *_names(m)) for m in await _fetched(connections, places)
    ]


async def replayed(
    connections: Connections, service: str, consumer: str, key: str, *, within: float = 60
) -> str | None:
    """Asks the worker to replay and waits for the outcome: None when all is done, else the
    reason. Raises NothingThere."""
    parking = _parking(connections, service)
    if not await parking.turn(consumer, key, ["parked", "held"], "replay"):
        raise NothingThere(f"{consumer} {key}")
    return await _settled(parking, consumer, key, within)


async def _settled(parking: Parking, consumer: str, key: str, within: float) -> str | None:
    until = time.monotonic() + within
    while head := await parking.case(consumer, key):
        if head.state != "replay":
            return f"{head.reason} {head.detail}"
        if time.monotonic() > until:
            return "工作进程未在运行，启动后会处理 (no worker has taken it up yet)"
        await asyncio.sleep(PAUSE_SECONDS)
    return None


def place_written(words: str) -> BusPosition:
    """Returns the place written as `topic/partition/offset` (as `show` lists it). Raises
    ValueError for anything else."""
    topic, *numbers = words.rsplit("/", 2)
    partition, offset = (int(number) for number in numbers if number.isdecimal())
    return topic, partition, offset


async def stepped_over(
    connections: Connections, service: str, consumer: str, place: BusPosition
) -> str:
    """Parks the case of the fact at this place before the worker decodes it; returns the name of
    the case."""
    message = await message_at(connections, place)
    try:
        key = key_of(message)
    except Unkeyed:
        key = name_of_place(place)
    await _parking(connections, service).open(consumer, key, [], "parked", "stepped-over")
    return key


async def message_at(connections: Connections, place: BusPosition) -> BusMessage:
    """Raises NoMessage."""
    try:
        (message,) = await _fetched(connections, [place])
    except (TimeoutError, OffsetOutOfRangeError) as error:
        raise NoMessage(place) from error
    return message


async def _fetched(connections: Connections, places: Sequence[BusPosition]) -> Sequence[BusMessage]:
    reader = BusReader(connections.access)
    try:
        return await reader.fetch(places)
    finally:
        await reader.close()


def _parking(connections: Connections, service: str) -> Parking:
    return Parking(connections.database(service), real_time)


def _names(message: BusMessage) -> list[str]:
    headers = dict(message.headers or ())
    return [headers.get(name, b"").decode("utf-8", "replace") for name in SHOWN_HEADERS]
