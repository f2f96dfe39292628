"""Puts commits together again from their messages: the bus holds every field that their hash was
made of."""

import json
import logging
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from shared.kafka.message import BusMessage
from shared.kafka.reading import Envelope, Undecodable, open_envelope
from shared.kernel.commit import digest

log = logging.getLogger(__name__)

OPTIONAL = {"ce_onbehalfof": "on_behalf_of", "ce_causationid": "causation_id"}


class Restorer:
    """Takes messages in the order of the bus; gives a commit as soon as its last fact is there."""

    def __init__(self, source: str) -> None:
        self._source = source
        self._begun: dict[str, dict[int, Envelope]] = {}

    def commits(self, messages: Iterable[BusMessage]) -> Iterator[dict[str, Any]]:
        """What is no fact of this source is left out; a commit that does not fit its hash, too."""
        for message in messages:
            try:
                envelope = open_envelope(message)
            except Undecodable:
                continue
            if envelope.source == self._source and (commit := self._sound(envelope)):
                yield commit

    def _sound(self, envelope: Envelope) -> dict[str, Any] | None:
        """A message that only looks like a fact must not keep a log from being filled."""
        try:
            return self._completed(envelope)
        except (KeyError, TypeError, ValueError) as error:
            log.warning("%s@%s is left out: %r", envelope.stream, envelope.version, error)
            return None

    def _completed(self, envelope: Envelope) -> dict[str, Any] | None:
        facts = self._begun.setdefault(f"{envelope.stream}@{envelope.first}", {})
        facts[envelope.version] = envelope
        last = int(envelope.headers["ce_commit"].partition("/")[2])
        if len(facts) < last - envelope.first + 1:
            return None
        del self._begun[f"{envelope.stream}@{envelope.first}"]
        return restored([facts[version] for version in sorted(facts)])


def restored(envelopes: Sequence[Envelope]) -> dict[str, Any] | None:
    """The stored commit without its `seq`; None when it is not what its hash says. Only some
    streams are about a case, and the hash knows which."""
    one = envelopes[0]
    plain = _commit(envelopes)
    for document in ({**plain, "case_id": one.headers["ce_subject"]}, plain):
        if digest(document) == one.hash:
            return document
    return None


def _commit(envelopes: Sequence[Envelope]) -> dict[str, Any]:
    one = envelopes[0]
    headers = one.headers
    return {
        "_id": f"{one.stream}@{one.first}",
        "stream": one.stream,
        "first": one.first,
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
        "prev_hash": one.prev_hash,
        **{name: headers[header] for header, name in OPTIONAL.items() if header in headers},
        "hash": one.hash,
    }


def _fact(envelope: Envelope) -> dict[str, Any]:
    headers = envelope.headers
    return {
        "id": headers["ce_id"],
        "type": envelope.type,
        "occurred_at": headers["ce_time"],
        "data": json.loads(envelope.value),
    }
