"""Jars of Apache Kafka: fetched once by coordinates, checked against the lock each time."""

import hashlib
import os
import tempfile
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from tenacity import retry, stop_after_attempt, wait_fixed

from shared.ops.base.errors import DownloadFailed

LOCK = Path(__file__).parents[3] / "deploy" / "kafka" / "jars.lock"
AT_ONCE = 8
Progress = Callable[[int, int], None]


@dataclass(frozen=True)
class Jar:
    group: str
    artifact: str
    version: str
    sha256: str

    @property
    def file_name(self) -> str:
        return f"{self.artifact}-{self.version}.jar"

    def is_in(self, folder: Path) -> bool:
        path = folder / self.file_name
        return path.exists() and digest(path) == self.sha256


def digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def locked(lock: Path = LOCK) -> list[Jar]:
    lines = (line.replace(":", " ").split() for line in lock.read_text().splitlines())
    return [Jar(group, artifact, version, sha256) for group, artifact, version, sha256 in lines]


def class_path(
    folder: Path,
    repository: str | None = None,
    progress: Progress = lambda done, total: None,
    lock: Path = LOCK,
) -> str:
    """Returns the class path of the lock; fetches missing jars and needs no network when none is
    missing. Raises DownloadFailed."""
    jars = locked(lock)
    with ThreadPoolExecutor(AT_ONCE) as pool:
        there = list(pool.map(lambda jar: jar.is_in(folder), jars))
        missing = [jar for jar, is_there in zip(jars, there, strict=True) if not is_there]
        try:
            arrivals = pool.map(lambda jar: fetch(jar, folder, repository), missing)
            for done, _ in enumerate(arrivals, start=1):
                progress(done, len(missing))
        except DownloadFailed:
            pool.shutdown(cancel_futures=True)
            raise
    return os.pathsep.join(str((folder / jar.file_name).resolve()) for jar in jars)


@retry(stop=stop_after_attempt(3), wait=wait_fixed(1), reraise=True)
def fetch(jar: Jar, folder: Path, repository: str | None) -> None:
    """Fetches into a folder of its own first, so that a shared cache never shows half a jar.
    Raises DownloadFailed."""
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=folder) as arriving:
        try:
            path = download(jar, Path(arriving), repository)
        except Exception as error:
            raise DownloadFailed(jar.file_name, f"{type(error).__name__}: {error}") from error
        if digest(path) != jar.sha256:
            raise DownloadFailed(jar.file_name, "its SHA-256 is not that of the lock")
        path.replace(folder / jar.file_name)


def download(jar: Jar, into: Path, repository: str | None) -> Path:
    # Imported here: the image starts no embedded parts.
    from jgo.maven import MavenContext, PythonResolver  # noqa: PLC0415

    repositories = {"mirror": repository} if repository else None
    context = MavenContext(
        resolver=PythonResolver(), repo_cache=into, remote_repos=repositories, timeout=60
    )
    project = context.project(jar.group, jar.artifact)
    return Path(project.at_version(jar.version).artifact().resolve())
