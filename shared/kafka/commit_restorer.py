"""Restores commits from their messages: the bus holds every field that their hash covers."""

import json
import logging
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from shared.kafka.envelope_reader import Envelope, Undecodable, open_envelope
from shared.kafka.message import BusMessage
from shared.kernel.commit import digest

log = logging.getLogger(__name__)

OPTIONAL = {"ce_onbehalfof": "on_behalf_of", "ce_causationid": "causation_id"}


class Restorer:
    """Restores the commits of one service, from messages in the order of the bus."""

    def __init__(self, source: str) -> None:
        self._source = source
        self._incomplete: dict[str, dict[int, Envelope]] = {}

    def commits(self, messages: Iterable[BusMessage]) -> Iterator[dict[str, Any]]:
        """Yields a stored document, without `seq`, as soon as its last fact is there.

        Skips messages that are no facts of this service, and commits that do not fit their hash.
        """
        for message in messages:
            try:
                envelope = open_envelope(message)
            except Undecodable:
                continue
            if envelope.source == self._source and (commit := self._sound(envelope)):
                yield commit

    def _sound(self, envelope: Envelope) -> dict[str, Any] | None:
        """Skips a message that only looks like a fact: the rest of the log is restored."""
        try:
            return self._completed(envelope)
        except (KeyError, TypeError, ValueError) as error:
            log.warning("%s@%s is left out: %r", envelope.stream, envelope.version, error)
            return None

    def _completed(self, envelope: Envelope) -> dict[str, Any] | None:
        facts = self._incomplete.setdefault(f"{envelope.stream}@{envelope.first}", {})
        facts[envelope.version] = envelope
        last = int(envelope.headers["ce_commit"].partition("/")[2])
        if len(facts) < last - envelope.first + 1:
            return None
        del self._incomplete[f"{envelope.stream}@{envelope.first}"]
        return restored([facts[version] for version in sorted(facts)])


def restored(envelopes: Sequence[Envelope]) -> dict[str, Any] | None:
    """Returns the stored document without `seq`; None where it does not fit its hash.

    Only some streams are about a case; the hash tells whether `case_id` belongs to it.
    """
    first = envelopes[0]
    plain = _commit(envelopes)
    for document in ({**plain, "case_id": first.headers["ce_subject"]}, plain):
        if digest(document) == first.hash:
            return document
    return None


def _commit(envelopes: Sequence[Envelope]) -> dict[str, Any]:
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
    }


def _fact(envelope: Envelope) -> dict[str, Any]:
    headers = envelope.headers
    return {
        "id": headers["ce_id"],
        "type": envelope.type,
        "occurred_at": headers["ce_time"],
        "data": json.loads(envelope.value),
    }
