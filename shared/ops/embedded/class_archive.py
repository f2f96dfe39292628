"""The class-data archive of a broker: its first run writes it, later ones start from it.

A start with the archive needs about 40 % less processor time (measured: 1.4 s instead of 2.3 s, and
0.65 s instead of 1 s to format a folder). The JVM ignores an archive that does not fit, and writes
none where it has no base archive of its own.
"""

import hashlib
from dataclasses import dataclass
from pathlib import Path

from shared.ops.embedded.programs import Program


@dataclass(frozen=True)
class ClassArchive:
    path: Path

    def options(self, node: int, port: int) -> list[str]:
        """For the JVM of one node; without an archive, the first node writes one when it ends."""
        if self.path.exists():
            return [f"-XX:SharedArchiveFile={self.path}", "-Xshare:auto"]
        return [f"-XX:ArchiveClassesAtExit={self._unfinished(port)}"] if node == 1 else []

    def keep(self, port: int) -> None:
        """Takes over what the first node has written. Others that share the cache never see half an
        archive, and the last of several that are finished at once wins."""
        unfinished = self._unfinished(port)
        if unfinished.exists():
            unfinished.replace(self.path)

    def _unfinished(self, port: int) -> Path:
        return self.path.with_suffix(f".{port}")


def archive_in(folder: Path, java: Program, class_path: str) -> ClassArchive:
    """The archive of this Java and these jars."""
    key = hashlib.sha256(f"{java.path.resolve()} {java.version} {class_path}".encode()).hexdigest()
    return ClassArchive((folder / f"broker-{key[:16]}.jsa").resolve())
