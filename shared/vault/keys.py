"""Data keys: one per subject and service; they seal texts, name them and make keyed digests."""

import base64
import hashlib
import hmac
import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from shared.kernel.ids import derived
from shared.kernel.messages import Sealed

KEY_BYTES = 32
NONCE_BYTES = 12


@dataclass(frozen=True, slots=True)
class SealedText:
    """A text as the vault keeps it; facts have `ref` in its place."""

    ref: str
    nonce: bytes
    cipher: bytes

    @classmethod
    def of(cls, document: Mapping[str, Any]) -> "SealedText":
        """Returns the text that a document holds."""
        return cls(document["ref"], bytes(document["nonce"]), bytes(document["cipher"]))

    def stored(self) -> dict[str, Any]:
        """Returns the fields to store."""
        return {"ref": self.ref, "nonce": self.nonce, "cipher": self.cipher}


@dataclass(frozen=True, slots=True)
class Origin:
    """The command that brings a text: until its commit is seen, the text may be abandoned."""

    stream: str
    command_id: str


@dataclass(frozen=True, slots=True)
class DataKey:
    """The secret of one subject (a case, a person); never logged, never stored unwrapped."""

    subject: str
    secret: bytes = field(repr=False)

    def digest(self, purpose: str, data: bytes) -> str:
        """Returns HMAC-SHA256 in hexadecimal.

        Each purpose has a key of its own, so digests for different purposes cannot be compared.
        """
        return hmac.new(self._derived(purpose), data, hashlib.sha256).hexdigest()

    def seal(self, text: str, *place: str) -> tuple[Sealed, SealedText]:
        """Returns the reference for the fact, and the sealed text for the vault.

        The reference is derived from the place and the text: a repeated command gets the same one,
        another text at the same place another one.
        """
        digest = self.digest("text", text.encode())
        ref = derived("text", self.subject, *place, digest).hex
        nonce = os.urandom(NONCE_BYTES)
        cipher = self._cipher().encrypt(nonce, text.encode(), self._bound_to(ref))
        return Sealed(ref=ref, size=len(text), digest=digest), SealedText(ref, nonce, cipher)

    def open(self, text: SealedText) -> str:
        """Returns the words. Raises InvalidTag for a text of another subject or reference."""
        return self._cipher().decrypt(text.nonce, text.cipher, self._bound_to(text.ref)).decode()

    def seal_bytes(self, content: bytes, place: str) -> bytes:
        """Returns a piece of a file as it is stored: nonce and cipher, bound to its place."""
        nonce = os.urandom(NONCE_BYTES)
        return nonce + self._cipher().encrypt(nonce, content, self._bound_to(place))

    def open_bytes(self, sealed: bytes, place: str) -> bytes:
        """Returns the piece. Raises InvalidTag for one of another subject or place."""
        nonce, cipher = sealed[:NONCE_BYTES], sealed[NONCE_BYTES:]
        return self._cipher().decrypt(nonce, cipher, self._bound_to(place))

    def _cipher(self) -> AESGCM:
        return AESGCM(self._derived("cipher"))

    def _derived(self, purpose: str) -> bytes:
        return hmac.new(self.secret, f"duban {purpose}".encode(), hashlib.sha256).digest()

    def _bound_to(self, ref: str) -> bytes:
        """Returns the data that binds a cipher text to its subject and its reference."""
        return f"{self.subject}/{ref}".encode()


@dataclass(frozen=True, slots=True)
class WrappedKey:
    """A data key as it is stored, wrapped by the master key named `master`."""

    subject: str
    master: str
    nonce: bytes
    cipher: bytes


@dataclass(frozen=True)
class MasterKeys:
    """The keys of the key file by name: the first one wraps, all of them unwrap."""

    keys: dict[str, bytes] = field(repr=False)

    @property
    def current(self) -> str:
        return next(iter(self.keys))

    def new_key(self, subject: str) -> DataKey:
        """Returns a random key, which is stored nowhere yet."""
        return DataKey(subject, os.urandom(KEY_BYTES))

    def wrap(self, key: DataKey) -> WrappedKey:
        """Returns the key, wrapped by the current master key."""
        nonce = os.urandom(NONCE_BYTES)
        master = self.current
        cipher = AESGCM(self.keys[master]).encrypt(nonce, key.secret, key.subject.encode())
        return WrappedKey(key.subject, master, nonce, cipher)

    def unwrap(self, wrapped: WrappedKey) -> DataKey:
        """Returns the data key. Raises LookupError without its master key, and InvalidTag."""
        if wrapped.master not in self.keys:
            raise LookupError(f"the key file has no master key {wrapped.master!r}")
        master = AESGCM(self.keys[wrapped.master])
        secret = master.decrypt(wrapped.nonce, wrapped.cipher, wrapped.subject.encode())
        return DataKey(wrapped.subject, secret)

    def text(self) -> str:
        """Returns the text of a key file: one `name key` per line, the current one first."""
        lines = [f"{name} {base64.b64encode(key).decode()}\n" for name, key in self.keys.items()]
        return "".join(lines)


def parse_master_keys(text: str) -> MasterKeys:
    """Returns the keys of a key file.

    Raises ValueError where a line is no `name key` of 32 bytes in base64, and without any key.
    """
    keys = {}
    for line in filter(None, (line.strip() for line in text.splitlines())):
        name, _, encoded = line.partition(" ")
        key = base64.b64decode(encoded.strip(), validate=True)
        if len(key) != KEY_BYTES:
            raise ValueError(f"master key {name!r} has {len(key)} bytes instead of {KEY_BYTES}")
        keys[name] = key
    if not keys:
        raise ValueError("the key file holds no key")
    return MasterKeys(keys)
