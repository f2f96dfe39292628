"""`duban run` with stand-ins for the services: one at a time, and gone without a trace."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from shared.ops.base.settings import OpsSettings
from shared.testing.eventually import eventually

pytestmark = pytest.mark.on_change("supervised processes")

SERVICE = """
import http.server, os, sys
port = int(os.environ.get("DUBAN_HEALTH_PORT") or os.environ["DUBAN_PORT"])
assert os.environ["MONGO_URL"] and os.environ["KAFKA_BOOTSTRAP_SERVERS"] and sys.argv[1:]
open("readyz", "w").close()
http.server.ThreadingHTTPServer(
    ("127.0.0.1", port), http.server.SimpleHTTPRequestHandler
).serve_forever()
"""
REFUSES = """
import sys
from shared.service.config.errors import EXIT_CODE, StartRefused
print(StartRefused("缺少主密钥。", "There is no master key."), file=sys.stderr)
sys.exit(EXIT_CODE)
"""
DUBAN = """
import sys
from shared.ops.installation import processes
processes.SERVE = (sys.executable, {service!r})
from shared.ops.cli.app import app
app(sys.argv[1:])
"""
OWN = ("MONGO_URL", "KAFKA_BOOTSTRAP_SERVERS", "PYTEST_CURRENT_TEST")
PORTS = ("MONGO", "KAFKA", "KAFKA_CONTROLLER", "API", "SITE", "REACTIONS", "PROJECTIONS")


class Machine:
    """A folder to run in, with free ports and nothing of the surroundings."""

    def __init__(self, folder: Path, cache: Path) -> None:
        self.folder = folder
        (folder / "service.py").write_text(SERVICE)
        inherited = {name: value for name, value in os.environ.items() if name not in OWN}
        ports = {f"DUBAN_{name}_PORT": "0" for name in PORTS}
        self.environment = {
            **inherited, **ports, "DUBAN_SAMPLE": "none",
            "DUBAN_CACHE": str(cache), "PYTHONPATH": str(Path.cwd()),
        }  # fmt: skip
        self.running: list[subprocess.Popen[str]] = []

    def duban(self, *arguments: str) -> subprocess.Popen[str]:
        program = DUBAN.format(service=str(self.folder / "service.py"))
        with (self.folder / "said").open("a") as said:
            process = subprocess.Popen(
                [sys.executable, "-c", program, *arguments],
                cwd=self.folder, env=self.environment, text=True, stdout=said, stderr=said,
            )  # fmt: skip
        self.running.append(process)
        return process

    def said(self) -> str:
        return (self.folder / "said").read_text()

    def left_behind(self) -> list[str]:
        """Every process whose arguments name this folder."""
        found = (read(entry / "cmdline") for entry in Path("/proc").iterdir())
        return [line.decode() for line in found if str(self.folder).encode() in line]


def read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except (FileNotFoundError, NotADirectoryError, ProcessLookupError):
        return b""


@pytest.fixture
def machine(tmp_path: Path, parts_settings: OpsSettings) -> Iterator[Machine]:
    machine = Machine(tmp_path, parts_settings.downloads)
    yield machine
    for process in machine.running:
        process.kill()
        process.wait()


async def test_a_run_is_alone_survives_a_kill_and_stops_without_a_trace(machine: Machine) -> None:
    run = machine.duban("run")
    await eventually(lambda: "Duban is ready" in machine.said(), within=180)
    second = machine.duban("run")
    assert second.wait(90) == 1
    assert f"process {run.pid}" in machine.said()
    assert len(machine.left_behind()) == 7

    run.kill()
    run.wait()
    await eventually(lambda: machine.left_behind() == [])

    again = machine.duban("run")
    await eventually(lambda: machine.said().count("Duban is ready") == 2, within=180)
    again.send_signal(signal.SIGINT)
    assert again.wait(90) == 0
    assert "Everything is stopped" in machine.said()
    assert machine.left_behind() == []

    assert machine.duban("reset", "--yes").wait(90) == 0
    assert {path.name for path in (machine.folder / ".duban").iterdir()} == {"lock"}


async def test_a_run_ends_where_a_service_must_not_start(machine: Machine) -> None:
    (machine.folder / "service.py").write_text(REFUSES)
    assert machine.duban("run").wait(180) == 1
    assert "refused to start)：\n缺少主密钥。\nThere is no master key.\n" in machine.said()
    assert "restart 1" not in machine.said()
    assert "Traceback" not in machine.said()
    assert machine.left_behind() == []
