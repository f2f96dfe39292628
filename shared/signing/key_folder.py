"""The folder of signing keys: the ring, and a file for the private key of each service.

A container has the ring, and the private keys of the services that it runs.
"""

import fcntl
import logging
import os
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from shared.contracts.catalogue import BY_NAME
from shared.signing.key_pair import KeyPair, key_pair_of, new_key_pair
from shared.signing.key_ring import KeyRing, PublicKey, parse_ring, ring_text

log = logging.getLogger(__name__)

RING = "key_ring"
OWNER_ONLY = 0o600


class SigningKeyRefused(RuntimeError):
    """The ring or a private key is missing, cannot be read, or the ring lacks its public key."""


@dataclass(frozen=True)
class SigningKeys:
    """The ring of an installation, and the private keys that this process may read."""

    ring: KeyRing
    pair_of: Callable[[str], KeyPair]
    """Returns the pair of a service. Raises SigningKeyRefused."""


def keys_in(folder: Path, create: bool) -> SigningKeys:
    """Returns the keys of the folder; `create` (development only) makes those that are missing.

    Raises SigningKeyRefused.
    """
    if create:
        make_missing(folder, BY_NAME)
    return SigningKeys(KeyRing(_ring(folder), partial(_again, folder)), partial(_pair, folder))


def make_missing(folder: Path, services: Iterable[str]) -> list[str]:
    """Makes a key pair for each service without a private key; returns those services.

    The ring learns a key before its private key exists: a crash in between leaves a public key
    that nobody uses.
    """
    with _alone_in(folder):
        missing = [name for name in services if not private_key_file(folder, name).exists()]
        for service in missing:
            _make(folder, service)
    return missing


def rotate(folder: Path, service: str) -> KeyPair:
    """Makes a new key pair for the service; the former public key stays in the ring for good.

    Raises SigningKeyRefused for a ring that cannot be read.
    """
    with _alone_in(folder):
        return _make(folder, service)


def private_key_file(folder: Path, service: str) -> Path:
    return folder / f"{service}_signing_key"


def _make(folder: Path, service: str) -> KeyPair:
    pair = new_key_pair()
    known = _ring(folder) if (folder / RING).exists() else []
    _write(folder / RING, ring_text([*known, PublicKey(service, pair.public)]).encode())
    _write(private_key_file(folder, service), pair.pem())
    return pair


def _ring(folder: Path) -> list[PublicKey]:
    path = folder / RING
    try:
        return parse_ring(path.read_text())
    except FileNotFoundError as error:
        raise SigningKeyRefused(
            f"找不到公钥环 {path}（DUBAN_SIGNING_KEYS）。The key ring is missing."
        ) from error
    except (OSError, ValueError) as error:
        raise SigningKeyRefused(
            f"公钥环 {path} 无法读取：{error}。The key ring cannot be read."
        ) from error


def _again(folder: Path) -> list[PublicKey]:
    """Returns no key from a ring that cannot be read for now: the known ones stay known."""
    try:
        return _ring(folder)
    except SigningKeyRefused as error:
        log.warning("the key ring is not read again: %s", error)
        return []


def _pair(folder: Path, service: str) -> KeyPair:
    path = private_key_file(folder, service)
    try:
        pair = key_pair_of(path.read_bytes())
    except (OSError, ValueError) as error:
        raise SigningKeyRefused(
            f"{service} 的签名私钥 {path} 无法读取：{error}。Its signing key cannot be read."
        ) from error
    if PublicKey(service, pair.public) not in _ring(folder):
        raise SigningKeyRefused(
            f"公钥环中没有 {service} 现用签名私钥的公钥，其事实将无人采信。"
            f"The ring lacks the public key of {service}: nobody would believe its facts."
        )
    return pair


def _write(path: Path, content: bytes) -> None:
    """Replaces the file as a whole, on disk before it has its name."""
    fresh = path.with_name(f"{path.name}.{os.getpid()}")
    descriptor = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, OWNER_ONLY)
    with os.fdopen(descriptor, "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(descriptor)
    fresh.replace(path)


@contextmanager
def _alone_in(folder: Path) -> Iterator[None]:
    """Lets one process at a time make keys: those that start together agree on them."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    with (folder / "lock").open("a") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield
