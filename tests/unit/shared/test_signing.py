"""Key pairs, the ring and their files: who has signed what, also after a rotation."""

import os
import stat
from pathlib import Path

import pytest

from shared.kernel.chain import Chain
from shared.kernel.commit import to_document
from shared.signing import key_folder
from shared.signing.key_folder import (
    RING,
    SigningKeyRefused,
    keys_in,
    make_missing,
    private_key_file,
    rotate,
)
from shared.signing.key_pair import COMMIT, HEAD, KeyPair
from shared.signing.key_ring import KeyRing, PublicKey, parse_ring, ring_text
from shared.testing.drafts import MONDAY, a_draft
from shared.testing.signatures import KEYS, PAIRS, PUBLIC, STRANGER, sign

HANDLING = PAIRS["handling"]


@pytest.mark.parametrize(
    ("owner", "key_id", "signature", "fault"),
    [
        ("handling", HANDLING.id, HANDLING.signature(COMMIT, b"hash"), None),
        ("handling", "", HANDLING.signature(COMMIT, b"hash"), "unsigned"),
        ("handling", HANDLING.id, "", "unsigned"),
        ("handling", STRANGER.id, STRANGER.signature(COMMIT, b"hash"), "unknown-key"),
        ("intake", HANDLING.id, HANDLING.signature(COMMIT, b"hash"), "wrong-signer"),
        ("handling", HANDLING.id, STRANGER.signature(COMMIT, b"hash"), "wrong-signature"),
        ("handling", HANDLING.id, HANDLING.signature(COMMIT, b"other"), "wrong-signature"),
        ("handling", HANDLING.id, HANDLING.signature(HEAD, b"hash"), "wrong-signature"),
        ("handling", HANDLING.id, "no base64 …", "wrong-signature"),
        ("handling", HANDLING.id, "AAAA", "wrong-signature"),
    ],
)
def test_a_text_is_believed_of_its_owner_alone(
    owner: str, key_id: str, signature: str, fault: str | None
) -> None:
    assert KEYS.ring.fault_of(owner, COMMIT, b"hash", key_id, signature) == fault


def test_a_log_is_checked_for_its_signatures() -> None:
    plain = to_document(a_draft(), MONDAY)
    for document, rules in ((sign(plain), []), (plain, ["signature"]), (
        PAIRS["intake"].sign(plain), ["signature"])):  # fmt: skip
        faults = Chain(KEYS.ring.commit_fault).faults_of(document)
        assert [fault.rule for fault in faults] == rules


def test_a_stream_without_an_owner_has_no_right_signer() -> None:
    document = to_document(a_draft("weather-c1"), MONDAY)
    assert KEYS.ring.commit_fault(HANDLING.sign(document)) == "wrong-signer"


def test_keys_are_made_once_for_their_owner_alone(tmp_path: Path) -> None:
    folder = tmp_path / "signing"
    assert make_missing(folder, ["intake", "handling"]) == ["intake", "handling"]
    assert make_missing(folder, ["intake", "handling"]) == []
    for name in ("intake_signing_key", "handling_signing_key", RING):
        assert stat.S_IMODE(os.stat(folder / name).st_mode) == 0o600
    keys = keys_in(folder, create=False)
    signature = keys.pair_of("intake").signature(COMMIT, b"hash")
    assert (
        keys.ring.fault_of("intake", COMMIT, b"hash", keys.pair_of("intake").id, signature) is None
    )


def test_what_was_signed_before_a_rotation_is_believed_for_ever(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Given a process that has read the ring, when the key is rotated, then it knows the new key
    without a restart, and the former one still."""
    monkeypatch.setattr("shared.signing.key_ring.READ_AGAIN_SECONDS", 0.0)
    keys = keys_in(tmp_path, create=True)
    before, after = keys.pair_of("intake"), rotate(tmp_path, "intake")
    assert keys.pair_of("intake").id == after.id != before.id
    for pair in (after, before):
        signature = pair.signature(COMMIT, b"hash")
        assert keys.ring.fault_of("intake", COMMIT, b"hash", pair.id, signature) is None


def test_a_rotation_that_is_cut_short_leaves_the_former_key_at_work(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    make_missing(tmp_path, ["intake"])
    before, write = keys_in(tmp_path, create=False).pair_of("intake"), key_folder._write

    def dies_after_the_ring(path: Path, content: bytes) -> None:
        if path.name != RING:
            raise KeyboardInterrupt
        write(path, content)

    monkeypatch.setattr(key_folder, "_write", dies_after_the_ring)
    with pytest.raises(KeyboardInterrupt):
        rotate(tmp_path, "intake")
    assert keys_in(tmp_path, create=False).pair_of("intake").id == before.id


def test_a_ring_that_cannot_be_read_for_now_loses_no_key(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("shared.signing.key_ring.READ_AGAIN_SECONDS", 0.0)
    keys = keys_in(tmp_path, create=True)
    pair = keys.pair_of("intake")
    (tmp_path / RING).write_text("half a li")
    stranger = (STRANGER.id, STRANGER.signature(COMMIT, b"x"))
    assert keys.ring.fault_of("intake", COMMIT, b"x", *stranger) == "unknown-key"
    own = (pair.id, pair.signature(COMMIT, b"x"))
    assert keys.ring.fault_of("intake", COMMIT, b"x", *own) is None


def test_production_makes_no_keys_and_refuses_one_that_the_ring_lacks(tmp_path: Path) -> None:
    with pytest.raises(SigningKeyRefused, match="DUBAN_SIGNING_KEYS"):
        keys_in(tmp_path, create=False)
    make_missing(tmp_path, ["intake"])
    keys = keys_in(tmp_path, create=False)
    with pytest.raises(SigningKeyRefused, match="handling"):
        keys.pair_of("handling")
    private_key_file(tmp_path, "intake").write_bytes(STRANGER.pem())
    with pytest.raises(SigningKeyRefused, match="公钥环中没有 intake"):
        keys.pair_of("intake")
    private_key_file(tmp_path, "intake").write_bytes(b"no key")
    with pytest.raises(SigningKeyRefused, match="intake"):
        keys.pair_of("intake")


@pytest.mark.parametrize("text", ["portal AAAA\n", "intake AAAA\n", "intake\n", "intake …\n"])
def test_a_ring_with_a_wrong_line_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        parse_ring(text)


def test_a_ring_is_read_as_it_was_written() -> None:
    assert parse_ring(f"# a comment\n\n{ring_text(PUBLIC)}") == PUBLIC
    ring = KeyRing(parse_ring(ring_text([PublicKey("intake", HANDLING.public)])))
    signature = HANDLING.signature(COMMIT, b"x")
    assert ring.fault_of("intake", COMMIT, b"x", HANDLING.id, signature) is None
    assert isinstance(HANDLING, KeyPair)
