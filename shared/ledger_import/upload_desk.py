"""The desk for uploaded ledgers: takes files in pieces, starts runs, shows how far they are, and
erases."""

import asyncio
import logging
import secrets
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any

import httpx
from pymongo.errors import PyMongoError

from shared.kernel.errors import NotFound, RuleViolated, Unavailable
from shared.ledger_import.client import Api, Busy
from shared.ledger_import.directory import known_names
from shared.ledger_import.inside import EndedEarly
from shared.ledger_import.opening import UnreadableLedger
from shared.ledger_import.runs import STEM, Progress, Run, Stopped
from shared.ledger_import.sealed_files import FILE, NAME, PIECE_BYTES, REFUSAL, SealedFiles
from shared.ledger_import.stored import AT_WORK as BUSY_STATES
from shared.ledger_import.stored import Import, ImportStore, State
from shared.ledger_import.table import Ledger, Uploads, load_ledgers, load_uploads
from shared.ledger_import.template import write_template
from shared.ledger_import.uploaded import check_beginning, check_name, in_memory
from shared.mongo.clock_store import real_time
from shared.service.commands.runtime import ServiceRuntime
from shared.service.config.labels import load_labels, policies_in_use
from shared.service.observability.metrics import IMPORT_ROWS, IMPORTS

log = logging.getLogger(__name__)

BEAT_SECONDS = 1.0
AT_WORK = asyncio.Semaphore(2)
"""Runs of this process; others wait for their turn, and are heard of meanwhile."""
PASSING = (Busy, EndedEarly, httpx.TransportError, PyMongoError, Unavailable)
_runs: set[asyncio.Task[None]] = set()
"""The event loop keeps tasks weakly."""
Work = Callable[[Run], Awaitable[dict[str, Any]]]


@dataclass(frozen=True)
class UploadDesk:
    """Imports that one service keeps. `now` is real time: files are kept by the days of people."""

    service: str
    files: SealedFiles
    ledgers: Sequence[Ledger]
    labels: Mapping[str, Mapping[str, Any]]
    bounds: Uploads
    now: Callable[[], datetime] = real_time

    @property
    def store(self) -> ImportStore:
        return self.files.store

    async def begin(self, id_: str, person: str, agency: str, name: str, size: int) -> Import:
        """Returns the import, which waits for the pieces of its file; it may have begun before.
        Raises RuleViolated for a file that is not taken."""
        suffix = self._suffix(name)
        if not 0 < size <= self.bounds.largest:
            sentence = f"文件不得超过 {self.bounds.megabytes} MB，也不能是空文件"
            raise RuleViolated("import-size", sentence, "size")
        known = await self.store.of_person(person)
        if id_ not in {each.id for each in known} and len(known) >= self.bounds.of_a_person:
            most = f"已保留 {len(known)} 份导入，请先清除不再需要的"
            raise RuleViolated("import-too-many", most)
        await self.files.key_of(id_)  # refuses an erased import before anything is stored
        began = self.now()
        ends = began + timedelta(days=self.bounds.kept_days)
        new = Import(id_, person, agency, suffix, size, "uploading", began, ends)
        begun = self._own(await self.store.begin(new), person)
        if not await self.name_of(begun):
            await self.files.put(id_, NAME, name.encode())
        return begun

    def _suffix(self, name: str) -> str:
        try:
            return check_name(name)
        except UnreadableLedger as error:
            raise RuleViolated("import-file", str(error), "name") from error

    async def take(self, record: Import, n: int, piece: bytes) -> None:
        """Keeps a piece of the file. Raises RuleViolated for one that does not belong there."""
        begin = n * PIECE_BYTES
        if record.state != "uploading" or len(piece) != min(PIECE_BYTES, record.size - begin):
            raise RuleViolated("import-piece", "文件没有传完整，请重新上传")
        if n == 0:
            self._check_beginning(record, piece)
        await self.files.put_piece(record.id, FILE, n, piece)

    def _check_beginning(self, record: Import, piece: bytes) -> None:
        try:
            check_beginning(record.suffix, piece[:8])
        except UnreadableLedger as error:
            raise RuleViolated("import-file", f"文件{error}", "name") from error

    async def find(self, id_: str, person: str) -> Import:
        """Raises NotFound, also for the import of another."""
        return self._own(await self.store.find(id_), person)

    def _own(self, record: Import | None, person: str) -> Import:
        if record is None or record.person != person:
            raise NotFound("没有这次导入，或者已经清除")
        return record

    async def name_of(self, record: Import) -> str:
        return (await self.files.get(record.id, NAME) or b"").decode()

    async def start_check(self, record: Import, api: Api) -> None:
        """Begins, or goes on with, the check. Raises RuleViolated while pieces are missing."""
        content = await self.files.get(record.id, FILE)
        if len(content or b"") != record.size:
            raise RuleViolated("import-piece", "文件没有传完整，请重新上传")
        await self._start(record, ("uploading",), "checking", api, Run.check)

    async def start_registration(self, record: Import, api: Api) -> None:
        """Begins, or goes on with, the registration of the good rows. One of several callers begins
        it."""
        await self._start(record, ("ready", "cancelled"), "registering", api, Run.register)

    async def stop(self, record: Import) -> None:
        await self.store.ask_to_stop(record.id)

    async def erase(self, record: Import) -> None:
        """Raises RuleViolated for an import at work."""
        if record.state in BUSY_STATES and not record.is_interrupted(self.now()):
            raise RuleViolated("import-at-work", "正在进行，请先停止，再清除")
        await self.files.erase(record.id)

    async def template(self, title: str, person: str, agency: str, api: Api) -> bytes:
        """Returns an empty workbook of the ledger. Raises NotFound, Unavailable."""
        ledger = next((each for each in self.ledgers if each.title == title), None)
        if ledger is None:
            raise NotFound("没有这种台账")
        try:
            directory = await known_names(api, person, agency, self.labels)
        except EndedEarly as error:
            raise Unavailable("通讯录暂时没有应答，请稍后重试") from error
        finally:
            await api.close()
        with in_memory() as folder:
            target = folder / "template.xlsx"
            await asyncio.to_thread(write_template, ledger, directory, target)
            return target.read_bytes()

    async def _start(
        self, record: Import, before: Sequence[State], to: State, api: Api, work: Work
    ) -> None:
        runner = secrets.token_hex(8)
        claimed = await self.store.claim(record.id, before, to, runner, self.now())
        if claimed is None:
            await api.close()
            return
        run = Run(claimed, self.files, api, self.ledgers, self.labels, Progress())
        task = asyncio.create_task(self._attend(run, work))
        _runs.add(task)
        task.add_done_callback(_runs.discard)

    async def _attend(self, run: Run, work: Work) -> None:
        """Has the run done, heard of and ended, whatever happens to it."""
        beating = asyncio.create_task(self._beat(run))
        ending: dict[str, Any] = {"why": "failed"}
        try:
            async with AT_WORK:
                ending = await self._ending(run, work)
        finally:
            beating.cancel()
            await asyncio.shield(self._end(run, ending))
            await run.api.close()

    async def _ending(self, run: Run, work: Work) -> dict[str, Any]:
        """Returns the fields in which the run ends."""
        try:
            return await work(run)
        except Stopped:
            return {"state": "uploading", "why": "stopped"}
        except UnreadableLedger as error:
            return await self._refused(run, error)
        except PASSING as error:
            log.warning("an import waits for its person: %r", error)
            return {"why": getattr(error, "why", "failed")}
        except Exception:  # a run of its own: no request answers for it
            log.exception("an import has ended early")
            return {"why": "failed"}

    async def _refused(self, run: Run, refusal: UnreadableLedger) -> dict[str, Any]:
        about = refusal.sentence.removeprefix(f"{STEM}{run.record.suffix}：")
        await self.files.put_json(run.id, REFUSAL, {"sentence": about, "rule": refusal.rule})
        return {"state": "unreadable"}

    async def _end(self, run: Run, ending: dict[str, Any]) -> None:
        progress = {"done": run.progress.done, "total": run.progress.total}
        await self.store.finish(run.id, run.record.runner, **progress, **ending)
        outcome = "cancelled" if ending.get("why") == "stopped" else ending.get("state")
        IMPORTS.labels(self.service, outcome or "interrupted").inc()
        if outcome == "done":
            for result, field in (("new", "new"), ("known", "known"), ("refused", "faulty")):
                IMPORT_ROWS.labels(self.service, result).inc(ending[field])

    async def _beat(self, run: Run) -> None:
        """Says that the run goes on, and hears whether it is to stop."""
        while True:
            await asyncio.sleep(BEAT_SECONDS)
            try:
                kept = await self.store.beat(
                    run.id, run.record.runner, self.now(), run.progress.done, run.progress.total
                )
            except PyMongoError as error:
                log.warning("an import is not heard of: %r", error)
                continue
            run.progress.stop = kept is None or kept.stop


@cache
def tables_of(policies: Path) -> tuple[Sequence[Ledger], Mapping[str, Any], Uploads]:
    """Returns ledgers, names of codes and bounds of a folder, which a process never changes."""
    ledgers = policies / "ledgers.yaml"
    return load_ledgers(ledgers), load_labels(policies).groups, load_uploads(ledgers)


def desk_of(runtime: ServiceRuntime) -> UploadDesk:
    files = SealedFiles(ImportStore(runtime.kept), runtime.personal_data)
    return UploadDesk(runtime.name, files, *tables_of(policies_in_use()))
