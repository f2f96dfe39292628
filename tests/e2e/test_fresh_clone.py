"""On a fresh machine: a copy of the project, an empty home folder, Python and make. `make run`
installs, starts and plays a sample that adds up; Ctrl-C ends all of it; the second start needs no
network."""

import os
import re
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator, Sequence
from dataclasses import astuple
from pathlib import Path
from typing import Any
from uuid import uuid4

import httpx
import pytest
import yaml

from shared.ops.base.ports import free_port
from shared.testing.eventually import eventually
from tests.e2e.ledgers import Sum, small_sums
from tests.e2e.tour import differences, script_of, steps_of

pytestmark = pytest.mark.on_change("fresh clone")

ANY = ("KAFKA_CONTROLLER", "API", "SITE", "REACTIONS", "PROJECTIONS")
KNOWN = ("MONGO", "KAFKA")
"""Ports by which the commands find the run."""
WAY_OUT = re.compile(
    r"(?i)(https?|no|all)_proxy|pip_.*|.*(cert|ca_bundle|cainfo).*|ssl_.*|lang|path"
)
"""Of the surroundings only what leads to the registries, and the PATH."""
READY, STOPPED = "Duban is ready", "Everything is stopped"
INSTALL_WITHIN, START_WITHIN, PLAY_WITHIN, BUILD_WITHIN = 900, 240, 900, 600
OFFLINE = ("unshare", "--net", "sh", "-c", 'ip link set lo up && exec "$@"', "sh")
"""A network with nothing in it but the loopback."""


def copy_project(to: Path) -> None:
    """What a clone would have, with what is not committed yet; without git all but what is made."""
    listed = ("git", "-c", "safe.directory=*", "ls-files", "-z", "-co", "--exclude-standard")
    found = subprocess.run(listed, check=False, capture_output=True, text=True)
    if found.returncode:
        shutil.copytree(
            ".", to, ignore=shutil.ignore_patterns(".venv", ".duban", ".git", ".*_cache")
        )
        return
    for name in filter(os.path.exists, found.stdout.split("\0")):
        (to / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2(name, to / name)


class FreshMachine:
    def __init__(self, folder: Path) -> None:
        self.copy, self.home, self.said_in = folder / "copy", folder / "home", folder / "said"
        self.mark = f"DUBAN_TEST_RUN={uuid4().hex}"
        self.running: list[subprocess.Popen[bytes]] = []
        self.home.mkdir()
        self.environment = self.surroundings()
        copy_project(self.copy)

    def surroundings(self) -> dict[str, str]:
        name, value = self.mark.split("=")
        found = {n: v for n, v in os.environ.items() if WAY_OUT.fullmatch(n)}
        found |= {f"DUBAN_{port}_PORT": "0" for port in ANY}
        found |= {f"DUBAN_{port}_PORT": str(free_port()) for port in KNOWN}
        return found | {"HOME": str(self.home), "DUBAN_SAMPLE": "small", name: value}

    def make_run(self, before: Sequence[str] = ()) -> subprocess.Popen[bytes]:
        command = [*before, "make", "run", f"PYTHON={sys.executable}"]
        with self.said_in.open("ab") as said:
            process = subprocess.Popen(
                command, cwd=self.copy, env=self.environment, stdin=subprocess.DEVNULL,
                stdout=said, stderr=said, start_new_session=True,
            )  # fmt: skip
        self.running.append(process)
        return process

    def duban(self, *arguments: str) -> str:
        """What a command prints; it has to end with 0."""
        done = subprocess.run(
            [".venv/bin/duban", *arguments], cwd=self.copy, env=self.environment,
            capture_output=True, text=True, check=False,
        )  # fmt: skip
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    def said(self) -> str:
        return self.said_in.read_text() if self.said_in.exists() else ""

    async def hears(self, words: str, times: int, within: float) -> None:
        """Fails with what was said, also when the run ends before."""

        def heard() -> bool:
            assert self.said().count(words) >= times or self.running[-1].poll() is None, self.said()
            return self.said().count(words) >= times

        try:
            await eventually(heard, within=within, every=0.5)
        except AssertionError:
            raise AssertionError(self.said()[-4000:]) from None

    def address(self, what: str) -> str:
        """The newest that was printed."""
        return re.findall(rf"{what}: (http\S+?)(?:/docs)?\s", self.said())[-1]

    def left_behind(self) -> list[str]:
        """Every process that was started from here, however it is called."""
        return [
            (entry / "cmdline").read_bytes().replace(b"\0", b" ").decode()
            for entry in Path("/proc").iterdir()
            if self.mark.encode() in environ_of(entry)
        ]

    async def ctrl_c(self) -> None:
        """As a terminal does it: to everybody in the foreground."""
        os.killpg(self.running[-1].pid, signal.SIGINT)
        await eventually(lambda: self.running[-1].poll() is not None, within=60)
        await eventually(lambda: self.left_behind() == [], within=10)


def environ_of(process: Path) -> bytes:
    try:
        return (process / "environ").read_bytes()
    except OSError:
        return b""


@pytest.fixture
def machine(tmp_path: Path) -> Iterator[FreshMachine]:
    made = FreshMachine(tmp_path)
    yield made
    for process in made.running:
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGTERM)
            process.wait(60)


async def test_a_fresh_copy_needs_two_commands_and_the_registries_once(
    machine: FreshMachine,
) -> None:
    machine.make_run()
    await machine.hears(READY, 1, within=INSTALL_WITHIN)
    api, site = machine.address("API"), machine.address("public site")
    async with httpx.AsyncClient(trust_env=False, timeout=30) as client:
        assert (await client.get(f"{api}/intake/v1/docs")).is_success
        assert "办理结果" in (await client.get(site)).text
        await the_console_is_there_or_says_why(machine, client)
    await machine.hears("演示完成", 1, PLAY_WITHIN)
    await the_sample_adds_up(machine)
    the_tour_is_as_the_readme_says(machine)
    await machine.ctrl_c()
    assert machine.said().count(STOPPED) == 1

    offline = OFFLINE if can_be_offline() else ()
    machine.make_run(offline)
    await machine.hears(READY, 2, within=START_WITHIN)
    assert machine.said().count("Installing") == 1
    await machine.ctrl_c()
    assert machine.said().count(STOPPED) == 2


async def the_console_is_there_or_says_why(
    machine: FreshMachine, client: httpx.AsyncClient
) -> None:
    """It is built beside the start, where a node and its packages can be had."""

    async def settled() -> bool:
        page = await client.get(f"{machine.address('API')}/console/")
        return page.is_success or "工作台未能构建" in machine.said()

    await eventually(settled, within=BUILD_WITHIN)


def the_tour_is_as_the_readme_says(machine: FreshMachine) -> None:
    steps = steps_of(machine.copy / "README.md")
    script = script_of(steps).replace("http://127.0.0.1:8000", machine.address("API"))
    done = subprocess.run(
        ["bash", "-c", script], cwd=machine.copy, env=machine.environment,
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert list(differences(steps, done.stdout)) == [], done.stderr


async def the_sample_adds_up(machine: FreshMachine) -> None:
    """Portal and public site say of every kind what its ledger says, and nothing was set aside."""
    sums = small_sums()
    bearer = {"Authorization": f"Bearer {machine.duban('token', '--as', 'p-office-1').strip()}"}
    statistics = f"{machine.address('API')}/portal/v1/statistics"
    async with httpx.AsyncClient(trust_env=False, timeout=30, headers=bearer) as client:
        for kind, counted in sums.items():
            answer = await client.get(statistics, params={"period": "2025", "kind": kind})
            assert portal_says(answer.raise_for_status().json()) == counted, kind
        page = (await client.get(f"{machine.address('public site')}/stats")).text
    assert {kind: site_says(page, kind) for kind in sums} == sums
    assert "│" not in machine.duban("parked", "list"), "a table with rows"
    assert "全部哈希链完整" in machine.duban("verify")


def portal_says(statistics: dict[str, Any]) -> Sum:
    """By its rate, which agrees with its counts."""
    (group,) = statistics["groups"]
    rate = next(each for each in group["rates"] if each["rate"] == "closing")
    found = Sum(rate["denominator"], rate["numerator"])
    assert (group["counts"]["registered"], group["counts"]["closed"]) == astuple(found)
    assert rate["percent"] == f"{100 * found.closed / found.registered:.2f}"
    return found


def site_says(page: str, kind: str) -> Sum:
    """The line of the kind: the last of its rates is closed / registered = percent."""
    labels = yaml.safe_load(Path("deploy/policies/labels.yaml").read_text("utf-8"))
    line = re.search(rf'<th scope="row">{labels["kind"][kind][0]}</th>.*?</tr>', page, re.DOTALL)
    assert line, page
    closed, registered, percent = re.findall(r"(\d+) / (\d+) = ([\d.]+)", line[0])[-1]
    assert percent == f"{100 * int(closed) / int(registered):.2f}"
    return Sum(int(registered), int(closed))


def can_be_offline() -> bool:
    """Taking the network away needs rights; without them the second start could still cheat, so the
    installer's own words are counted."""
    tried = subprocess.run([*OFFLINE, "true"], capture_output=True, check=False)
    return tried.returncode == 0
