"""Checkers of the bus: it holds all of the log, in order per stream, and nothing else."""

from collections.abc import Iterator

from shared.kafka.envelope_reader import Envelope, Undecodable, Unkeyed, open_envelope
from shared.kafka.message import BusMessage, position_of
from shared.testing.faults.evidence import Evidence, Finding
from shared.testing.faults.history import History

Versions = dict[str, dict[int, str]]
"""Stream → version → hash of its commit."""


def in_order(evidence: Evidence, history: History) -> Iterator[Finding]:
    """C3, of the bus: every version of the log is there, for the first time after its forerunner's
    first time, in one partition."""
    there = _first_times(evidence)
    for stream, versions in in_log(evidence).items():
        times = there.get(stream, {})
        for version in versions:
            if version not in times:
                yield Finding("C3", "not published", f"{stream}@{version}")
        places = [times[version] for version in versions if version in times]
        if len({partition for partition, _ in places}) > 1:
            yield Finding("C3", "in several partitions", stream)
        if places != sorted(places):
            yield Finding("C3", "out of order", stream, str(places))


def one_story(evidence: Evidence, history: History) -> Iterator[Finding]:
    """C9: whichever relay published, the bus has each version as the log has it."""
    log = in_log(evidence)
    for message, envelope in _ours(evidence):
        known = log.get(envelope.stream, {}).get(envelope.version)
        place = f"{envelope.stream}@{envelope.version}"
        if known is None:
            yield Finding("C9", "on the bus and not in the log", place, str(position_of(message)))
        elif known != envelope.hash:
            yield Finding("C9", "another story on the bus", place, str(position_of(message)))


def in_log(evidence: Evidence) -> Versions:
    versions: Versions = {}
    for commit in evidence.commits():
        stream = versions.setdefault(commit["stream"], {})
        for version in range(commit["first"], commit["last"] + 1):
            stream[version] = commit["hash"]
    return versions


def opened(message: BusMessage) -> Envelope | None:
    try:
        return open_envelope(message)
    except (Undecodable, Unkeyed):
        return None


def _ours(evidence: Evidence) -> Iterator[tuple[BusMessage, Envelope]]:
    """Leaves out messages that the test itself has put on the bus to be parked."""
    for message in evidence.bus:
        envelope = opened(message)
        key = (message.key or b"").decode("ascii", "replace")
        if envelope and not evidence.is_expected("*", key):
            yield message, envelope


def _first_times(evidence: Evidence) -> dict[str, dict[int, tuple[int, int]]]:
    """Returns stream → version → first (partition, offset) on the bus."""
    times: dict[str, dict[int, tuple[int, int]]] = {}
    for message in sorted(evidence.bus, key=position_of):
        if envelope := opened(message):
            stream = times.setdefault(envelope.stream, {})
            stream.setdefault(envelope.version, (message.partition, message.offset))
    return times
