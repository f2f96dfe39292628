"""Erasure of files: those of an erased case, and uploads that became no attachment."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Any

from pymongo.errors import PyMongoError

from shared.attachments.desk import AttachmentDesk, desk_of
from shared.attachments.uploads import Upload
from shared.kernel.errors import Unavailable
from shared.service.commands.runtime import ServiceRuntime

log = logging.getLogger(__name__)

PAUSE_SECONDS = 600.0
LEFT = timedelta(days=1)
"""After so long it is looked whether an upload is an attachment. No request lasts so long."""
IsAttached = Callable[[Upload], Awaitable[bool]]
"""Returns whether a fact of the case names the upload as its attachment."""


def erase_left_uploads(is_attached: Callable[[Any, str], bool]) -> Any:
    """Returns the job of a service: `is_attached(state, id)` tells by the state of the case
    whether the file is an attachment of it."""

    async def job(runtime: ServiceRuntime, resources: Any) -> None:
        """Endless; waits out errors of the store. Processes may do it at the same time."""

        async def attached(upload: Upload) -> bool:
            loaded = await runtime.handler.loaded(f"{runtime.name}-{upload.case_id}")
            return is_attached(loaded.state, upload.id)

        while True:
            try:
                desk = desk_of(runtime)
                await desk.uploads.prepare()
                await settle_left(desk, attached)
            except (PyMongoError, Unavailable) as error:
                log.warning("left uploads of %s wait: %s", runtime.name, type(error).__name__)
            await asyncio.sleep(PAUSE_SECONDS)

    return job


async def settle_left(desk: AttachmentDesk, attached: IsAttached) -> int:
    """Returns the number of uploads that were looked at: each is filed where a fact names it, else
    erased. A kill on either side of a fact leaves it to this, also of the fact that removes it."""
    left = await desk.uploads.left(desk.now() - LEFT)
    for upload in left:
        if await attached(upload):
            await desk.uploads.turn(upload.id, (upload.state,), "filed", desk.now())
        else:
            await desk.erase(upload.case_id, upload.id)
    return len(left)


async def erase_attachments_of(runtime: ServiceRuntime, case_id: str) -> None:
    """Erases the files of an erased case."""
    await desk_of(runtime).erase_case(case_id)
