"""Runs of an uploaded ledger: the check of every row, and the registration of the good ones.

A run keeps what it has settled row by row. Killed at any line, it is begun again by its person: the
file is read anew, settled rows are passed over, and a row that was sent without being noted is sent
again, under the same serial number, which registers it once.
"""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from functools import partial
from pathlib import Path
from typing import Any, Self

from shared.ledger_import.checking import Directory
from shared.ledger_import.client import Api, Refused
from shared.ledger_import.directory import known_names
from shared.ledger_import.importing import Entry, Importer, Preview, fault_of, preview, register
from shared.ledger_import.isolation import Report, read_apart, report_apart
from shared.ledger_import.reading import Fault, Reading
from shared.ledger_import.sealed_files import CHECKED, COPY, FILE, PREVIEW, SealedFiles
from shared.ledger_import.stored import Import, Marked, Outcome
from shared.ledger_import.table import Ledger
from shared.ledger_import.uploaded import in_memory, read_uploaded
from shared.ledger_import.words import faults_in_words, in_words
from shared.parallel import in_parallel

AT_ONCE = 4
"""Rows under way: people at work come first."""
STEM = "台账"
ONE_FILE = asyncio.Semaphore(1)
"""A file may take gigabytes of memory while it is open."""
Key = tuple[str, int]
"""Sheet and number of a row."""


class Stopped(Exception):
    """Raised when the person has asked for the end of the run."""


@dataclass
class Progress:
    """Settled rows of all; `stop`: whether the person has asked for the end."""

    done: int = 0
    total: int = 0
    stop: bool = False

    def step(self) -> None:
        """Counts a row. Raises Stopped."""
        self.done += 1
        if self.stop:
            raise Stopped


@dataclass(frozen=True)
class Checked:
    """Result of the check as its person has seen it: faults, and rows that are good and new. A row
    that was refused then is not registered behind his back when the cause is gone meanwhile."""

    faults: Sequence[Fault]
    good: frozenset[Key]

    @classmethod
    def of(cls, found: Preview) -> Self:
        return cls(found.faults, frozenset(key_of(entry.row) for entry in found.new))

    @classmethod
    def read(cls, kept: Mapping[str, Any]) -> Self:
        faults = [Fault(**each) for each in kept["faults"]]
        return cls(faults, frozenset((sheet, row) for sheet, row in kept["good"]))

    def described(self) -> dict[str, Any]:
        return {"faults": [asdict(fault) for fault in self.faults], "good": sorted(self.good)}


@dataclass(frozen=True)
class Run:
    """One import at work for its person. `labels` are the names of codes, as clerks write them."""

    record: Import
    files: SealedFiles
    api: Api
    ledgers: Sequence[Ledger]
    labels: Mapping[str, Mapping[str, Any]]
    progress: Progress

    @property
    def id(self) -> str:
        return self.record.id

    async def check(self) -> dict[str, Any]:
        """Returns the fields of an import that is ready. Raises UnreadableLedger, Stopped, and what
        the client raises when there is no answer."""
        reading = await self.opened(partial(read_apart, ledgers=self.ledgers, read=read_uploaded))
        directory = await self._directory()
        found = preview(reading, directory)
        self.progress.total = len(found.good)
        await Importer(self.api, *self._sender(), self.progress.step).check(found)
        words = in_words(found, directory)
        await self.files.put_json(self.id, CHECKED, Checked.of(found).described())
        await self.files.put_json(self.id, PREVIEW, words)
        counts = {"new": len(found.new), "known": len(found.good) - len(found.new)}
        marked = await self._mark(found.faults, found.reading)
        return {"state": "ready", **counts, "faulty": faulty(found.faults), "marked": marked}

    async def register(self) -> dict[str, Any]:
        """Returns the fields of an import that is done, or cancelled. Raises what the client raises
        when there is no answer."""
        reading = await self.opened(partial(read_apart, ledgers=self.ledgers, read=read_uploaded))
        found = preview(reading, await self._directory())
        before = Checked.read(await self.files.get_json(self.id, CHECKED))
        numbers = {key_of(row): n for n, row in enumerate(reading.rows)}
        settled = {outcome.number for outcome in await self.files.store.rows(self.id)}
        left = [
            (numbers[key_of(entry.row)], entry)
            for entry in found.good
            if key_of(entry.row) in before.good and numbers[key_of(entry.row)] not in settled
        ]
        self.progress.done, self.progress.total = len(settled), len(settled) + len(left)
        await in_parallel(self._send, left, AT_ONCE)
        return await self._result(found, before.faults)

    async def opened(self, work: Callable[[Path], Any]) -> Any:
        """Returns what `work` makes of the file, which lies in memory as long as that takes."""
        content = await self.files.get(self.id, FILE)
        async with ONE_FILE:
            with in_memory() as folder:
                path = folder / f"{STEM}{self.record.suffix}"
                path.write_bytes(content or b"")
                return await asyncio.to_thread(work, path)

    def _sender(self) -> tuple[str, str]:
        return self.record.person, self.record.agency

    async def _directory(self) -> Directory:
        return await known_names(self.api, *self._sender(), self.labels)

    async def _send(self, numbered: tuple[int, Entry]) -> None:
        """Registers a row and notes its outcome. A row that an earlier attempt may have sent counts
        as new, for it was not known before."""
        number, entry = numbered
        if self.progress.stop:
            return
        try:
            answer = await register(self.api, *self._sender(), entry.fields, batch=self.id)
        except Refused as refused:
            outcome = await self._refused(number, fault_of(entry.row, refused))
        else:
            is_new = not answer["repeated"] or self.record.attempts > 1
            outcome = Outcome(number, str(answer["case_id"]), is_new)
        await self.files.store.note_row(self.id, outcome)
        self.progress.done += 1

    async def _refused(self, number: int, fault: Fault) -> Outcome:
        sealed = await self.files.sealed(self.id, f"row {number}", asdict(fault))
        return Outcome(number, fault=sealed)

    async def _result(self, found: Preview, before: Sequence[Fault]) -> dict[str, Any]:
        outcomes = await self.files.store.rows(self.id)
        sealed = [outcome.fault for outcome in outcomes if outcome.fault]
        refused = [Fault(**each) for each in await self.files.opened(self.id, sealed)]
        faults = list(dict.fromkeys([*before, *refused]))
        words = await self.files.get_json(self.id, PREVIEW)
        shown = faults_in_words(faults, found.reading.heads)
        await self.files.put_json(self.id, PREVIEW, {**words, **shown})
        marked = await self._mark(faults, found.reading)
        new = sum(outcome.is_new for outcome in outcomes)
        known = self.record.known + sum(not o.is_new and not o.fault for o in outcomes)
        state = "cancelled" if self.progress.stop else "done"
        counts = {"new": new, "known": known, "faulty": faulty(faults)}
        return {"state": state, **counts, "marked": marked}

    async def _mark(self, faults: Sequence[Fault], reading: Reading) -> Marked | None:
        """Keeps the marked copy, or the list where none can be made; returns which of both."""
        if not faults:
            return None
        content, is_copy = await self.opened(partial(marked, faults=faults, reading=reading))
        await self.files.put(self.id, COPY, content)
        return "copy" if is_copy else "list"


def marked(path: Path, faults: Sequence[Fault], reading: Reading) -> tuple[bytes, bool]:
    report: Report = report_apart(path, faults, reading.heads, folder=path.parent)
    target, is_copy = report
    return target.read_bytes(), is_copy


def key_of(row: Any) -> Key:
    return row.sheet, row.number


def faulty(faults: Sequence[Fault]) -> int:
    """Returns the number of rows that have a fault."""
    return len({(fault.sheet, fault.row) for fault in faults})
