"""Work on parked cases: list, show, replay, step over a fact."""

import asyncio
import time
from collections.abc import Sequence

from aiokafka.errors import OffsetOutOfRangeError

from shared.kafka.bus_reader import BusReader
from shared.kafka.envelope_reader import Unkeyed, key_of
from shared.kafka.message import BusMessage
from shared.kernel.log_position import BusPosition
from shared.mongo.clock_store import real_time
from shared.mongo.parking import ParkedCase, Parking
from shared.ops.base.errors import OpsError
from shared.service.resources.connections import Connections

PAUSE_SECONDS = 0.2
SHOWN_HEADERS = ("ce_stream", "ce_version", "ce_type")


class NothingThere(OpsError):
    """Raised when no such case is parked."""

    def __init__(self, consumer: str, key: str) -> None:
        super().__init__(
            f"{consumer} 没有搁置 {key}，现有的见 duban parked list。",
            f"{consumer} has not set {key} aside.",
        )


class NoMessage(OpsError):
    """Raised when the bus has no message at this place."""

    def __init__(self, place: BusPosition) -> None:
        shown = "/".join(map(str, place))
        super().__init__(f"总线上没有 {shown} 这条消息。", f"The bus has no message at {shown}.")


async def listed(connections: Connections, service: str) -> list[tuple[ParkedCase, int]]:
    """Returns each head with the number of its facts."""
    parking = _parking(connections, service)
    heads = await parking.cases()
    return [(head, len(await parking.positions(head.consumer, head.key))) for head in heads]


async def shown(
    connections: Connections, service: str, consumer: str, key: str
) -> list[tuple[str, ...]]:
    """Returns topic, partition, offset, stream, version and type of each fact, in the order of
    the bus."""
    parking = _parking(connections, service)
    if not await parking.case(consumer, key):
        raise NothingThere(consumer, key)
    places = await parking.positions(consumer, key)
    return [(*map(str, _place(m)), *_names(m)) for m in await _fetched(connections, places)]


async def replayed(
    connections: Connections,
    service: str,
    consumer: str,
    key: str,
    *,
    drop: str | None = None,
    within: float = 60,
) -> str | None:
    """Asks the worker to replay and waits for the outcome: None when all is done, else the
    reason."""
    parking = _parking(connections, service)
    if not await parking.case(consumer, key):
        raise NothingThere(consumer, key)
    if drop:
        await parking.forget(consumer, [place_written(drop)])
    if not await parking.turn(consumer, key, ["parked", "held"], "replay"):
        raise NothingThere(consumer, key)
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
    topic, partition, offset = words.rsplit("/", 2)
    return topic, int(partition), int(offset)


async def stepped_over(
    connections: Connections, service: str, consumer: str, place: BusPosition
) -> str:
    """Parks the case of the fact at this place before the worker decodes it; returns the name of
    the case."""
    try:
        (message,) = await _fetched(connections, [place])
    except (TimeoutError, OffsetOutOfRangeError) as error:
        raise NoMessage(place) from error
    try:
        key = key_of(message)
    except Unkeyed:
        key = "/".join(map(str, place))
    await _parking(connections, service).open(consumer, key, [], "parked", "stepped-over")
    return key


async def _fetched(connections: Connections, places: Sequence[BusPosition]) -> Sequence[BusMessage]:
    reader = BusReader(connections.access)
    try:
        return await reader.fetch(places)
    finally:
        await reader.close()


def _parking(connections: Connections, service: str) -> Parking:
    return Parking(connections.database(service), real_time)


def _place(message: BusMessage) -> BusPosition:
    return message.topic, message.partition, message.offset


def _names(message: BusMessage) -> list[str]:
    headers = dict(message.headers or ())
    return [headers.get(name, b"").decode("utf-8", "replace") for name in SHOWN_HEADERS]
