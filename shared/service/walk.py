"""Walks through the facts of one case: what is next is dealt with, what was seen is skipped, the
rest is set aside."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from shared.kafka.message import BusMessage
from shared.kafka.reading import Envelope, Undecodable, Unkeyed, fact_of, open_envelope
from shared.kernel.messages import Recorded
from shared.mongo.inbox import Mark
from shared.service.marks import Standing, standing_of
from shared.service.pure import PureFailure

Cases = Mapping[str, Sequence[BusMessage]]
Deal = Callable[[Recorded], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class Rest:
    """What could not be done of a case, in the order of the bus. Held: it waits for a missing
    version."""

    messages: Sequence[BusMessage]
    state: Literal["parked", "held"]
    reason: str
    detail: str = ""


async def walk(messages: Sequence[BusMessage], seen: dict[str, Mark], deal: Deal) -> Rest | None:
    """Moves `seen` over every fact that is done, also of types that nobody deals with. A stream
    with a gap waits, the others go on; what is broken stops the case."""
    waiting: list[BusMessage] = []
    for index, message in enumerate(messages):
        try:
            if await _beyond_a_gap(message, seen, deal):
                waiting.append(message)
        except (Undecodable, Unkeyed, PureFailure) as error:
            reason, detail = _reason(error)
            return Rest([*waiting, *messages[index:]], "parked", reason, detail)
    return Rest(waiting, "held", "gap") if waiting else None


async def _beyond_a_gap(message: BusMessage, seen: dict[str, Mark], deal: Deal) -> bool:
    envelope = open_envelope(message)
    match standing_of(envelope, seen):
        case Standing.BEYOND_GAP:
            return True
        case Standing.FORKED:
            raise Undecodable("hash-mismatch", f"{envelope.stream}@{envelope.version}")
        case Standing.NEXT:
            await _dealt(envelope, deal)
            seen[envelope.stream] = (envelope.version, envelope.hash)
    return False


async def _dealt(envelope: Envelope, deal: Deal) -> None:
    recorded = fact_of(envelope)
    if recorded is not None:
        await deal(recorded)


def _reason(error: Undecodable | Unkeyed | PureFailure) -> tuple[str, str]:
    match error:
        case Undecodable():
            return error.reason, error.detail
        case PureFailure():
            return "exception", error.where
        case _:
            return "no-usable-key", ""
