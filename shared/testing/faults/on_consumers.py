"""Checkers of consumers: each effect once, no lag left, every message processed or parked."""

from collections import Counter
from collections.abc import Iterator, Mapping

from shared.kafka.envelope_reader import (
    Undecodable,
    Unkeyed,
    fact_of,
    key_of,
    open_envelope,
    source_of,
)
from shared.kafka.message import BusMessage, position_of
from shared.kernel.ids import stream_key
from shared.kernel.storable import canonical
from shared.testing.faults.evidence import Document, Evidence, Finding, Reading
from shared.testing.faults.history import History
from shared.testing.faults.on_bus import in_log

Versions = Mapping[str, int]


def effects_once(evidence: Evidence, history: History) -> Iterator[Finding]:
    """C2: a fact has one id, and one cause has each of its effects once."""
    ids: Counter[str] = Counter()
    effects: Counter[tuple[str, ...]] = Counter()
    for commit in evidence.commits():
        ids.update(fact["id"] for fact in commit["facts"])
        effects.update(_effects_of(commit))
    for fact, times in ids.items():
        if times > 1:
            yield Finding("C2", "a fact twice", fact)
    for (cause, stream, wire, _), times in effects.items():
        if times > 1:
            yield Finding("C2", "an effect twice", f"{stream} {wire}", f"{times} times by {cause}")


def _effects_of(commit: Document) -> Iterator[tuple[str, ...]]:
    if cause := commit.get("causation_id"):
        for fact in commit["facts"]:
            yield cause, commit["stream"], fact["type"], canonical(fact["data"]).decode()


def imports_in_order(evidence: Evidence, history: History) -> Iterator[Finding]:
    """C3, consumers: a stream imports the facts of another one in order."""
    for service, commits in evidence.logs.items():
        known: dict[tuple[str, str], int] = {}
        for commit in commits:
            for source, version in commit["basis"].items():
                if version < known.get((commit["stream"], source), 0):
                    yield Finding("C3", "heard late", f"{service}: {commit['_id']}", source)
                known[commit["stream"], source] = version


def nobody_stuck(evidence: Evidence, history: History) -> Iterator[Finding]:
    """C4: every consumer is at the end, and only expected cases are parked."""
    heads = {stream: max(versions) for stream, versions in in_log(evidence).items()}
    for reading in evidence.readings:
        if reading.lag:
            yield Finding("C4", "behind", reading.consumer, f"by {reading.lag}")
        for key, why in reading.heads.items():
            if not evidence.is_expected(reading.consumer, key):
                yield Finding("C4", "set aside", f"{reading.consumer}: {key}", why)
        yield from _not_reached(reading, heads, evidence)


def all_answered(evidence: Evidence, history: History) -> Iterator[Finding]:
    """C4, clients: every command has a final answer."""
    for command, asked in history.commands().items():
        if not asked.settled:
            yield Finding("C4", "never answered", command)


def _not_reached(reading: Reading, heads: Versions, evidence: Evidence) -> Iterator[Finding]:
    owned = owners_of(evidence)
    for stream, last in heads.items():
        key = stream_key(stream)
        if owned[stream] not in reading.listens or evidence.is_expected(reading.consumer, key):
            continue
        reached = reading.seen.get(key, {}).get(stream, (0, ""))[0]
        if reached != last:
            place = f"{reading.consumer}: {stream}"
            yield Finding("C4", "not reached", place, f"{reached} of {last}")


def owners_of(evidence: Evidence) -> Mapping[str, str]:
    return {commit["stream"]: s for s, commits in evidence.logs.items() for commit in commits}


def nothing_vanishes(evidence: Evidence, history: History) -> Iterator[Finding]:
    """C7: received = processed + parked. A message that cannot be decoded was not processed."""
    whole = {identity for m in evidence.bus if (identity := _identity(m))}
    for reading in evidence.readings:
        for message in (m for m in evidence.bus if _concerns(reading, m)):
            place = position_of(message)
            if place not in reading.set_aside and not _is_done(reading, message, whole):
                where = "/".join(map(str, place))
                yield Finding("C7", "neither done nor kept", f"{reading.consumer}: {where}")


def _concerns(reading: Reading, message: BusMessage) -> bool:
    source = source_of(message)
    return message.topic in reading.topics and (source is None or source in reading.listens)


def _is_done(reading: Reading, message: BusMessage, whole: set[tuple[str, int, str]]) -> bool:
    """A broken copy counts as processed once its whole twin was."""
    try:
        envelope = open_envelope(message)
        reached = reading.seen.get(key_of(message), {}).get(envelope.stream, (0, ""))[0]
    except (Undecodable, Unkeyed):
        return False
    return envelope.version <= reached and (
        (envelope.stream, envelope.version, envelope.hash) in whole
    )


def _identity(message: BusMessage) -> tuple[str, int, str] | None:
    """Returns (stream, version, hash) of a message that can be decoded."""
    try:
        envelope = open_envelope(message)
        fact_of(envelope)
    except (Undecodable, Unkeyed):
        return None
    return envelope.stream, envelope.version, envelope.hash
