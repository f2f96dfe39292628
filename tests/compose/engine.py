"""The container engine of this machine: the one that runs, or one that a test starts."""

import os
import shutil
import subprocess
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from shared.ops.base.process import Server

TOOLS = ("docker", "docker-compose", "debootstrap", "prometheus")
"""Debian: docker.io, docker-compose, debootstrap, prometheus."""
NETWORKS = "base=172.29.0.0/17,size=24"
ANSWERS_WITHIN_SECONDS = 20


class Failed(AssertionError):
    """A command of the engine failed; its own words follow."""


@dataclass(frozen=True)
class Engine:
    """`host`: its address, as DOCKER_HOST names it."""

    host: str

    @property
    def environment(self) -> Mapping[str, str]:
        """Images are built in the plain way: BuildKit fetches helpers of its own."""
        return {**os.environ, "DOCKER_HOST": self.host, "DOCKER_BUILDKIT": "0"}

    def run(self, *words: str, within: float = 600) -> str:
        """`docker WORDS`. Returns its output, raises Failed."""
        return command(("docker", *words), self.environment, within)

    def has(self, image: str) -> bool:
        try:
            self.run("image", "inspect", "--format", "{{.Id}}", image)
        except Failed:
            return False
        return True

    def label(self, image: str, name: str) -> str:
        """Returns a label of the image; empty where it has none, as a pulled one."""
        form = f'{{{{index .Config.Labels "{name}"}}}}'
        return self.run("image", "inspect", "--format", form, image).strip()

    def answers(self) -> bool:
        try:
            self.run("version", "--format", "{{.Server.Version}}", within=ANSWERS_WITHIN_SECONDS)
        except (Failed, subprocess.TimeoutExpired):
            return False
        return True


def command(
    words: tuple[str, ...],
    environment: Mapping[str, str],
    within: float,
    folder: Path | None = None,
) -> str:
    done = subprocess.run(
        words,
        env=environment,
        cwd=folder,
        capture_output=True,
        timeout=within,
        check=False,
    )
    if done.returncode:
        raise Failed(f"{' '.join(words)}\n{(done.stdout + done.stderr).decode()[-4000:]}")
    return done.stdout.decode()


def missing() -> str:
    """The reason why no engine can be had here; empty where one can."""
    absent = [tool for tool in TOOLS if shutil.which(tool) is None]
    if absent:
        return f"not installed: {', '.join(absent)} (Debian packages)"
    if there().answers() or (os.geteuid() == 0 and shutil.which("dockerd")):
        return ""
    return "no container engine answers, and only root may start one"


def there() -> Engine:
    """The engine that DOCKER_HOST names, or that of the machine."""
    return Engine(os.environ.get("DOCKER_HOST") or "unix:///var/run/docker.sock")


@contextmanager
def engine_here(kept: Path, folder: Path) -> Iterator[Engine]:
    """The engine that answers, or one of our own; `kept` holds the images from run to run."""
    if there().answers():
        yield there()
        return
    own = Engine(f"unix://{folder / 'docker.sock'}")
    server = Server("dockerd", daemon(own, kept, folder), folder / "dockerd.log", own.answers)
    server.start()
    try:
        yield own
    finally:
        server.stop(within=60)
        # The engine leaves a mount behind, which nobody could remove with the folder.
        leftover = ("umount", "--lazy", str(folder / "exec/netns/default"))
        subprocess.run(leftover, capture_output=True, check=False)


def daemon(own: Engine, kept: Path, folder: Path) -> list[str]:
    return [
        "dockerd",
        *("--host", own.host),
        *("--data-root", str(kept / "engine")),
        *("--exec-root", str(folder / "exec")),
        *("--pidfile", str(folder / "pid")),
        *("--default-address-pool", NETWORKS),
    ]
