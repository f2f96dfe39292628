"""The secret of a session: only the browser has it; id, key and proof are derived from it."""

import base64
import binascii
import hashlib
import hmac
import secrets
from dataclasses import dataclass, field

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

SECRET_BYTES = 32
NONCE_BYTES = 12


@dataclass(frozen=True)
class Secret:
    """32 random bytes. Whoever holds the store alone can derive none of the other three."""

    value: bytes = field(repr=False)

    @classmethod
    def new(cls) -> "Secret":
        return cls(secrets.token_bytes(SECRET_BYTES))

    @classmethod
    def read(cls, cookie: str) -> "Secret | None":
        """Returns the secret of a cookie's value; None where the value is none."""
        try:
            value = base64.urlsafe_b64decode(cookie.encode() + b"=")
        except (binascii.Error, ValueError):
            return None
        secret = cls(value)
        return secret if len(value) == SECRET_BYTES and secret.cookie == cookie else None

    @property
    def cookie(self) -> str:
        return _text(self.value)

    @property
    def id(self) -> str:
        """The key of the stored record, in hexadecimal."""
        return hashlib.sha256(self.value).hexdigest()

    @property
    def csrf(self) -> str:
        """The proof that a page of this site sends a request."""
        return _text(self._derived(b"csrf"))

    def proves(self, proof: str | None) -> bool:
        return hmac.compare_digest(self.csrf.encode(), (proof or "").encode("utf-8", "replace"))

    def sealed(self, token: str) -> bytes:
        nonce = secrets.token_bytes(NONCE_BYTES)
        return nonce + self._cipher().encrypt(nonce, token.encode(), self.id.encode())

    def opened(self, sealed: bytes) -> str | None:
        """Returns the token; None where this secret has not sealed it."""
        nonce, rest = sealed[:NONCE_BYTES], sealed[NONCE_BYTES:]
        try:
            return self._cipher().decrypt(nonce, rest, self.id.encode()).decode()
        except (InvalidTag, ValueError):
            return None

    def _cipher(self) -> AESGCM:
        return AESGCM(self._derived(b"token"))

    def _derived(self, purpose: bytes) -> bytes:
        info = b"duban browser session: " + purpose
        return HKDF(SHA256(), SECRET_BYTES, salt=None, info=info).derive(self.value)


def _text(value: bytes) -> str:
    return base64.urlsafe_b64encode(value).decode().rstrip("=")
