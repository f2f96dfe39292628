"""The kept login: one file of the user alone (0600), replaced as a whole, locked while renewed."""

import fcntl
import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from pydantic import BaseModel, ConfigDict, ValidationError

from shared.ops.base.errors import OpsError

PRIVATE_FILE, PRIVATE_FOLDER = 0o600, 0o700
LARGEST = 128 * 1024


class FileUnsafe(OpsError):
    def __init__(self, path: Path) -> None:
        super().__init__(
            f"{path} 不是只有您本人可读的普通文件，已不予采用；请删除它，再执行 duban login。",
            f"{path} is not a plain file of yours alone (0600): remove it and log in again.",
        )


class Login(BaseModel):
    """A login at an issuer as one of its clients; moments in seconds since 1970, real time."""

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)

    issuer: str
    client: str
    access_token: str
    expires_at: float | None = None
    refresh_token: str | None = None

    def __repr__(self) -> str:
        return f"Login({self.issuer!r}, {self.client!r})"

    __str__ = __repr__


def load(path: Path) -> Login | None:
    """Returns the login; None where there is none, or a damaged one. Raises FileUnsafe."""
    try:
        handle = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
    except FileNotFoundError:
        return None
    except OSError as error:
        raise FileUnsafe(path) from error
    with os.fdopen(handle, "rb") as file:
        _check_private(path, os.fstat(file.fileno()))
        content = file.read(LARGEST)
    with suppress(ValidationError):
        return Login.model_validate_json(content)
    return None


def keep(path: Path, login: Login) -> None:
    """Replaces the file, under its lock: readers see the old login or the new one, also after a
    crash."""
    _make_folder(path)
    new = path.with_name(f".{path.name}.new")
    with suppress(FileNotFoundError):
        new.unlink()
    handle = os.open(new, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, PRIVATE_FILE)
    with os.fdopen(handle, "w", encoding="utf-8") as file:
        file.write(login.model_dump_json())
        file.flush()
        os.fsync(file.fileno())
    new.replace(path)


def forget(path: Path) -> None:
    path.unlink(missing_ok=True)


@contextmanager
def locked(path: Path) -> Iterator[None]:
    """Holds the lock of the login: two commands that renew it at once would spend one refresh
    token twice, and a provider then ends both."""
    _make_folder(path)
    lock = path.with_name(f"{path.name}.lock")
    handle = os.open(lock, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW, PRIVATE_FILE)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield
    finally:
        os.close(handle)


def _make_folder(path: Path) -> None:
    path.parent.mkdir(mode=PRIVATE_FOLDER, parents=True, exist_ok=True)


def _check_private(path: Path, found: os.stat_result) -> None:
    mine = found.st_uid == os.getuid() and stat.S_ISREG(found.st_mode)
    if not mine or stat.S_IMODE(found.st_mode) & 0o077:
        raise FileUnsafe(path)
