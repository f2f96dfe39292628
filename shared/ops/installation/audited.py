"""Work of operators on the store or the bus: in the audit trail before it begins, and after it."""

import asyncio
import getpass
import os
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace

from pymongo.errors import PyMongoError

from shared.audit.entry import Entry, Kind, Result
from shared.audit.store import Appending
from shared.mongo.clock_store import real_time
from shared.ops.base.errors import OpsError
from shared.ops.installation.connectivity import need_bus, need_store
from shared.service.resources.audit_trail import open_audit_store
from shared.service.settings import ServiceSettings


class NotTraced(OpsError):
    def __init__(self, error: Exception) -> None:
        super().__init__(
            "审计记录无法写入，操作未执行。请检查 MongoDB 和 DUBAN_AUDIT_MONGO_URL。",
            f"The audit trail cannot be written ({type(error).__name__}): nothing was done.",
        )


@dataclass(frozen=True)
class Operator:
    """The account on this machine, also behind `sudo`."""

    account: str
    host: str

    @classmethod
    def here(cls) -> "Operator":
        return cls(os.environ.get("SUDO_USER") or getpass.getuser(), socket.gethostname())

    def entry(self, action: str, target: str | None, kind: Kind = "administration") -> Entry:
        return Entry(
            at=real_time(),
            kind=kind,
            action=action,
            result="asked",
            service="duban",
            subject=f"operator:{self.account}",
            address=self.host,
            target=target,
        )


@contextmanager
def audited(
    settings: ServiceSettings,
    action: str,
    target: str | None = None,
    kind: Kind = "administration",
    *,
    bus: bool = False,
) -> Iterator[None]:
    """Raises NotTraced before the work begins when the trail cannot be written, and OutOfReach;
    `bus`: the work needs the broker, too."""
    need_store(settings)
    if bus:
        need_bus(settings)
    entry = Operator.here().entry(action, target, kind)
    try:
        asyncio.run(append(settings, entry))
    except PyMongoError as error:
        raise NotTraced(error) from error
    result: Result = "failed"
    try:
        yield
        result = "done"
    finally:
        asyncio.run(append(settings, replace(entry, at=real_time(), result=result)))


async def append(settings: ServiceSettings, entry: Entry) -> None:
    async with open_audit_store(settings) as store:
        await Appending(store, [entry]).finish()
