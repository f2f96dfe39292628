"""Vital signs of a process, read from the kernel."""

from pathlib import Path

from shared.testing.faults.evidence import Vitals


def vitals_of(pid: int, ready: bool) -> Vitals:
    folder = Path(f"/proc/{pid}")
    said = dict(line.split(":", 1) for line in (folder / "status").read_text().splitlines())
    return Vitals(
        ready=ready,
        resident=int(said["VmRSS"].split()[0]) * 1024,
        threads=int(said["Threads"]),
        files=len(list((folder / "fd").iterdir())),
    )
