"""Every fact by wire type, with its owner and the prefixes of the streams it is recorded in."""

from collections.abc import Mapping
from dataclasses import dataclass

from shared.contracts import (
    assignment,
    directory,
    disclosure,
    feedback,
    handling,
    intake,
    pending_acts,
    recusal,
    reminder,
)
from shared.kernel.messages import Event


@dataclass(frozen=True)
class Owner:
    """A service that records facts: its stream prefixes and the topic they travel on."""

    name: str
    prefixes: tuple[str, ...]
    topic: str
    facts: tuple[type[Event], ...]


OWNERS: tuple[Owner, ...] = (
    Owner("directory", ("unit", "person", "client"), "directory-events", directory.FACTS),
    Owner("intake", ("intake", "series"), "case-events", intake.FACTS),
    Owner("assignment", ("assignment",), "case-events", assignment.FACTS),
    Owner("handling", ("handling", "letters"), "case-events", handling.FACTS),
    Owner("feedback", ("feedback",), "case-events", feedback.FACTS),
    Owner("disclosure", ("disclosure",), "case-events", disclosure.FACTS),
    Owner("reminder", ("clocks",), "case-events", reminder.FACTS),
)

BY_NAME: Mapping[str, Owner] = {owner.name: owner for owner in OWNERS}
BY_PREFIX: Mapping[str, Owner] = {prefix: owner for owner in OWNERS for prefix in owner.prefixes}
COMMON: tuple[type[Event], ...] = (*pending_acts.FACTS, *recusal.FACTS)
"""Facts that every owner may record, on streams of its own."""

FACT_OF: Mapping[str, type[Event]] = {
    fact.type: fact for facts in (*(owner.facts for owner in OWNERS), COMMON) for fact in facts
}
OWNER_OF: Mapping[str, str] = {fact.type: owner.name for owner in OWNERS for fact in owner.facts}


def owner_of(stream: str) -> Owner:
    """Returns the service that owns the stream. Raises KeyError for an unknown prefix."""
    return BY_PREFIX[stream.partition("-")[0]]
