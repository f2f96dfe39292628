"""Every command refuses at once: what does not exist, with all that does; what cannot be reached,
with the way out. Nobody is shown a traceback."""

import socket
from collections.abc import Iterator
from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner, Result

from shared.ops.base.ports import free_port
from shared.ops.cli.app import app

Monkey = pytest.MonkeyPatch
STORE, BUS, API = "无法连接 MongoDB", "无法连接 Kafka", "无法连接督办接口"

MISTYPED = [
    ("rebuild portl case_register", ["portal", "intake"]),
    ("rebuild portal case_registr", ["case_register", "actors"]),
    ("republish portal", ["没有事件库 portal", "intake", "reminder"]),
    ("refill intak", ["intake", "reminder"]),
    ("verify intake intak", ["没有事件库 intak", "reminder"]),
    ("verify portal", ["没有事件库 portal", "intake"]),
    ("heads portal", ["没有事件库 portal", "intake"]),
    ("parked list intak", ["intake", "portal"]),
    ("parked add intak intake-reactions 1 2", ["intake"]),
    ("parked add intake intake-reaction 1 2", ["intake-reactions", "intake-actors-g1"]),
    ("parked add intake intake-actors 1 2", ["intake-actors-g1"]),
    ("parked add portal portal-reactions 1 2", ["portal-case_register-g1"]),
    ("parked replay", ["--all"]),
    ("parked drop", ["--all"]),
    ("rotate-signing-key intak", ["intake", "reminder"]),
    ("parked add intake intake-reactions 1 -1", ["-1"]),
    ("parked add intake intake-reactions 1 2 --topic case-event", ["case-events"]),
    ("audit list --kind reads", ["read", "denial"]),
    ("audit list --since 3月1日", ["2026-03-01"]),
    ("play month", ["year", "small"]),
    ("console bild", ["build", "check"]),
    ("token --as mayor", ["p-1"]),
    ("import nowhere.xlsx", ["nowhere.xlsx", "文件不存在"]),
    ("case x --api localhost:8000", ["--api 应形如 http://127.0.0.1:8000"]),
    ("case x --api http://localhost:port", ["接口地址有误"]),
]

CLOSED = [
    ("status", "", STORE),
    ("status", "store", BUS),
    ("case 2025年第1号建议", "store bus", API),
    ("import {ledger}", "store bus", API),
    ("vacancies", "store bus", API),
    ("play small", "bus", STORE),
    ("play small", "store", BUS),
    ("play small", "store bus", API),
    ("calendar", "store bus", API),
    ("lag", "store", BUS),
    ("topics verify", "store", BUS),
    ("topics create", "store", BUS),
    ("prepare", "bus", STORE),
    ("prepare", "store", BUS),
    ("rebuild portal case_register", "bus", STORE),
    ("rebuild portal case_register", "store", BUS),
    ("republish intake", "store", BUS),
    ("refill intake", "store", BUS),
    ("parked list", "bus", STORE),
    ("parked show 0a1b2c3d", "store", BUS),
    ("parked replay 0a1b2c3d", "bus", STORE),
    ("parked drop case-events/3/17", "store", BUS),
    ("parked add intake intake-reactions 3 17", "store", BUS),
    ("verify", "bus", STORE),
    ("audit list", "bus", STORE),
    ("audit verify", "bus", STORE),
    ("audit prune", "bus", STORE),
    ("policies", "bus", STORE),
    ("heads", "bus", STORE),
    ("heads intake", "store", BUS),
    ("rotate-keys", "bus", STORE),
    ("run", "bus", STORE),
    ("run", "store", BUS),
]
NEED_NOTHING = {
    "token", "docs", "reset", "parts", "people", "rotate-signing-key", "login", "logout",
    "console",
}  # fmt: skip


@pytest.fixture
def open_port() -> Iterator[int]:
    """Something listens there; it is enough, since what is refused needs another part."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield server.getsockname()[1]


def ended(line: list[str]) -> Result:
    result = CliRunner().invoke(app, line)
    assert isinstance(result.exception, SystemExit), result.exception
    assert result.exit_code
    return result


def said(result: Result) -> str:
    """Without the frame that breaks sentences."""
    return "".join(result.stderr.replace("│", "").split())


@pytest.mark.parametrize(("line", "told"), MISTYPED)
def test_what_is_mistyped_is_refused_with_the_choices(
    line: str, told: list[str], monkeypatch: Monkey
) -> None:
    monkeypatch.setenv("MONGO_URL", "mongodb://127.0.0.1:1/")
    answer = said(ended(line.split()))
    assert [word for word in told if word.replace(" ", "") not in answer] == []
    assert STORE.replace(" ", "") not in answer


@pytest.mark.parametrize(("line", "open_", "told"), CLOSED)
def test_what_cannot_be_reached_is_named_at_once(
    line: str, open_: str, told: str, open_port: int, tmp_path: Path, monkeypatch: Monkey
) -> None:
    closed = free_port()
    ledger = tmp_path / "ledger.xlsx"
    ledger.write_bytes(Path("deploy/samples/petitions.xlsx").read_bytes())
    store, bus = (open_port if part in open_.split() else closed for part in ("store", "bus"))
    monkeypatch.setenv("MONGO_URL", f"mongodb://127.0.0.1:{store}/?replicaSet=duban")
    monkeypatch.setenv("KAFKA_BOOTSTRAP_SERVERS", f"127.0.0.1:{bus}")
    monkeypatch.setenv("DUBAN_API_PORT", str(closed))
    monkeypatch.setenv("DUBAN_DATA", str(tmp_path))
    result = ended([word.format(ledger=ledger) for word in line.split()])
    chinese, english, *more = result.stderr.strip().splitlines()
    assert chinese.startswith(f"{told}（127.0.0.1:{closed}）")
    assert "请先启动" in chinese
    assert english.startswith("Nothing answers")
    assert more == []


def leaves(command: typer.core.TyperGroup, path: str = "") -> Iterator[str]:
    for name, found in command.commands.items():
        if hasattr(found, "commands"):
            yield from leaves(found, f"{path}{name} ")  # type: ignore[arg-type]
        else:
            yield f"{path}{name}"


def test_every_command_was_tried() -> None:
    group = typer.main.get_group(app)
    assert {
        leaf for leaf in leaves(group) if not any(line.startswith(leaf) for line, *_ in CLOSED)
    } == NEED_NOTHING


def test_a_key_is_not_added_before_the_store_is_found(tmp_path: Path, monkeypatch: Monkey) -> None:
    path = tmp_path / "vault.key"
    path.write_text("kept as it is")
    monkeypatch.setenv("MONGO_URL", f"mongodb://127.0.0.1:{free_port()}/")
    monkeypatch.setenv("DUBAN_VAULT_KEY_FILE", str(path))
    ended(["rotate-keys"])
    assert path.read_text() == "kept as it is"


@pytest.mark.parametrize(
    ("name", "value", "told"),
    [
        ("DUBAN_PORT", "many", "设置有误"),
        ("DUBAN_PORT", "many", "DUBAN_PORT：应为整数。Input should be a valid integer"),
        ("DUBAN_API_PORT", "65536", "DUBAN_API_PORT：不得大于 65535。"),
        ("DUBAN_SAMPLE", "smal", "DUBAN_SAMPLE：只能是以下之一：year、small、none。"),
        ("DUBAN_GATEWAY", "{", "DUBAN_GATEWAY：应为 JSON。"),
        ("MONGO_URL", "localhost", "MONGO_URL 应形如 mongodb://"),
        ("KAFKA_BOOTSTRAP_SERVERS", "a:b", "KAFKA_BOOTSTRAP_SERVERS 应形如"),
    ],
)
def test_a_setting_that_cannot_be_read_is_named(
    name: str, value: str, told: str, open_port: int, monkeypatch: Monkey
) -> None:
    monkeypatch.setenv("MONGO_URL", f"mongodb://127.0.0.1:{open_port}/")
    monkeypatch.setenv(name, value)
    assert told in ended(["status"]).stderr


def test_a_value_that_is_refused_is_not_repeated(monkeypatch: Monkey) -> None:
    """It may be a secret on the wrong line."""
    monkeypatch.setenv("DUBAN_API_PORT", "hunter2")
    assert "hunter2" not in ended(["status"]).stderr


def test_what_would_be_emptied_is_asked_in_whole_sentences(
    tmp_path: Path, monkeypatch: Monkey
) -> None:
    (tmp_path / "mongo").mkdir()
    monkeypatch.setenv("DUBAN_DATA", str(tmp_path))
    answer = CliRunner().invoke(app, ["reset"], input="n\n")
    assert answer.exit_code == 1
    assert f"将删除 (will be removed)：{tmp_path / 'mongo'}。是否继续 (go on)？" in answer.stdout
    assert (tmp_path / "mongo").exists()


def test_what_is_no_workbook_is_refused_before_the_api_is_asked(tmp_path: Path) -> None:
    text = tmp_path / "台账.xlsx"
    text.write_text("流水号,案由")
    old = tmp_path / "台账.xls"
    old.write_bytes(b"\xd0\xcf\x11\xe0")
    for path in (text, old):
        assert "请另存为.xlsx" in said(ended(["import", str(path)]))
    assert "文件不存在" in said(ended(["import", str(tmp_path)]))
