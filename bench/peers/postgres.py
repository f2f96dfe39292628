"""A PostgreSQL of the benchmark's own, where the machine has its programs."""

import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from shared.ops.base.ports import free_port
from shared.ops.base.process import Server, comes_true, tail

PLACES = "usr/lib/postgresql/*/bin"
OWNER = "postgres"
"""The account that runs it for root, which PostgreSQL refuses."""
START_WITHIN = 30.0


class Missing(RuntimeError):
    """Raised where the machine has no PostgreSQL that can be started."""


@dataclass(frozen=True)
class Postgres:
    port: int
    pid: int

    @property
    def url(self) -> str:
        return f"postgresql://{OWNER}@127.0.0.1:{self.port}/postgres"


@contextmanager
def running_postgres() -> Iterator[Postgres]:
    """Starts it as it comes, with fsync on. Raises Missing."""
    programs, port = found_programs(), free_port()
    with tempfile.TemporaryDirectory(prefix="duban-peers-") as name:
        folder = Path(name)
        if os.geteuid() == 0:
            shutil.chown(folder, account())
        begun(programs / "initdb", "-D", folder / "data", "-U", OWNER, "--auth=trust")
        argv = words(programs / "postgres", "-D", folder / "data", "-p", port, "-k", folder)
        server = Server("postgres", argv, folder / "log", lambda: True, {})
        server.launch()
        try:
            yield Postgres(port, answering(programs, port, server))
        finally:
            server.ask_to_stop()
            server.wait_until_stopped()


def answering(programs: Path, port: int, server: Server) -> int:
    """Returns its process once it answers. Raises Missing."""
    ask = [str(programs / "pg_isready"), "-q", "-h", "127.0.0.1", "-p", str(port)]
    ready = comes_true(lambda: subprocess.run(ask, check=False).returncode == 0, START_WITHIN)
    if not ready or server.pid is None:
        raise Missing(f"PostgreSQL does not answer:\n{tail(server.log)}")
    return server.pid


def found_programs() -> Path:
    """Returns the folder of the newest version. Raises Missing."""
    if on_path := shutil.which("postgres"):
        return Path(on_path).resolve().parent
    folders = sorted(Path("/").glob(PLACES))
    if not folders:
        raise Missing("no PostgreSQL on this machine")
    return folders[-1]


def account() -> str:
    """Returns the account that runs it for root. Raises Missing."""
    try:
        return pwd.getpwnam(OWNER).pw_name
    except KeyError:
        raise Missing(f"root may not run PostgreSQL, and there is no account {OWNER}") from None


def words(*command: object) -> Sequence[str]:
    """Returns the command, as the account where this is root."""
    plain = tuple(map(str, command))
    if os.geteuid() != 0:
        return plain
    return ("setpriv", f"--reuid={account()}", f"--regid={account()}", "--init-groups", *plain)


def begun(*command: object) -> None:
    subprocess.run(words(*command), check=True, capture_output=True)
