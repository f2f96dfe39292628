"""Where a fact stands to what was seen of its stream: next, seen before, beyond a gap, or another
story."""

from collections.abc import MutableMapping
from enum import Enum

from shared.kafka.reading import Envelope
from shared.mongo.inbox import Mark

NOTHING: Mark = (0, "")


class Standing(Enum):
    NEXT = "next"
    SEEN = "seen"
    BEYOND_GAP = "gap"
    FORKED = "hash-mismatch"


def standing_of(envelope: Envelope, seen: MutableMapping[str, Mark]) -> Standing:
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
