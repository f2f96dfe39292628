"""A PostgreSQL of the benchmark's own, where one is installed; fsync is on, as it comes."""

import os
import pwd
import shutil
import subprocess
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from shared.ops.base.ports import LOOPBACK, free_port

FOLDERS = ("/usr/lib/postgresql/17/bin", "/usr/lib/postgresql/16/bin", "/usr/lib/postgresql/15/bin")


def program(name: str) -> str | None:
    path = os.pathsep.join((os.environ.get("PATH", ""), *FOLDERS))
    return shutil.which(name, path=path)


def missing() -> str | None:
    """Why there is none; None: it can be started."""
    if not (program("initdb") and program("pg_ctl")):
        return "no PostgreSQL is installed here"
    if os.geteuid() == 0 and _account() is None:
        return "PostgreSQL does not run as root, and there is no account postgres"
    return None


@contextmanager
def running_postgres(folder: Path) -> Iterator[int]:
    """Its port; user and password are `bench`."""
    data, port = folder / "postgres", free_port()
    _let_in(folder)
    data.mkdir()
    if account := _account():
        os.chown(data, account.pw_uid, account.pw_gid)
    _run([program("initdb") or "", "-D", str(data), "-U", "bench", "-A", "trust", "-N"])
    options = f"-p {port} -c listen_addresses={LOOPBACK} -c unix_socket_directories={data}"
    control = [program("pg_ctl") or "", "-D", str(data), "-w", "-s"]
    _run([*control, "-o", options, "-l", str(data / "log"), "start"])
    try:
        yield port
    finally:
        _run([*control, "-m", "immediate", "stop"])


def _let_in(folder: Path) -> None:
    """Another account has to pass through the folder."""
    folder.chmod(0o755)


def _account() -> pwd.struct_passwd | None:
    """It refuses to run as root."""
    if os.geteuid() != 0:
        return None
    found = [each for each in pwd.getpwall() if each.pw_name == "postgres"]
    return found[0] if found else None


def _run(command: Sequence[str]) -> None:
    account = _account()
    who = {"user": account.pw_uid, "group": account.pw_gid} if account else {}
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL, cwd="/", **who)  # type: ignore[call-overload]
