"""The runbook of a restore, line by line, on an installation that `duban run` has started."""

import os
import re
import shlex
import signal
import subprocess
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

import httpx
import pytest

from shared.ops.base.dev_tokens import token_for
from shared.ops.base.ports import LOOPBACK, free_port
from shared.ops.base.settings import OpsSettings
from shared.service.settings import ServiceSettings
from shared.testing.eventually import eventually

pytestmark = pytest.mark.on_change("restore on one machine")

RUNBOOK = Path("docs/operations/restore-a-backup.md")
SECTION = re.compile(r"^### On one machine.*?(?=^#|\*\*Lost)", re.MULTILINE | re.DOTALL)
PORTS = ("MONGO", "KAFKA", "KAFKA_CONTROLLER", "API", "SITE", "REACTIONS", "PROJECTIONS")
DUBAN = "from shared.ops.cli.app import app; app()"
READY, PARTS = "Duban is ready", "The parts are ready"
SET_HERE = ("DUBAN_", "MONGO_", "KAFKA_", "PYTEST_")
REFUSED = 1


def lines() -> list[str]:
    """The commands of the section, without what is said about them."""
    [section] = SECTION.findall(RUNBOOK.read_text())
    indented = [line.strip() for line in section.splitlines() if line.startswith("    ")]
    return [line.partition("  #")[0].strip() for line in indented]


class Machine:
    """A folder with an installation of its own, and a terminal for what stays."""

    def __init__(self, folder: Path, cache: Path) -> None:
        self.folder = folder
        self.ports = {f"DUBAN_{name}_PORT": str(free_port()) for name in PORTS}
        (folder / ".env").write_text(
            "".join(f"{name}={value}\n" for name, value in self.ports.items())
            + f"DUBAN_SAMPLE=none\nDUBAN_CACHE={cache.resolve()}\n"
            + f"DUBAN_POLICIES={Path.cwd() / 'deploy/policies'}\n"
        )
        self.staying: list[subprocess.Popen[bytes]] = []

    def environment(self) -> dict[str, str]:
        """Of this run, without what it says of parts: the folder says that itself."""
        own = {name: value for name, value in os.environ.items() if not name.startswith(SET_HERE)}
        return {**own, "PYTHONPATH": str(Path.cwd())}

    def duban(self, *words: str) -> Sequence[str]:
        return (sys.executable, "-c", DUBAN, *words)

    async def stays(self, command: str, *, until: str) -> subprocess.Popen[bytes]:
        """Starts what goes on until Ctrl-C."""
        before = len(self.said())
        process = self.started(command)
        await eventually(
            lambda: until in self.said()[before:] or process.poll() is not None, within=240
        )
        assert until in self.said()[before:], self.said()[before:]
        return process

    def started(self, command: str) -> subprocess.Popen[bytes]:
        with (self.folder / "said").open("ab") as said:
            process = subprocess.Popen(
                self.duban(command), cwd=self.folder, env=self.environment(),
                stdout=said, stderr=said,
            )  # fmt: skip
        self.staying.append(process)
        return process

    def said(self) -> str:
        said = self.folder / "said"
        return said.read_text() if said.exists() else ""

    def types(self, line: str) -> None:
        """A line of the runbook that ends by itself."""
        words = shlex.split(line)
        if words[0] == ".venv/bin/duban":
            words = [*self.duban(*words[1:])]
        subprocess.run(words, cwd=self.folder, env=self.environment(), check=True)

    def ends(self, process: subprocess.Popen[bytes]) -> None:
        process.send_signal(signal.SIGINT)
        assert process.wait(120) == 0

    def ask(self, method: str, path: str, **more: object) -> httpx.Response:
        settings = ServiceSettings(_env_file=None)
        headers = {"Authorization": f"Bearer {token_for('p-admin', settings)}"}
        url = f"http://{LOOPBACK}:{self.ports['DUBAN_API_PORT']}/directory/v1{path}"
        return httpx.request(method, url, headers=headers, timeout=60, **more)  # type: ignore[arg-type]

    def registers(self, unit: str) -> None:
        body = {"unit": unit, "title": "市政府", "short": "市", "level": "city", "agency": unit}
        answer = self.ask("POST", "/units", json=body | {"valid_from": "2024-01-01"})
        assert answer.status_code == httpx.codes.CREATED, answer.text

    def units(self) -> set[str]:
        return {unit["unit"] for unit in self.ask("GET", "/units").json()}


@pytest.fixture
def machine(tmp_path: Path, parts_settings: OpsSettings) -> Iterator[Machine]:
    machine = Machine(tmp_path, parts_settings.downloads)
    yield machine
    for process in machine.staying:
        process.kill()
        process.wait()


async def test_the_runbook_brings_back_what_is_younger_than_the_backup(machine: Machine) -> None:
    backup, remove, put_back, parts, *mend, again = lines()
    run = await machine.stays("run", until=READY)
    machine.registers("u-city")
    machine.ends(run)
    machine.types(backup)

    run = await machine.stays("run", until=READY)
    machine.registers("u-other")
    # It has come to the bus: a fact that only the lost log had would rightly be missed by nobody.
    await eventually(lambda: "u-other" in machine.units(), every=0.2)
    machine.ends(run)
    for line in (remove, put_back):
        machine.types(line)
    refused = await machine.stays("run", until="duban parts")
    assert refused.wait(60) == REFUSED
    assert "duban refill directory" in machine.said()

    assert parts == ".venv/bin/duban parts"
    staying = await machine.stays("parts", until=PARTS)
    for line in mend:
        machine.types(line)
    machine.ends(staying)
    assert again == "make run"
    await machine.stays("run", until=READY)
    await eventually(lambda: machine.units() >= {"u-city", "u-other"}, every=0.5)
