"""Key sets (JWKS): public keys that may verify tokens, from a file or an address."""

import json
import math
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import jwt

REREAD_SECONDS = 30.0
"""An unknown key id makes the address read anew, at most so often: anybody may write one."""
LIFESPAN_SECONDS = 300
TIMEOUT_SECONDS = 5
LEAST_RSA_BITS = 2048
ALGORITHMS: Mapping[tuple[str, str], Sequence[str]] = {
    ("RSA", ""): ("RS256", "PS256"),
    ("EC", "P-256"): ("ES256",),
    ("OKP", "Ed25519"): ("EdDSA",),
}
"""By type and curve of a key; all others are refused."""
PRIVATE = frozenset({"d", "p", "q", "k"})


class UnfitKey(ValueError):
    """A key of the set may not verify tokens."""


@dataclass(frozen=True)
class VerificationKey:
    key: Any
    algorithms: Sequence[str]


def verification_key(key: Mapping[str, Any]) -> VerificationKey:
    """Returns a public key with its algorithms. Raises UnfitKey, which says why."""
    kind, curve = str(key.get("kty", "")), str(key.get("crv", ""))
    algorithms = ALGORITHMS.get((kind, curve), ())
    if not algorithms:
        raise UnfitKey(f"kty {kind!r} {curve!r} is none of RSA, EC P-256, OKP Ed25519")
    if PRIVATE & key.keys():
        raise UnfitKey("the set holds a private key")
    if key.get("use", "sig") != "sig" or "verify" not in key.get("key_ops", ["verify"]):
        raise UnfitKey("the key is not for signatures")
    if "alg" in key:
        algorithms = [name for name in algorithms if name == key["alg"]]
    if not algorithms:
        raise UnfitKey(f"alg {key['alg']!r} does not fit the key")
    return VerificationKey(_parsed(key), algorithms)


def _parsed(key: Mapping[str, Any]) -> Any:
    try:
        parsed = jwt.PyJWK(dict(key), algorithm=None if "alg" in key else _default(key)).key
    except (jwt.PyJWTError, ValueError, TypeError, KeyError) as error:
        raise UnfitKey("the key cannot be read") from error
    if getattr(parsed, "key_size", LEAST_RSA_BITS) < LEAST_RSA_BITS and key["kty"] == "RSA":
        raise UnfitKey(f"an RSA key has {LEAST_RSA_BITS} bits at least")
    return parsed


def _default(key: Mapping[str, Any]) -> str:
    return ALGORITHMS[str(key["kty"]), str(key.get("crv", ""))][0]


def keys_in(document: Any) -> tuple[Mapping[str, VerificationKey], Sequence[str]]:
    """Returns the fit keys of a key set by id, and the reasons for which others are left out."""
    keys, reasons = {}, []
    listed = document.get("keys", []) if isinstance(document, dict) else []
    for key in listed if isinstance(listed, list) else []:
        try:
            keys[str(key["kid"])] = verification_key(key)
        except (UnfitKey, KeyError, TypeError, AttributeError) as error:
            reasons.append(str(error) or "a key is malformed")
    return keys, reasons


class KeySet:
    """Raises UnfitKey when a file holds no fit key, or an unfit one. `elapsed` in seconds."""

    def __init__(self, source: str, elapsed: Callable[[], float] = time.monotonic) -> None:
        self._client: jwt.PyJWKClient | None = None
        self._keys: Mapping[str, VerificationKey] = {}
        self._elapsed = elapsed
        self._read_at = -math.inf
        if "://" in source:
            self._client = jwt.PyJWKClient(source, cache_jwk_set=False, timeout=TIMEOUT_SECONDS)
        else:
            self._keys = _from_file(source)

    @property
    def is_remote(self) -> bool:
        return self._client is not None

    def key_for(self, token: str) -> VerificationKey:
        """Raises KeyError for a token that names no key of the set, PyJWTError for no token, and
        PyJWKClientConnectionError while the address does not answer."""
        name = jwt.get_unverified_header(token).get("kid", "")
        age = self._elapsed() - self._read_at
        due = LIFESPAN_SECONDS if name in self._keys else REREAD_SECONDS
        if self._client and age > due:
            self._keys, _ = keys_in(self._client.fetch_data())
            self._read_at = self._elapsed()
        return self._keys[name]


def _from_file(path: str) -> Mapping[str, VerificationKey]:
    try:
        keys, reasons = keys_in(json.loads(Path(path).read_text("utf-8")))
    except ValueError as error:
        raise UnfitKey("the file is no JSON") from error
    if reasons or not keys:
        raise UnfitKey("; ".join(reasons) or "the set holds no key")
    return keys
