"""Asks a program on this machine for its version, which also tells whether it runs here at all."""

import re
import shutil
import subprocess
from dataclasses import dataclass
from importlib import resources
from pathlib import Path


@dataclass(frozen=True)
class Program:
    path: Path
    version: str

    @property
    def major(self) -> int:
        return int(self.version.split(".", maxsplit=1)[0])


def on_path(name: str, ask: str, oldest: int) -> Program | str:
    found = shutil.which(name)
    return program(Path(found), ask, oldest) if found else f"there is no {name} on the PATH"


def in_wheel(package: str, path: str, ask: str) -> Program | str:
    try:
        return program(Path(str(resources.files(package))) / path, ask)
    except ModuleNotFoundError:
        return f"there is no wheel {package} for this platform"


def program(path: Path, ask: str, oldest: int = 0) -> Program | str:
    """The program, or the reason why it is of no use."""
    try:
        answer = subprocess.run(
            [str(path), ask], capture_output=True, text=True, timeout=30, check=True
        )
    except (OSError, subprocess.SubprocessError) as error:
        return f"{path} does not run here: {last_words(error)}"
    version = re.search(r"\d+(\.\d+)*", answer.stdout + answer.stderr)
    known = Program(path, version[0] if version else "0")
    if known.major < oldest:
        return f"{path} is version {known.version}, {oldest} or later is needed"
    return known


def last_words(error: Exception) -> str:
    said = str(getattr(error, "stderr", None) or error).strip()
    return said.splitlines()[-1] if said else type(error).__name__
