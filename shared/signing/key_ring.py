"""The key ring: the public keys of all services, of today and of former days."""

import base64
import binascii
import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Literal

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from shared.contracts.catalogue import BY_NAME, owner_of
from shared.signing.key_pair import COMMIT, id_of, signed_part

KEY_BYTES = 32
READ_AGAIN_SECONDS = 1.0

Fault = Literal["unsigned", "unknown-key", "wrong-signer", "wrong-signature"]
"""Reasons for which a signature does not fit."""


@dataclass(frozen=True)
class PublicKey:
    """The public key of a service, 32 bytes."""

    owner: str
    raw: bytes

    @cached_property
    def id(self) -> str:
        return id_of(self.raw)

    @cached_property
    def _verifier(self) -> Ed25519PublicKey:
        return Ed25519PublicKey.from_public_bytes(self.raw)

    def fits(self, kind: bytes, text: bytes, signature: str) -> bool:
        """Returns whether the signature (base64) was made of this text by the private key."""
        try:
            self._verifier.verify(base64.b64decode(signature, validate=True), kind + text)
        except (InvalidSignature, binascii.Error, ValueError):
            return False
        return True


class KeyRing:
    """Public keys by id. `read_again` brings the keys anew when an unknown id is met, at most once
    a second: a key that is put into the ring is known without a restart. One that is taken out is
    believed until the restart."""

    def __init__(
        self, keys: Iterable[PublicKey], read_again: Callable[[], Iterable[PublicKey]] | None = None
    ) -> None:
        self._keys = by_id(keys)
        self._read_again = read_again
        self._read_at = time.monotonic()

    def fault_of(
        self, owner: str, kind: bytes, text: bytes, key_id: str, signature: str
    ) -> Fault | None:
        """Returns why the text is not signed by this owner; None where it is."""
        if not key_id or not signature:
            return "unsigned"
        key = self._key(key_id)
        if key is None:
            return "unknown-key"
        if key.owner != owner:
            return "wrong-signer"
        return None if key.fits(kind, text, signature) else "wrong-signature"

    def commit_fault(self, document: Mapping[str, Any]) -> Fault | None:
        """Returns why a stored commit is not signed by the owner of its stream; None where it is.

        A stream without an owner has no right signer.
        """
        hash_, key_id, signature = signed_part(document)
        try:
            owner = owner_of(document["stream"]).name
        except KeyError:
            return "wrong-signer"
        return self.fault_of(owner, COMMIT, hash_.encode(), key_id, signature)

    def _key(self, key_id: str) -> PublicKey | None:
        now = time.monotonic()
        stale = now - self._read_at >= READ_AGAIN_SECONDS
        if key_id not in self._keys and self._read_again and stale:
            self._read_at = now
            self._keys = {**self._keys, **by_id(self._read_again())}
        return self._keys.get(key_id)


def by_id(keys: Iterable[PublicKey]) -> Mapping[str, PublicKey]:
    return {key.id: key for key in keys}


def ring_text(keys: Iterable[PublicKey]) -> str:
    """Returns the text of a key ring: one `service key` per line, the key in base64."""
    return "".join(f"{key.owner} {base64.b64encode(key.raw).decode()}\n" for key in keys)


def parse_ring(text: str) -> list[PublicKey]:
    """Returns the keys of a ring, whose lines may be empty or begin with `#`.

    Raises ValueError where a line is no `service key`, or the service records no facts.
    """
    lines = (line.strip() for line in text.splitlines())
    return [_public_key(line) for line in lines if line and not line.startswith("#")]


def _public_key(line: str) -> PublicKey:
    owner, _, encoded = line.partition(" ")
    if owner not in BY_NAME:
        raise ValueError(f"{owner!r} is no service that records facts")
    raw = base64.b64decode(encoded.strip(), validate=True)
    if len(raw) != KEY_BYTES:
        raise ValueError(f"the key of {owner} has {len(raw)} bytes instead of {KEY_BYTES}")
    return PublicKey(owner, raw)
