"""Makes .venv and fills it from requirements.lock; needs nothing but Python itself."""

import os
import re
import subprocess
import sys
import venv
from pathlib import Path

ENVIRONMENT = Path(".venv")
LOCK = Path("requirements.lock")
WAYS = """
未能安装依赖。Something could not be installed; nothing else was changed. Ways on from here:
  - run the same command again: what was already fetched is kept in pip's cache;
  - behind a proxy: HTTPS_PROXY=... (and PIP_CERT=... for its certificate);
  - from a mirror: PIP_INDEX_URL=...;
  - without a network: PIP_NO_INDEX=1 PIP_FIND_LINKS=FOLDER, with the wheels of the lock in FOLDER;
  - without Python packages: docker compose up."""


def main() -> None:
    make_environment()
    wanted = len(re.findall(r"^\S+==", LOCK.read_text(), re.MULTILINE))
    say(f"正在安装 {wanted} 个依赖包……Installing {wanted} packages from {LOCK}")
    pip("--require-hashes", "--no-deps", "-r", str(LOCK), total=wanted)
    pip("--no-deps", "--no-build-isolation", "-e", ".")


def make_environment() -> None:
    if (ENVIRONMENT / "bin" / "python").exists():
        return
    try:
        venv.create(ENVIRONMENT, with_pip=True, symlinks=os.name == "posix")
    except (OSError, subprocess.CalledProcessError) as error:
        fail(f"{error}\nPython's venv module does not work here (Debian: install python3-venv).")


def pip(*arguments: str, total: int = 0) -> None:
    """Runs pip and shows how far it is; its own words are shown when it fails."""
    command = [str(ENVIRONMENT / "bin" / "python"), "-m", "pip", "install", *arguments]
    heard: list[str] = []
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    ) as process:
        for line in process.stdout or ():
            heard.append(line)
            show_progress(heard, total)
    if process.returncode:
        fail("".join(heard[-15:]))


def show_progress(heard: list[str], total: int) -> None:
    done = sum(line.startswith(("Collecting", "Requirement already")) for line in heard)
    if total and sys.stdout.isatty():
        say(f"\r  {done}/{total}", end="\n" if done == total else "")


def fail(reason: str) -> None:
    say(f"\n{reason}\n{WAYS}")
    raise SystemExit(1)


def say(text: str, end: str = "\n") -> None:
    sys.stdout.write(text + end)
    sys.stdout.flush()


if __name__ == "__main__":
    main()
