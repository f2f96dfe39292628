"""Ports of a run: free ones are taken and said, named ones are kept or refused together."""

import json
import os
import time
from pathlib import Path

import pytest

from shared.ops.base import ports, settings
from shared.ops.base.errors import PortsTaken
from shared.ops.base.settings import CHOSEN, OpsSettings
from shared.ops.installation import free_ports


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    for name in free_ports.PORTS:
        monkeypatch.delenv(free_ports.setting_of(name), raising=False)
    monkeypatch.setenv("DUBAN_DATA", str(tmp_path))
    return tmp_path


def taken(monkeypatch: pytest.MonkeyPatch, *numbers: int) -> None:
    monkeypatch.setattr(free_ports, "is_free", lambda port: port not in numbers)


def test_a_free_port_is_chosen_where_a_default_is_taken(
    folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    taken(monkeypatch, 8000, 27117)
    chosen = free_ports.with_free_ports(OpsSettings())
    assert {chosen.api_port, chosen.mongo_port}.isdisjoint({8000, 27117})
    assert chosen.site_port == 8080
    said = capsys.readouterr().out
    assert f"端口 8000 已被占用，改用 {chosen.api_port}（可用 DUBAN_API_PORT 指定）" in said
    assert f"端口 27117 已被占用，改用 {chosen.mongo_port}" in said


def test_every_command_finds_the_ports_that_were_chosen(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    taken(monkeypatch, 8000)
    chosen = free_ports.with_free_ports(OpsSettings())
    assert OpsSettings().api_port == chosen.api_port
    monkeypatch.setenv("DUBAN_API_PORT", "9000")
    assert OpsSettings().api_port == 9000


def test_the_chosen_ports_are_read_once(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Between two readings another run may have chosen others."""
    (folder / CHOSEN).write_text(json.dumps({"api_port": 25_000, "mongo_port": 25_001}))
    monkeypatch.setenv("DUBAN_MONGO_PORT", "0")
    read: list[Path] = []

    def chosen_in(data: Path) -> dict[str, int]:
        read.append(data)
        return {"api_port": 25_000, "mongo_port": 25_001}

    monkeypatch.setattr(settings, "chosen_in", chosen_in)
    found = OpsSettings()
    assert (found.api_port, found.mongo_port, read) == (25_000, 25_001, [folder])


def test_the_next_run_goes_back_to_the_defaults(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (folder / CHOSEN).write_text(json.dumps({"api_port": 25_000}))
    taken(monkeypatch)
    assert free_ports.with_free_ports(OpsSettings()).api_port == 8000


def test_any_port_is_chosen_once_for_the_run_and_its_commands(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DUBAN_MONGO_PORT", "0")
    chosen = free_ports.with_free_ports(OpsSettings())
    assert chosen.mongo_port > 0
    assert json.loads((folder / CHOSEN).read_text())["mongo_port"] == chosen.mongo_port


def test_all_named_ports_that_are_taken_are_refused_at_once(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DUBAN_API_PORT", "9000")
    monkeypatch.setenv("DUBAN_SITE_PORT", "9001")
    monkeypatch.setenv("DUBAN_KAFKA_PORT", "9002")
    taken(monkeypatch, 9000, 9001)
    with pytest.raises(PortsTaken, match=r"DUBAN_API_PORT=9000、DUBAN_SITE_PORT=9001。"):
        free_ports.with_free_ports(OpsSettings())


@pytest.mark.parametrize("content", ["", "{", "[1]", '{"api_port": "x"}'])
def test_a_damaged_file_of_ports_stops_no_run(folder: Path, content: str) -> None:
    (folder / CHOSEN).write_text(content)
    assert OpsSettings().api_port == 8000


def test_a_port_is_given_once_and_again_when_nobody_can_want_it_any_more(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    monkeypatch.setattr(ports, "SELDOM_USED", range(20_000, 20_300))
    given = [ports.free_port() for _ in range(100)]
    assert len(set(given)) == len(given)
    assert not ports.reserve(given[0])
    long_ago = time.time() - ports.RESERVED_SECONDS - 1
    [marker] = tmp_path.glob(f"*/{given[0]}")
    os.utime(marker, (long_ago, long_ago))
    assert ports.reserve(given[0])
    assert not ports.reserve(given[0])
