"""Ordered delivery: handles the facts of one case by version, each once."""

from collections.abc import Awaitable, Callable, Mapping, MutableMapping, Sequence
from dataclasses import dataclass
from enum import Enum
from typing import Literal

from shared.kafka.envelope_reader import Envelope, Undecodable, Unkeyed, fact_of
from shared.kafka.message import BusMessage
from shared.kafka.shared_message import envelope_of
from shared.kernel.messages import Recorded
from shared.mongo.inbox import VersionMark
from shared.service.subscriptions.sandbox import PureFailure

NOTHING: VersionMark = (0, "")

Cases = Mapping[str, Sequence[BusMessage]]
"""By case, in the order of the bus."""
Handle = Callable[[Recorded], Awaitable[None]]


class VersionCheck(Enum):
    """The place of a fact in its stream, compared with the last version seen of it."""

    NEXT = "next"
    SEEN = "seen"
    BEYOND_GAP = "gap"
    FORKED = "hash-mismatch"


@dataclass(frozen=True, slots=True)
class Rest:
    """The messages of a case that were not handled, in the order of the bus. `held`: they wait
    for a missing version."""

    messages: Sequence[BusMessage]
    state: Literal["parked", "held"]
    reason: str
    detail: str = ""


def check_version(envelope: Envelope, seen: MutableMapping[str, VersionMark]) -> VersionCheck:
    """Compares by version and by hash: two histories under one version are `FORKED`."""
    version, mark_hash = seen.get(envelope.stream, NOTHING)
    if envelope.version < version:
        return VersionCheck.SEEN
    if envelope.version == version:
        return VersionCheck.SEEN if envelope.hash == mark_hash else VersionCheck.FORKED
    if envelope.version > version + 1:
        return VersionCheck.BEYOND_GAP
    begins = envelope.version == envelope.first
    follows = (envelope.prev_hash if begins else envelope.hash) == mark_hash
    return VersionCheck.NEXT if follows else VersionCheck.FORKED


async def handle_in_order(
    messages: Sequence[BusMessage], seen: dict[str, VersionMark], handle: Handle
) -> Rest | None:
    """Handles each next fact, skips those seen, and moves `seen` on, also over types without a
    handler.

    A stream with a gap waits while the others go on; a broken message stops the case. Returns the
    rest, or None when all is handled.
    """
    waiting: list[BusMessage] = []
    for index, message in enumerate(messages):
        try:
            if await _beyond_a_gap(message, seen, handle):
                waiting.append(message)
        except (Undecodable, Unkeyed, PureFailure) as error:
            reason, detail = _reason(error)
            return Rest([*waiting, *messages[index:]], "parked", reason, detail)
    return Rest(waiting, "held", "gap") if waiting else None


async def _beyond_a_gap(message: BusMessage, seen: dict[str, VersionMark], handle: Handle) -> bool:
    envelope = envelope_of(message)
    match check_version(envelope, seen):
        case VersionCheck.BEYOND_GAP:
            return True
        case VersionCheck.FORKED:
            raise Undecodable("hash-mismatch", f"{envelope.stream}@{envelope.version}")
        case VersionCheck.NEXT:
            await _handled(envelope, handle)
            seen[envelope.stream] = (envelope.version, envelope.hash)
    return False


async def _handled(envelope: Envelope, handle: Handle) -> None:
    recorded = fact_of(envelope)
    if recorded is not None:
        await handle(recorded)


def _reason(error: Undecodable | Unkeyed | PureFailure) -> tuple[str, str]:
    match error:
        case Undecodable():
            return error.reason, error.detail
        case PureFailure():
            return "exception", error.where
        case _:
            return "no-usable-key", ""
