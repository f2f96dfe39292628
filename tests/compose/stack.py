"""docker-compose.yml, started in a folder of its own under a name of its own."""

import json
import os
import re
import shutil
import signal
import subprocess
import sys
from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from shared.ops.base.ports import LOOPBACK, free_port
from shared.ops.base.process import comes_true
from tests.compose.engine import Engine, command
from tests.compose.identity import ISSUER, Identity
from tests.deploy.composition import CONTAINERS, OPERATED
from tests.e2e.organisation import FOUNDER

PORTS = ("DUBAN_API_PORT", "DUBAN_SITE_PORT", "DUBAN_PROMETHEUS_PORT")
UNAVAILABLE = ("grafana", "clamd")
"""No package has the one: its settings and dashboards are looked at by tests/deploy alone. The
other fetches 300 MB of signatures; integration tests run a real one beside intake."""
HEALTHY_WITHIN_SECONDS = 600
NAMED = re.compile(r"^name: .*$", re.MULTILINE)
"""Debian's Compose does not know it; the name is given on the command line."""


@dataclass(frozen=True)
class Stack:
    """A running installation. `ports`: variable → port on this machine."""

    engine: Engine
    folder: Path
    project: str
    ports: Mapping[str, int]
    identity: Identity

    @property
    def running(self) -> Collection[str]:
        """All services but those that only operators run, and those without an image."""
        return sorted(set(CONTAINERS) - OPERATED - set(UNAVAILABLE))

    def url(self, variable: str) -> str:
        return f"http://{LOOPBACK}:{self.ports[variable]}"

    def compose(self, *words: str, within: float = 900) -> str:
        line = ("docker-compose", "--project-name", self.project, "--ansi", "never", *words)
        return command(line, self.engine.environment, within, self.folder)

    def operate(self, *words: str) -> str:
        """`duban WORDS` where operators have it, in a container that stays for the next words."""
        if not self.engine.run("ps", "--quiet", "--filter", f"name={self.project}_desk"):
            stay = ("--entrypoint", "sleep", "--name", f"{self.project}_desk", "duban", "infinity")
            self.compose("run", "--detach", "--rm", *stay)
        return self.engine.run("exec", f"{self.project}_desk", "duban", *words)

    def container(self, service: str) -> str:
        return f"{self.project}_{service}_1"

    def look(self, service: str) -> Mapping[str, Any]:
        [found] = json.loads(self.engine.run("inspect", self.container(service)))
        return dict(found)

    def unhealthy(self) -> list[str]:
        states = {name: self.look(name)["State"] for name in self.running}
        return [name for name, one in states.items() if one["Health"]["Status"] != "healthy"]

    def wait_until_healthy(self) -> None:
        comes_true(lambda: not self.unhealthy(), HEALTHY_WITHIN_SECONDS)
        ill = self.unhealthy()
        logs = [self.engine.run("logs", "--tail", "20", self.container(name)) for name in ill[:3]]
        assert not ill, f"{ill}\n{logs}"

    def kill(self, service: str) -> None:
        """As a crash does: the engine did not ask for it, so it starts the container again."""
        os.kill(self.look(service)["State"]["Pid"], signal.SIGKILL)

    @contextmanager
    def isolated(self, service: str) -> Iterator[None]:
        """The container goes on without any network; then it has its name again, and perhaps
        another address."""
        container, network = self.container(service), f"{self.project}_inside"
        self.engine.run("network", "disconnect", network, container)
        try:
            yield
        finally:
            self.engine.run("network", "connect", "--alias", service, network, container)

    @contextmanager
    def unreachable(self, service: str, *, of: str) -> Iterator[None]:
        """Whatever `of` sends to the service is lost on the way; all others reach it."""
        networks = self.look(service)["NetworkSettings"]["Networks"]
        address = networks[f"{self.project}_inside"]["IPAddress"]
        pid = str(self.look(of)["State"]["Pid"])
        route = ("nsenter", "--target", pid, "--net", "ip", "route")
        subprocess.run([*route, "add", "blackhole", address], check=True)
        try:
            yield
        finally:
            subprocess.run([*route, "del", "blackhole", address], check=True)


@contextmanager
def stack(engine: Engine, folder: Path) -> Iterator[Stack]:
    """As operators start it (docs/operations/README.md); afterwards all of it is removed."""
    identity = lay_out(folder)
    ports = {variable: free_port() for variable in PORTS}
    chosen = {**ports, **settings(ports["DUBAN_SITE_PORT"])}
    (folder / ".env").write_text("".join(f"{name}={value}\n" for name, value in chosen.items()))
    started = Stack(engine, folder, f"duban{os.getpid()}", ports, identity)
    try:
        started.compose("up", "--detach", *started.running)
        started.wait_until_healthy()
        yield started
    finally:
        engine.run("rm", "--force", f"{started.project}_desk")
        started.compose("down", "--volumes", "--timeout", "5")


def settings(site_port: int) -> Mapping[str, str]:
    """Returns the settings of an installation that is reached on this machine only."""
    return {
        "DUBAN_JWT_ISSUER": ISSUER,
        "DUBAN_BOOTSTRAP_ADMIN": FOUNDER,
        "DUBAN_HOST_NAME": LOOPBACK,
        "DUBAN_SITE_URL": f"http://{LOOPBACK}:{site_port}",
    }


def lay_out(folder: Path) -> Identity:
    """The file, all that it mounts, and secrets of its own."""
    folder.mkdir()
    text = NAMED.sub("", Path("docker-compose.yml").read_text())
    (folder / "docker-compose.yml").write_text(text)
    shutil.copytree("deploy", folder / "deploy", ignore=shutil.ignore_patterns("secrets"))
    secrets = folder / "deploy/secrets"
    make = (sys.executable, "deploy/make_secrets.py", "--folder", str(secrets))
    subprocess.run(make, check=True, capture_output=True)
    identity = Identity.new()
    (secrets / "jwks.json").write_text(identity.key_set())
    return identity
