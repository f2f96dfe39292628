"""Commands find what `duban run` has started on this machine, wherever its ports and data are."""

from pathlib import Path

import pytest
from pydantic import ValidationError

from shared.ops.base.settings import OpsSettings
from shared.ops.installation.local_settings import settings_here
from shared.ops.installation.running import files_of

NAMED = ("MONGO_URL", "KAFKA_BOOTSTRAP_SERVERS", "DUBAN_VAULT_KEY_FILE")
PEOPLE = {"DUBAN_PEOPLE_FILE": "/srv/duban/people.json"}


@pytest.fixture(autouse=True)
def elsewhere(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)
    for name in NAMED:
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("DUBAN_MONGO_PORT", "30017")
    monkeypatch.setenv("DUBAN_KAFKA_PORT", "30092")
    monkeypatch.setenv("DUBAN_DATA", "/srv/duban")


def test_the_ports_and_the_folder_of_the_run_are_where_others_look() -> None:
    found = settings_here()
    assert found.mongo_url == "mongodb://127.0.0.1:30017/?replicaSet=duban"
    assert found.kafka_bootstrap_servers == "127.0.0.1:30092"
    assert found.vault_key_file == Path("/srv/duban/keys/vault.key")
    assert files_of(OpsSettings()) == PEOPLE | {"DUBAN_VAULT_KEY_FILE": "/srv/duban/keys/vault.key"}


def test_what_an_operator_names_himself_wins(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in NAMED:
        monkeypatch.setenv(name, "mine:1")
    found = settings_here()
    assert (found.mongo_url, found.kafka_bootstrap_servers) == ("mine:1", "mine:1")
    assert found.vault_key_file == Path("mine:1")
    assert files_of(OpsSettings()) == PEOPLE


def test_any_free_port_is_known_to_nobody_else(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DUBAN_MONGO_PORT", "0")
    assert settings_here().mongo_url == "mongodb://127.0.0.1:27117/?replicaSet=duban"


@pytest.mark.parametrize("port", [-1, 65_536])
def test_a_port_that_cannot_be_is_refused_before_anything_starts(port: int) -> None:
    with pytest.raises(ValidationError, match="mongo_port"):
        OpsSettings(mongo_port=port)
