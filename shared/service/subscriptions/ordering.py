"""Where a fact stands to what was seen of its stream: next, seen before, beyond a gap, or another
story.

Walks through the facts of one case: what is next is dealt with, what was seen is skipped, the
rest is set aside.
"""

from collections.abc import Awaitable, Callable, Mapping, MutableMapping, Sequence
from dataclasses import dataclass
from enum import Enum
from typing import Literal

from shared.kafka.envelope_reader import Envelope, Undecodable, Unkeyed, fact_of, open_envelope
from shared.kafka.message import BusMessage
from shared.kernel.messages import Recorded
from shared.mongo.inbox import VersionMark
from shared.service.subscriptions.sandbox import PureFailure

NOTHING: VersionMark = (0, "")


class Standing(Enum):
    NEXT = "next"
    SEEN = "seen"
    BEYOND_GAP = "gap"
    FORKED = "hash-mismatch"


def standing_of(envelope: Envelope, seen: MutableMapping[str, VersionMark]) -> Standing:
    """The hash says whether the fact belongs to the history that was seen, not only to its place in
    it."""
    version, known = seen.get(envelope.stream, NOTHING)
    if envelope.version < version:
        return Standing.SEEN
    if envelope.version == version:
        return Standing.SEEN if envelope.hash == known else Standing.FORKED
    if envelope.version > version + 1:
        return Standing.BEYOND_GAP
    begins = envelope.version == envelope.first
    follows = (envelope.prev_hash if begins else envelope.hash) == known
    return Standing.NEXT if follows else Standing.FORKED


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


async def walk(
    messages: Sequence[BusMessage], seen: dict[str, VersionMark], deal: Deal
) -> Rest | None:
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


async def _beyond_a_gap(message: BusMessage, seen: dict[str, VersionMark], deal: Deal) -> bool:
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
