"""The file of the master keys; a backup of the data must not contain it."""

import logging
import os
import stat
from datetime import datetime
from pathlib import Path

from shared.vault.keys import KEY_BYTES, MasterKeys, parse_master_keys

log = logging.getLogger(__name__)

OWNER_ONLY = 0o600


class KeyFileRefused(RuntimeError):
    """The key file is missing, readable by others, or holds no keys."""


def read_key_file(path: Path, create: bool, now: datetime) -> MasterKeys:
    """Returns the keys of the file; `create` (development only) makes one where there is none.

    Raises KeyFileRefused.
    """
    if not path.exists():
        if not create:
            raise KeyFileRefused(
                f"找不到密钥文件 {path}（DUBAN_VAULT_KEY_FILE）。The vault key file is missing."
            )
        _create(path, now)
    if path.stat().st_mode & (stat.S_IRWXG | stat.S_IRWXO) and not create:
        raise KeyFileRefused(
            f"密钥文件 {path} 可被他人读取，请执行 chmod 600。The key file is open to others."
        )
    try:
        return parse_master_keys(path.read_text())
    except ValueError as error:
        raise KeyFileRefused(f"密钥文件 {path} 无法读取：{error}") from error


def add_master_key(path: Path, now: datetime) -> MasterKeys:
    """Puts a new current key in front; returns all keys.

    The older ones stay until every data key is wrapped anew. Raises KeyFileRefused.
    """
    old = read_key_file(path, create=False, now=now)
    new = MasterKeys({_name(now): os.urandom(KEY_BYTES)} | old.keys)
    fresh = _written_beside(path, new)
    fresh.replace(path)
    return new


def _create(path: Path, now: datetime) -> None:
    """Links to a finished file, so that processes that start together agree on one."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    fresh = _written_beside(path, MasterKeys({_name(now): os.urandom(KEY_BYTES)}))
    try:
        os.link(fresh, path)
        log.warning("a vault key for development was made: %s; keep it with the data", path)
    except FileExistsError:
        log.info("another process has made %s", path)
    finally:
        fresh.unlink()


def _written_beside(path: Path, keys: MasterKeys) -> Path:
    fresh = path.with_name(f"{path.name}.{os.getpid()}")
    descriptor = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, OWNER_ONLY)
    with os.fdopen(descriptor, "w") as file:
        file.write(keys.text())
        file.flush()
        os.fsync(descriptor)
    return fresh


def _name(now: datetime) -> str:
    return now.strftime("k%Y%m%d%H%M%S%f")
