"""Programs on this machine: asking for the version also shows whether one runs here at all."""

import os
import re
import shutil
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass
from importlib import resources
from pathlib import Path

OURS: Mapping[str, str] = {}


@dataclass(frozen=True)
class Program:
    path: Path
    version: str

    @property
    def major(self) -> int:
        return int(self.version.split(".", maxsplit=1)[0])


def on_path(name: str, ask: str, oldest: int) -> Program | str:
    path = shutil.which(name)
    return program(Path(path), ask, oldest) if path else f"there is no {name} on the PATH"


def in_wheel(package: str, path: str, ask: str) -> Program | str:
    try:
        return program(Path(str(resources.files(package))) / path, ask)
    except ModuleNotFoundError:
        return f"there is no wheel {package} for this platform"


def program(
    path: Path, ask: str, oldest: int = 0, beside: Mapping[str, str] = OURS
) -> Program | str:
    """Returns the program, or the reason why it cannot be used. `beside`: what it needs beside our
    own variables."""
    try:
        answer = subprocess.run(
            [str(path), ask], capture_output=True, text=True, timeout=30, check=True,
            env={**os.environ, **beside},
        )  # fmt: skip
    except (OSError, subprocess.SubprocessError) as error:
        return f"{path} does not run here: {last_words(error)}"
    version = re.search(r"\d+(\.\d+)*", answer.stdout + answer.stderr)
    answered = Program(path, version[0] if version else "0")
    if answered.major < oldest:
        return f"{path} is version {answered.version}, {oldest} or later is needed"
    return answered


def last_words(error: Exception) -> str:
    words = str(getattr(error, "stderr", None) or error).strip()
    return words.splitlines()[-1] if words else type(error).__name__
