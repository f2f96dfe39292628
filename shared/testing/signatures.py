"""Signing keys of tests: the same in every process of every run."""

import hashlib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from shared.contracts.catalogue import BY_NAME, owner_of
from shared.kafka.message_check import MessageCheck
from shared.kernel.commit import digest
from shared.signing.key_folder import RING, SigningKeys, private_key_file
from shared.signing.key_pair import KeyPair
from shared.signing.key_ring import KeyRing, PublicKey, ring_text


def pair_of(name: str) -> KeyPair:
    """Returns the pair of a service, or of anybody else, derived from the name."""
    seed = hashlib.sha256(f"a key of tests: {name}".encode()).digest()
    return KeyPair(Ed25519PrivateKey.from_private_bytes(seed))


PAIRS = {name: pair_of(name) for name in BY_NAME}
PUBLIC = [PublicKey(name, pair.public) for name, pair in PAIRS.items()]
KEYS = SigningKeys(KeyRing(PUBLIC), PAIRS.__getitem__)
STRANGER = pair_of("stranger")


def sign(document: dict[str, Any]) -> dict[str, Any]:
    """Returns the hashed commit, signed by the owner of its stream, or by a stranger's key where it
    has none."""
    try:
        pair = PAIRS[owner_of(document["stream"]).name]
    except KeyError:
        pair = STRANGER
    return pair.sign(document)


def sign_anew(document: Mapping[str, Any], **data: Any) -> dict[str, Any]:
    """Returns the commit with these data in each of its facts, as its owner would hash and sign it:
    the worst that a genuine message may bring."""
    facts = [{**fact, "data": {**fact["data"], **data}} for fact in document["facts"]]
    changed = {**document, "facts": facts}
    return sign({**changed, "hash": digest(changed)})


def put_keys(folder: Path) -> Path:
    """Writes ring and private keys for processes of a test, which read what the test signs."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / RING).write_text(ring_text(PUBLIC))
    for name, pair in PAIRS.items():
        private_key_file(folder, name).write_bytes(pair.pem())
    return folder


def a_check() -> MessageCheck:
    return MessageCheck(KEYS.ring)
