"""The vault opens sealed texts for their own case only, until it is destroyed."""

import stat
from datetime import UTC, datetime
from pathlib import Path

import pytest
from cryptography.exceptions import InvalidTag

from shared.testing.vault import MemoryVaultStore
from shared.vault.key_file import KeyFileRefused, add_master_key, read_key_file
from shared.vault.keys import DataKey, MasterKeys, Origin, SealedText, parse_master_keys
from shared.vault.vault import Destroyed, Vault

NOW = datetime(2025, 3, 3, 1, 0, tzinfo=UTC)
OLD, NEW = MasterKeys({"old": b"o" * 32}), MasterKeys({"new": b"n" * 32, "old": b"o" * 32})


def vault(store: MemoryVaultStore, masters: MasterKeys = OLD) -> Vault:
    return Vault(store, lambda: masters, lambda: NOW)


async def sealed(store: MemoryVaultStore, subject: str, text: str) -> str:
    own = vault(store)
    reference, kept = (await own.key(subject)).seal(text, "command", "/text")
    await own.keep(subject, [kept], Origin(f"intake-{subject}", "command"))
    return reference.ref


async def test_a_sealed_text_opens_for_its_case_and_the_read_is_noted() -> None:
    store = MemoryVaultStore()
    ref = await sealed(store, "c1", "身份证 3701")
    assert await vault(store).reveal("c1", ref, "p-1") == "身份证 3701"
    assert store.reads == [("c1", ref, "p-1")]


async def test_nothing_kept_is_readable() -> None:
    store = MemoryVaultStore()
    await sealed(store, "c1", "身份证 3701")
    assert b"3701" not in b"".join(text.cipher for text in store.texts.values())


async def test_another_case_opens_nothing() -> None:
    store = MemoryVaultStore()
    ref = await sealed(store, "c1", "身份证 3701")
    assert await vault(store).reveal("c2", ref, "p-1") is None


def test_a_text_moved_to_another_case_does_not_open() -> None:
    _, kept = DataKey("c1", b"k" * 32).seal("信", "command")
    with pytest.raises(InvalidTag):
        DataKey("c2", b"k" * 32).open(kept)


def test_a_text_under_another_reference_does_not_open() -> None:
    key = DataKey("c1", b"k" * 32)
    _, kept = key.seal("信", "command")
    with pytest.raises(InvalidTag):
        key.open(SealedText("0" * 32, kept.nonce, kept.cipher))


async def test_a_destroyed_case_is_gone_and_takes_nothing_new() -> None:
    store = MemoryVaultStore()
    ref = await sealed(store, "c1", "信")
    await vault(store).destroy("c1")
    await vault(store).destroy("c1")
    assert await vault(store).reveal("c1", ref, "p-1") is None
    with pytest.raises(Destroyed):
        await vault(store).key("c1")


async def test_processes_that_need_a_key_at_once_agree_on_one() -> None:
    store = MemoryVaultStore()
    assert await vault(store).key("c1") == await vault(store).key("c1")


async def test_the_key_of_a_new_subject_is_made_without_a_read(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Also by the digest that its commit needs; one that is there already is used."""
    store = MemoryVaultStore()
    first = await vault(store).key("c2")
    monkeypatch.delattr(MemoryVaultStore, "key")
    own = vault(store)
    key = await own.key_of_new("c1")
    assert await own.digest("c1", "purpose", b"x") == key.digest("purpose", b"x")
    assert await own.key_of_new("c2") == first
    store.destroyed.add("c3")
    with pytest.raises(Destroyed):
        await own.key_of_new("c3")


async def test_rotation_wraps_every_key_anew_and_opens_what_was_sealed_before() -> None:
    store = MemoryVaultStore()
    ref = await sealed(store, "c1", "信")
    await sealed(store, "c2", "函")
    assert await vault(store, NEW).rotate() == 2
    assert await vault(store, NEW).rotate() == 0
    only_new = MasterKeys({"new": b"n" * 32})
    assert await vault(store, only_new).reveal("c1", ref, "p-1") == "信"


async def test_a_process_that_runs_while_keys_are_rotated_reads_the_key_file_again() -> None:
    store, file = MemoryVaultStore(), [OLD]
    running = Vault(store, lambda: file[0], lambda: NOW)
    ref = await sealed(store, "c1", "信")
    file[0] = NEW
    await vault(store, NEW).rotate()
    assert await running.reveal("c1", ref, "p-1") == "信"


async def test_digests_of_one_text_differ_between_cases_and_purposes() -> None:
    own = vault(MemoryVaultStore())
    digests = {
        await own.digest(subject, purpose, b"x")
        for subject in ("c1", "c2")
        for purpose in ("a", "b")
    }
    assert len(digests) == 4
    assert await own.digest("c1", "a", b"x") in digests


def test_development_makes_a_key_file_for_the_owner_only(tmp_path: Path) -> None:
    path = tmp_path / "keys" / "vault.key"
    made = read_key_file(path, create=True, now=NOW)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert read_key_file(path, create=True, now=NOW) == made
    assert list(path.parent.iterdir()) == [path]


async def test_a_cached_key_is_kept_for_some_seconds_and_not_beyond_the_erasure() -> None:
    store, now = MemoryVaultStore(), 0.0
    own = Vault(store, lambda: OLD, lambda: NOW, lambda: now)
    first = await own.digest("c1", "name", b"x")
    await own.digest("c2", "name", b"x")
    await vault(store).destroy("c1")  # by another process
    assert await own.digest("c1", "name", b"x") == first
    await own.destroy("c2")
    with pytest.raises(Destroyed):
        await own.digest("c2", "name", b"x")
    now = 30.1
    with pytest.raises(Destroyed):
        await own.digest("c1", "name", b"x")


async def test_few_keys_are_cached(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("shared.vault.vault.MOST_CACHED_KEYS", 2)
    own = vault(MemoryVaultStore())
    for number in range(5):
        await own.digest(f"c{number}", "name", b"x")
        assert len(own._cached_keys) <= 2


def test_production_refuses_a_missing_key_file(tmp_path: Path) -> None:
    with pytest.raises(KeyFileRefused, match="DUBAN_VAULT_KEY_FILE"):
        read_key_file(tmp_path / "vault.key", create=False, now=NOW)


def test_production_refuses_a_key_file_that_others_can_read(tmp_path: Path) -> None:
    path = tmp_path / "vault.key"
    read_key_file(path, create=True, now=NOW)
    path.chmod(0o644)
    with pytest.raises(KeyFileRefused, match="chmod 600"):
        read_key_file(path, create=False, now=NOW)


def test_a_new_master_key_comes_first_and_the_old_one_stays(tmp_path: Path) -> None:
    path = tmp_path / "vault.key"
    old = read_key_file(path, create=True, now=datetime(2024, 1, 1, tzinfo=UTC))
    new = add_master_key(path, NOW)
    assert new.current != old.current
    assert list(new.keys)[1:] == list(old.keys)
    assert read_key_file(path, create=False, now=NOW) == new


@pytest.mark.parametrize("text", ["", "k1", "k1 short", "k1 " + "A" * 40])
def test_a_damaged_key_file_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"key|base64|padding"):
        parse_master_keys(text)
