"""Key pairs: the private key of a service signs its commits and the heads of its log."""

import base64
import hashlib
from collections.abc import Callable, Mapping
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_pem_private_key,
)

COMMIT, HEAD = b"duban commit ", b"duban head "
"""Prefixes of what is signed: a signature of one kind is never valid for the other."""
ID_LENGTH = 16

Sign = Callable[[dict[str, Any]], dict[str, Any]]
"""Returns the hashed document of a commit with `key_id` and `signature`."""


class KeyPair:
    """The Ed25519 key pair of one service; the private key leaves it only for its own file."""

    def __init__(self, private: Ed25519PrivateKey) -> None:
        self._private = private
        self.public = private.public_key().public_bytes_raw()
        self.id = id_of(self.public)

    def signature(self, kind: bytes, text: bytes) -> str:
        """Returns the signature in base64, of a text of one kind (`COMMIT`, `HEAD`)."""
        return base64.b64encode(self._private.sign(kind + text)).decode()

    def sign(self, document: dict[str, Any]) -> dict[str, Any]:
        """Returns the hashed document of a commit with `key_id` and `signature`."""
        signature = self.signature(COMMIT, document["hash"].encode())
        return {**document, "key_id": self.id, "signature": signature}

    def pem(self) -> bytes:
        """Returns the text of the private key's file (PKCS 8)."""
        return self._private.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())


def id_of(public: bytes) -> str:
    """Returns the key id: the first 16 hexadecimal digits of the SHA-256 of the public key."""
    return hashlib.sha256(public).hexdigest()[:ID_LENGTH]


def new_key_pair() -> KeyPair:
    return KeyPair(Ed25519PrivateKey.generate())


def key_pair_of(pem: bytes) -> KeyPair:
    """Returns the pair in the text of a private key's file. Raises ValueError for another text."""
    private = load_pem_private_key(pem, None)
    if not isinstance(private, Ed25519PrivateKey):
        raise ValueError("the key is not of the kind Ed25519")
    return KeyPair(private)


def signed_part(document: Mapping[str, Any]) -> tuple[str, str, str]:
    """Returns hash, key id and signature of a stored document, "" for those that are missing."""
    names = ("hash", "key_id", "signature")
    hash_, key_id, signature = (str(document.get(name, "")) for name in names)
    return hash_, key_id, signature
