"""Restores commits from their messages: the bus holds every field of the log."""

import json
import logging
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from shared.kafka.envelope import OPTIONAL
from shared.kafka.envelope_reader import Envelope, Undecodable, Unkeyed, open_envelope, source_of
from shared.kafka.message import BusMessage
from shared.kafka.message_check import MessageCheck

log = logging.getLogger(__name__)


class Restorer:
    """Restores the commits of one service, from messages in the order of the bus.

    `refused` counts the messages in its name that `check` refuses.
    """

    def __init__(self, source: str, check: MessageCheck) -> None:
        self._source = source
        self._check = check
        self.refused = 0
        self._incomplete: dict[str, dict[int, Envelope]] = {}

    def commits(self, messages: Iterable[BusMessage]) -> Iterator[dict[str, Any]]:
        """Yields a stored document, without `seq`, as soon as its last fact is there.

        Skips messages that are no facts of this service: the rest of the log is restored.
        """
        for message in messages:
            if source_of(message) != self._source:
                continue
            envelope = self._sound(message)
            if envelope and (commit := self._completed(envelope)):
                yield commit

    def _sound(self, message: BusMessage) -> Envelope | None:
        try:
            self._check.check(message)
            return open_envelope(message)
        except (Undecodable, Unkeyed) as error:
            self.refused += 1
            log.warning("%s/%s is left out: %r", message.partition, message.offset, error)
            return None

    def _completed(self, envelope: Envelope) -> dict[str, Any] | None:
        facts = self._incomplete.setdefault(f"{envelope.stream}@{envelope.first}", {})
        facts[envelope.version] = envelope
        last = int(envelope.headers["ce_commit"].partition("/")[2])
        if len(facts) < last - envelope.first + 1:
            return None
        del self._incomplete[f"{envelope.stream}@{envelope.first}"]
        return restored([facts[version] for version in sorted(facts)])


def restored(envelopes: Sequence[Envelope]) -> dict[str, Any]:
    """Returns the stored document of all facts of a commit, without `seq`."""
    first = envelopes[0]
    headers = first.headers
    return {
        "_id": f"{first.stream}@{first.first}",
        "stream": first.stream,
        "first": first.first,
        "last": envelopes[-1].version,
        "command_id": headers["ce_commandid"],
        "fingerprint": headers["ce_fingerprint"],
        "facts": [_fact(envelope) for envelope in envelopes],
        "agency": headers["ce_agency"],
        "recorded_at": headers["ce_recordedtime"],
        "clock": headers["ce_clock"],
        "actor": headers["ce_actor"],
        "correlation_id": headers["ce_correlationid"],
        "basis": json.loads(headers["ce_basis"]),
        "prev_hash": first.prev_hash,
        **{name: headers[header] for header, name in OPTIONAL.items() if header in headers},
        "hash": first.hash,
        "key_id": headers["ce_keyid"],
        "signature": headers["ce_signature"],
    }


def _fact(envelope: Envelope) -> dict[str, Any]:
    headers = envelope.headers
    return {
        "id": headers["ce_id"],
        "type": envelope.type,
        "occurred_at": headers["ce_time"],
        "data": json.loads(envelope.value),
    }
