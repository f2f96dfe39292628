"""The audit trail of a process, on an account of its own."""

import hashlib
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import partial
from pathlib import Path

from shared.audit.entry import KINDS, Entry
from shared.audit.store import Appending, AuditStore
from shared.audit.trail import Trail
from shared.mongo.clock_store import real_time
from shared.mongo.connect import connect
from shared.service.observability.first_series import begin_audit
from shared.service.observability.metrics import AUDIT_ENTRIES, AUDIT_FAILING
from shared.service.settings import ServiceSettings

DATABASE = "audit"


@asynccontextmanager
async def open_audit_store(settings: ServiceSettings) -> AsyncIterator[AuditStore]:
    async with connect(settings.audit_mongo_url or settings.mongo_url) as client:
        store = AuditStore(client[settings.database(DATABASE)])
        await store.prepare()
        yield store


def trail_of(store: AuditStore) -> Trail:
    """Returns the trail of this process; `Trail.run` has to run beside it."""
    begin_audit(KINDS)

    def count(kind: str, number: int) -> None:
        AUDIT_ENTRIES.labels(kind).inc(number)

    return Trail(partial(Appending, store), real_time, observe=count, failed=AUDIT_FAILING.set)


def start_of(role: str, policies: Path) -> Entry:
    """Returns the entry of a start: the digest of the policies that the process has loaded."""
    digest = hashlib.sha256()
    for path in sorted(policies.rglob("*.yaml")):
        digest.update(path.relative_to(policies).as_posix().encode() + path.read_bytes())
    return Entry(
        at=real_time(),
        kind="process",
        action=f"start-{role}",
        result="done",
        target=f"policies:{digest.hexdigest()[:32]}",
    )
