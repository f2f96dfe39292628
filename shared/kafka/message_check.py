"""The check of messages: hash, signature and owner fit, before anything in them is believed.

Every service may write to the topic; a fact is its owner's by the signature alone (ADR 29).
"""

import hashlib
import marshal
from typing import Any, Literal, get_args

from pydantic_core import from_json

from shared.kafka.envelope import OPTIONAL
from shared.kafka.envelope_reader import Envelope, Undecodable, Unkeyed
from shared.kafka.message import BusMessage
from shared.kafka.shared_message import SharedMessage, envelope_of
from shared.kernel.bounded_cache import BoundedCache
from shared.kernel.commit import sha256_of
from shared.kernel.storable import canonical
from shared.signing.key_pair import COMMIT
from shared.signing.key_ring import Fault, KeyRing

WITHOUT_REFERENCES = 0
"""The version of the format in which the same values have the same bytes."""
REMEMBERED = 50_000
"""Contents and signatures each: some 10 MB."""

NoFact = Literal["no-value", "bad-envelope", "foreign-stream", "wrong-key", "not-its-owner"]
NO_FACT: frozenset[str] = frozenset(
    {*get_args(NoFact), *get_args(Fault), "wrong-hash", "no-usable-key"}
)
"""The reasons for which a message is no fact of ours: it is set aside alone, its case goes on."""


class MessageCheck:
    """Checks each content once in a process, however many groups read it.

    Refusals are not remembered: the ring may learn the key.
    """

    def __init__(self, ring: KeyRing) -> None:
        self._ring = ring
        self._sound: BoundedCache[bytes, bool] = BoundedCache(REMEMBERED)
        self._signed: BoundedCache[bytes, bool] = BoundedCache(REMEMBERED)

    def check(self, message: BusMessage) -> None:
        """Raises Undecodable with a reason of `NO_FACT`, and Unkeyed."""
        if isinstance(message, SharedMessage):
            if message.checked_by is not self:
                self._check(message)
                message.checked_by = self
        else:
            self._check(message)

    def is_sound(self, message: BusMessage) -> bool:
        """Returns whether the message is a fact that its owner has signed."""
        try:
            self.check(message)
        except (Undecodable, Unkeyed):
            return False
        return True

    def _check(self, message: BusMessage) -> None:
        content = _remembered_as(message)
        if not self._sound.get(content):
            envelope = envelope_of(message)
            self._check_hash(envelope)
            self._check_signature(envelope)
            self._sound.put(content, True)

    def _check_hash(self, envelope: Envelope) -> None:
        try:
            fits = _hash_of(envelope) == envelope.hash
        except (KeyError, ValueError, IndexError, RecursionError) as error:
            raise Undecodable("bad-envelope", type(error).__name__) from error
        if not fits:
            raise Undecodable("wrong-hash", _name(envelope))

    def _check_signature(self, envelope: Envelope) -> None:
        headers = envelope.headers
        key_id, signature = headers.get("ce_keyid", ""), headers.get("ce_signature", "")
        signed = f"{envelope.source} {envelope.hash} {key_id} {signature}".encode()
        if self._signed.get(signed):
            return
        text = envelope.hash.encode()
        if fault := self._ring.fault_of(envelope.source, COMMIT, text, key_id, signature):
            raise Undecodable(fault, _name(envelope))
        self._signed.put(signed, True)


def _remembered_as(message: BusMessage) -> bytes:
    """Returns a digest of the content for this process alone: three times as fast as
    `content_of`."""
    parts = [message.key, message.value, list(message.headers or ())]
    return hashlib.sha256(marshal.dumps(parts, WITHOUT_REFERENCES)).digest()


def content_of(message: BusMessage) -> bytes:
    """Returns the digest of key, headers and value, for ever the same: wherever these lie, they are
    the same message."""
    digest = hashlib.sha256()
    for part in _parts(message):
        digest.update(b"%d:" % len(part))
        digest.update(part)
    return digest.digest()


def _parts(message: BusMessage) -> list[bytes]:
    parts = [message.key or b"", message.value or b""]
    for name, value in message.headers or ():
        parts += (name.encode(), value or b"")
    return parts


def _hash_of(envelope: Envelope) -> str:
    """Computes the hash of the commit from the content of one fact and the hashes of the others."""
    headers = envelope.headers
    first, last = (int(number) for number in headers["ce_commit"].split("/"))
    hashes = headers["ce_facthashes"].split(",")
    if len(hashes) != last - first + 1 or hashes[envelope.version - first] != _fact_hash(envelope):
        return ""
    optional = {name: headers[header] for header, name in OPTIONAL.items() if header in headers}
    body: dict[str, Any] = {
        "actor": headers["ce_actor"],
        "agency": headers["ce_agency"],
        "basis": from_json(headers["ce_basis"]),
        "clock": headers["ce_clock"],
        "command_id": headers["ce_commandid"],
        "correlation_id": headers["ce_correlationid"],
        "facts": hashes,
        "fingerprint": headers["ce_fingerprint"],
        "first": first,
        "last": last,
        "prev_hash": envelope.prev_hash,
        "recorded_at": headers["ce_recordedtime"],
        "stream": envelope.stream,
        **optional,
    }
    return sha256_of(canonical(body))


def _fact_hash(envelope: Envelope) -> str:
    """Computes the hash of the fact from its value as it was sent, which is canonical already."""
    headers = envelope.headers
    names = (("id", "ce_id"), ("occurred_at", "ce_time"), ("type", "ce_type"))
    rest = b"".join(b',"%s":%s' % (name.encode(), canonical(headers[h])) for name, h in names)
    return sha256_of(b'{"data":' + envelope.value + rest + b"}")


def _name(envelope: Envelope) -> str:
    return f"{envelope.stream}@{envelope.version}"[:100]
