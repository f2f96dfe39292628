"""Erasure of uploaded files: after their days, and with the cases that they brought."""

import asyncio
import logging
from typing import Any

from pymongo.errors import PyMongoError

from shared.kernel.errors import Unavailable
from shared.ledger_import.sealed_files import SealedFiles
from shared.ledger_import.stored import ImportStore
from shared.mongo.clock_store import real_time
from shared.service.commands.runtime import ServiceRuntime

log = logging.getLogger(__name__)

PAUSE_SECONDS = 600.0


async def erase_old_imports(runtime: ServiceRuntime, resources: Any) -> None:
    """Endless; waits out errors of the store. Processes may do it at the same time."""
    files = files_of(runtime)
    while True:
        try:
            await files.store.prepare()
            await erase_over(files)
        except (PyMongoError, Unavailable) as error:
            log.warning("old imports of %s wait: %s", runtime.name, type(error).__name__)
        await asyncio.sleep(PAUSE_SECONDS)


async def erase_over(files: SealedFiles) -> int:
    """Returns the number of imports that were erased: their days are over."""
    over = await files.store.over(real_time())
    for id_ in over:
        await files.erase(id_)
    return len(over)


async def erase_imports_of(runtime: ServiceRuntime, case_id: str) -> None:
    """Erases the uploaded files that have a row of the case: the letter stands in them, too."""
    files = files_of(runtime)
    for id_ in await files.store.with_case(case_id):
        await files.erase(id_)


def files_of(runtime: ServiceRuntime) -> SealedFiles:
    return SealedFiles(ImportStore(runtime.kept), runtime.personal_data)
