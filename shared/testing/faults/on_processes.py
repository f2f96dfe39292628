"""Checker of processes: after a fault they are ready and no larger than before."""

from collections.abc import Iterator

from shared.testing.faults.evidence import Evidence, Finding, Vitals
from shared.testing.faults.history import History

MORE_MEMORY, AND_BYTES = 1.5, 64 * 1024 * 1024
MORE_THREADS, MORE_FILES = 8, 40


def as_well_as_before(evidence: Evidence, history: History) -> Iterator[Finding]:
    """C10: ready; memory, threads and open files are as before, within tolerance."""
    for name, (before, now) in evidence.vitals.items():
        if not now.ready:
            yield Finding("C10", "not ready", name)
        for what, was, most in _bounds(before):
            if (grown := getattr(now, what)) > most:
                yield Finding("C10", f"more {what}", name, f"{was} became {grown}")


def _bounds(before: Vitals) -> Iterator[tuple[str, int, float]]:
    yield "resident", before.resident, before.resident * MORE_MEMORY + AND_BYTES
    yield "threads", before.threads, before.threads + MORE_THREADS
    yield "files", before.files, before.files + MORE_FILES
